// Native inputs, each in its label.  The leaf holds the number; the input only shows it, as near as its steps allow.
import { button, colour, element, isSymbol } from "./dom.js";
import { onSlider, spoken } from "./format.js";
import { must } from "./must.js";

const kinds = {
  slider(spec, move, start) {
    const scale = spec.log
      ? logarithmic(spec)
      : { min: spec.min, max: spec.max, step: spec.step, toValue: (p) => p, toPlace: (v) => v };
    const { min, max, step, toValue, toPlace } = scale;
    const input = element("input", { type: "range", min, max, step, "aria-keyshortcuts": "Backspace" });
    const number = element("span", { class: "nn-number", "aria-hidden": "true" });
    const back = () => move(start(), true);
    input.addEventListener("input", () => move(toValue(input.valueAsNumber)));
    input.addEventListener("change", () => move(toValue(input.valueAsNumber), true));
    input.addEventListener("dblclick", back);
    onBackspace(input, back);
    const label = element(
      "label",
      { class: "nn-slider", title: `Double-click, or press Backspace, to return to ${onSlider(start(), spec)}` },
      element("span", { class: isSymbol(spec.name) ? "nn-symbol" : "nn-word" }, spec.name),
      input,
      number,
    );
    label.style.color = colour(spec.term);
    return {
      element: label,
      show(value) {
        input.value = toPlace(value);
        number.textContent = onSlider(value, spec);
        input.setAttribute("aria-valuetext", spoken(number.textContent));
      },
    };
  },

  switch({ name }, move) {
    const input = element("input", { type: "checkbox", role: "switch" });
    input.addEventListener("change", () => move(input.checked ? 1 : 0, true));
    return {
      element: element("label", { class: "nn-switch" }, input, name),
      show: (value) => {
        input.checked = value > 0.5;
      },
    };
  },

  choice({ name, options }, move) {
    const input = element("select", {}, ...options.map((text, i) => element("option", { value: i }, text)));
    input.addEventListener("change", () => move(input.selectedIndex, true));
    return {
      element: element("label", { class: "nn-choice" }, element("span", {}, name), input),
      show: (value) => {
        input.selectedIndex = Math.round(value);
      },
    };
  },

  counter({ name }, move, start) {
    const count = element("output"); // which is said when it changes
    const press = button(name, () => move(Number(count.textContent) + 1, true), {
      title: `Press Backspace to return to ${start()}`,
      "aria-keyshortcuts": "Backspace",
    });
    onBackspace(press, () => move(start(), true));
    return {
      element: element("div", { class: "nn-counter" }, press, count),
      show: (value) => {
        if (count.textContent !== `${value}`) count.textContent = value;
      },
    };
  },
};

function onBackspace(element, back) {
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Backspace") return;
    event.preventDefault();
    back();
  });
}

/** Places are counted, about twenty to the decade, so that both ends are places; values have two digits, as shown. */
function logarithmic({ min, max }) {
  const low = Math.log10(min),
    range = Math.log10(max) - low,
    last = Math.round(range * 20);
  return {
    min: 0,
    max: last,
    step: 1,
    toValue: (place) => Math.min(max, Math.max(min, Number((10 ** (low + (range * place) / last)).toPrecision(2)))),
    toPlace: (value) => ((Math.log10(value) - low) / range) * last,
  };
}

/** The value of a slider nearest to `value`. */
export function snap({ min, max, step, log }, value) {
  const near = log ? value.toPrecision(2) : (min + Math.round((value - min) / step) * step).toFixed(10);
  return Math.min(max, Math.max(min, Number(near)));
}

/** The input of a control; `move(value, settled)` hears of every move, `start()` is the value it had at first. */
export function control(spec, move, start) {
  must(Object.hasOwn(kinds, spec.kind), `this script knows no control “${spec.kind}”`);
  return kinds[spec.kind](spec, move, start);
}

/** JupyterLab takes plain keys anywhere in a notebook for commands (arrows move, "d d" deletes the cell): keep them
    here, but let combinations such as Ctrl-S, and Tab and Escape, go on. */
export function keepKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab" || event.key === "Escape"))
      event.stopPropagation();
  });
}
