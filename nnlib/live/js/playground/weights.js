// The weights of one unit: their values and gradients, and a slider for the one that the reader has picked.
import { control } from "../controls.js";
import { element } from "../dom.js";
import { fill, spoken } from "../format.js";

const FAR = 10; // how far the slider goes
let groups = 0; // of radio buttons, on this page

export class Weights {
  /** move(layer, unit, input, value, settled) hears of every move by hand; `input` after the last is the bias. */
  constructor(place, run, look, move) {
    Object.assign(this, { place, run, look, move });
    this.sizes = [2, ...run.state.layers, 1];
    this.group = `np-weight-${++groups}`;
  }

  /** Where a weight is: its array and its place in it, and its place among all parameters. */
  where(layer, unit, input) {
    const before = this.sizes[layer - 1],
      bias = input === before,
      array = 2 * layer - 2 + bias,
      entry = bias ? unit : unit * before + input;
    const { graph, ids } = this.run,
      earlier = ids.params.slice(0, array).reduce((n, id) => n + graph.nodes[id].data.length, 0);
    return { id: ids.params[array], entry, flat: earlier + entry };
  }

  /** "weight from x₁" for the reader, "x₁" where there is little room. */
  names(layer, input) {
    if (input === this.sizes[layer - 1]) return ["bias", "b", "bias"];
    if (layer === 1) return [`weight from x${"₁₂"[input]}`, `x${"₁₂"[input]}`, "weight"];
    return [`weight from unit ${input + 1}`, `unit ${input + 1}`, "weight"];
  }

  choose(layer, unit, input, title) {
    this.at = { layer, unit, input };
    const chips = Array.from({ length: this.sizes[layer - 1] + 1 }, (_, i) => this.chip(i));
    this.chips = chips;
    const [name, , term] = this.names(layer, input);
    this.slider = control(
      { kind: "slider", name, min: -FAR, max: FAR, step: 0.05, term },
      (value, settled) => this.move(layer, unit, input, value, settled),
      () => this.run.drawn[this.where(layer, unit, input).flat],
    );
    const legend = element("legend", {}, `Into ${title}`);
    this.place.replaceChildren(
      element("fieldset", { class: "np-chips" }, legend, ...chips.map(({ own }) => own)),
      this.slider.element,
    );
    this.update();
  }

  /** A weight with value and gradient, to be picked. */
  chip(i) {
    const { layer, unit, input } = this.at,
      [name, short, term] = this.names(layer, i),
      radio = element("input", { type: "radio", name: this.group, "aria-label": name }),
      value = element("span", { style: `color:var(--t-${term})` }),
      slope = element("span", { class: "np-slope" });
    radio.checked = i === input;
    radio.addEventListener("change", () => {
      this.look(layer, unit, i);
      this.chips[i].radio.focus(); // the one that has taken its place
    });
    const own = element("label", { class: "np-chip" }, radio, element("b", {}, short), value, slope);
    return { own, radio, value, slope };
  }

  update() {
    const { layer, unit, input } = this.at,
      { graph, ids } = this.run,
      gradients = graph.gradients(ids.training.loss);
    this.chips.forEach(({ radio, value, slope }, i) => {
      const { id, entry } = this.where(layer, unit, i);
      value.textContent = fill("{:.3f}", [graph.nodes[id].data[entry]]);
      slope.textContent = fill("{:.4f}", [gradients[id][entry]]);
      const [name] = this.names(layer, i);
      radio.setAttribute("aria-label", spoken(`${name}: ${value.textContent}, gradient ${slope.textContent}`));
    });
    const { id, entry } = this.where(layer, unit, input);
    this.slider.show(graph.nodes[id].data[entry]);
  }
}
