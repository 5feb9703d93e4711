// The controls of the settings, in their groups.
import { control } from "../controls.js";
import { element } from "../dom.js";

const SAID = { patience: (option) => (option === "off" ? option : `${option} epochs`) };

export class Choices {
  /** change(name, value, settled) hears of every change by the reader; `first` is the state to return to. */
  constructor({ settings, widest, deepest }, change, first) {
    this.shows = [];
    const groups = new Map();
    const add = (group, spec, move, start, show) => {
      const made = control(spec, move, start);
      const fields = groups.get(group) ?? element("fieldset", { class: "np-group" }, element("legend", {}, group));
      groups.set(group, fields);
      fields.append(made.element);
      this.shows.push((state) => show(made, state));
    };
    for (const { group, name, label, kind, options, min, max, step, log } of settings)
      if (kind === "choice") {
        const texts = options.map(SAID[name] ?? String),
          move = (i) => change(name, options[i], true),
          show = (made, state) => made.show(options.indexOf(state[name]));
        add(group, { kind, name: label, options: texts }, move, null, show);
      } else if (kind === "slider") {
        const move = (value, settled) => change(name, value, settled),
          show = (made, state) => made.show(state[name]);
        add(group, { kind, name: label, min, max, step, log }, move, () => first[name], show);
      } else this.layers(add, group, label, widest, deepest, change, first);
    this.element = element("div", { class: "np-settings" }, ...groups.values());
  }

  /** How many hidden layers, and the width of each. */
  layers(add, group, label, widest, deepest, change, first) {
    const counts = Array.from({ length: deepest }, (_, k) => k + 1);
    let now;
    const deep = (i) => change("layers", counts.slice(0, i + 1).map((_, k) => now[k] ?? now[now.length - 1]), true);
    add(group, { kind: "choice", name: label, options: counts }, deep, null, ({ show }, { layers }) => {
      now = layers;
      show(layers.length - 1);
    });
    for (const k of counts.keys()) {
      const spec = { kind: "slider", name: `units in layer ${k + 1}`, min: 1, max: widest, step: 1 },
        move = (width) => change("layers", now.map((w, i) => (i === k ? width : w)), true),
        start = () => first.layers[k] ?? first.layers.at(-1);
      add(group, spec, move, start, ({ show, element }, { layers }) => {
        element.style.visibility = k < layers.length ? "" : "hidden";
        show(layers[k] ?? layers[layers.length - 1]);
      });
    }
  }

  show(state) {
    for (const show of this.shows) show(state);
  }
}
