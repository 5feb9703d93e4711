// Numbers as a reader sees and hears them: a true minus sign, no "−0.00", and words where a number has run away.
import { format } from "d3-format";

const finite = (write) => (value) => {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return write(value);
};

/** A number with six places, or as many digits if it is large: 0.716525, 1234.567. */
export const six = finite((value) => {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-5)) return power(value);
  return format(`.${Math.max(0, 6 - Math.max(0, Math.floor(Math.log10(size || 1))))}f`)(value);
});

/** 1.23·10⁻⁷ */
function power(value) {
  const [digits, exponent] = format(".2e")(value).split("e");
  return `${digits}·${ten(exponent)}`;
}

/** Ten to an exponent such as "-7": 10⁻⁷ */
const ten = (exponent) =>
  `10${[...exponent].map((c) => ({ "+": "", "−": "⁻", "-": "⁻" })[c] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]).join("")}`;

/** A number beside a log axis: 0.1, 1, 20, 3000, and powers of ten where these grow long: 10⁵, 2·10⁵. */
export function onLogAxis(value) {
  const exponent = Math.floor(Math.log10(value) + 1e-9),
    digits = format("~g")(value / 10 ** exponent);
  if (value > 0.05 && value < (digits === "1" ? 200 : 1e4)) return format("~g")(value);
  return (digits === "1" ? "" : `${digits}·`) + ten(String(exponent));
}

const places = (step) => (String(step).split(".")[1] ?? "").length;

/** A slider's number: as many places as its step has, more once training has left the steps. */
export function onSlider(value, { step, log }) {
  if (log)
    return finite((v) => (v < 1e-4 ? power(v) : format(`.${Math.max(0, 1 - Math.floor(Math.log10(v) + 1e-9))}f`)(v)))(
      value,
    );
  const onStep = Math.abs(value / step - Math.round(value / step)) < 1e-6;
  return finite(format(`.${onStep ? places(step) : Math.max(4, places(step))}f`))(value);
}

/** "slope {:.3f}" with its values filled in, as Python's str.format does. */
export function fill(text, values) {
  let next = 0;
  return text.replace(/\{(?::([^}]*))?\}/g, (_, specifier) => finite(format(specifier || ""))(values[next++]));
}

/** For a screen reader, which would drop the sign. */
export const spoken = (text) =>
  text
    .replace(/−/g, "minus ")
    .replace("∞", "infinity")
    .replace(/·10(⁻?)([⁰¹²³⁴-⁹]+)/g, (_, sign, n) => ` times 10 to the ${sign ? "minus " : ""}${n.normalize("NFKC")}`);
