// The four pictures of a run: its units, where it decides, the weights into one unit, and its losses.
import { AxesPanel } from "../axes.js";
import { element } from "../dom.js";
import { curves, map } from "./panels.js";
import { Units } from "./units.js";
import { Weights } from "./weights.js";

export class Pictures {
  /** places: an element for each.  look(layer, unit, input) hears what the reader wants to look at, and
      move(layer, unit, input, value, settled) of every weight that is moved by hand. */
  constructor(places, run, grid, { look, move }) {
    Object.assign(this, { places, run });
    for (const place of Object.values(places)) place.replaceChildren();
    const shared = { history: (id) => run.past[id === run.ids.training.loss ? "training" : "validation"] },
      inside = (place) => place.appendChild(element("div"));
    this.map = new AxesPanel(inside(places.map), map(run, grid), run.graph, shared);
    this.curves = new AxesPanel(inside(places.curves), curves(run), run.graph, shared);
    this.units = new Units(places.units, run, grid, look);
    this.weights = new Weights(places.weights, run, look, move);
  }

  /** What the lines of the network show. */
  show(kind) {
    this.units.showing = kind;
    this.units.widen();
  }

  /** Look at a unit and at one of its weights, or at the nearest that there are. */
  look(layer, unit, input) {
    const { sizes } = this.units,
      to = Math.min(layer, sizes.length - 1);
    this.at = [to, Math.min(unit, sizes[to] - 1), Math.min(input, sizes[to - 1])];
    this.units.choose(...this.at);
    this.weights.choose(...this.at, this.units.name(...this.at));
  }

  update() {
    this.moveBorder();
    for (const panel of [this.map, this.curves, this.units, this.weights]) panel.update();
  }

  /** The border to where the unit that is looked at goes from negative to positive. */
  moveBorder() {
    const { graph, ids } = this.run,
      [layer, unit] = this.at,
      width = this.units.sizes[layer],
      { data } = graph.nodes[ids.picture.border];
    const sums = graph.value(ids.picture.sums[layer - 1] ?? ids.picture.answer).data;
    for (let i = 0; i < data.length; i++) data[i] = sums[i * width + unit];
    graph.changed([ids.picture.border]);
  }

  /** Everything again, with the colours of the page as they are now. */
  redraw() {
    for (const panel of [this.map, this.curves, this.units]) panel.redraw();
  }

  resize() {
    for (const [panel, place] of [[this.map, this.places.map], [this.curves, this.places.curves]]) {
      panel.spec.aspect = place.clientHeight / (place.clientWidth || 1) || 1;
      panel.resize();
    }
    this.units.resize();
  }
}
