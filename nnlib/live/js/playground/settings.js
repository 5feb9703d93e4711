// What a reader sets, and how it is written in an address: data:xor,layers:4-4,lr:0.3.  playground_settings.py does the
// same and explains it; `rules` are its settings and limits.
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;

export const defaults = ({ settings }) => ({
  ...Object.fromEntries(settings.map(({ name, value }) => [name, value])),
  weights: [],
});

/** { state, wrong }: the settings that an address gives, and what is wrong with it; there the defaults stand. */
export function read(address, rules) {
  const state = defaults(rules),
    wrong = [];
  for (const part of address.split(",").filter(Boolean)) {
    const [, name, text] = /^([^:]*):(.*)$/s.exec(part) ?? [];
    try {
      if (!Object.hasOwn(state, name ?? "")) {
        const names = Object.keys(state).join(", ");
        throw new Error(`“${part}” is no setting: write name:value, with one of the names ${names}`);
      }
      state[name] =
        name === "weights"
          ? weights(text, rules)
          : value(
              rules.settings.find((rule) => rule.name === name),
              text,
              rules,
            );
    } catch (error) {
      wrong.push(error.message);
    }
  }
  const given = state.weights.length,
    most = parameters(state.layers);
  if (given > most) {
    wrong.push(`weights lists ${given} numbers, but this network has ${most}`);
    state.weights = [];
  }
  return { state, wrong };
}

/** The shortest address that gives these settings. */
export function write(state, rules) {
  const first = defaults(rules);
  return Object.entries(state)
    .filter(([name, value]) => String(value) !== String(first[name]))
    .map(([name, value]) => `${name}:${text(name, value, rules)}`)
    .join(",");
}

/** How many weights and biases a network has. */
export function parameters(layers) {
  const sizes = [2, ...layers, 1];
  return sizes.slice(1).reduce((total, after, k) => total + (sizes[k] + 1) * after, 0);
}

function value({ name, kind, options, min, max, step }, text, { widest, deepest }) {
  if (kind === "choice") {
    if (options.includes(text)) return text;
    throw new Error(`${name} is one of ${options.join(", ")}, not “${text}”`);
  }
  if (kind === "layers") {
    const widths = text.split("-");
    if (widths.length <= deepest && widths.every((w) => /^\d+$/.test(w) && w >= 1 && w <= widest))
      return widths.map(Number);
    throw new Error(`layers is one to ${deepest} widths from 1 to ${widest}, such as 8-8, not “${text}”`);
  }
  const found = number(text),
    whole = step === 1;
  if (found !== null && found >= min && found <= max && !(whole && found % 1)) return found;
  throw new Error(`${name} is a ${whole ? "whole " : ""}number from ${min} to ${max}, not “${text}”`);
}

function weights(text, { largest }) {
  if (!text) return [];
  return text.split(";").map((part) => {
    const found = part ? number(part) : null;
    if (part && (found === null || Math.abs(found) > largest))
      throw new Error(`a weight is a number from −${largest} to ${largest}, not “${part}”`);
    return found;
  });
}

function number(text) {
  const found = NUMBER.test(text) ? Number(text) : NaN;
  return Number.isFinite(found) ? found : null;
}

function text(name, value, { digits }) {
  if (name === "weights") return value.map((w) => (w === null ? "" : Number(w.toPrecision(digits)))).join(";");
  return name === "layers" ? value.join("-") : String(value);
}
