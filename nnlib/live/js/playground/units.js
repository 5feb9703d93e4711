// The network as a picture: what every unit answers all over the plane, and the weights between them as lines.
import { select } from "d3-selection";
import { element } from "../dom.js";
import { classColours, unitColours } from "../palette.js";

const LABELS = 22, // pixels above the units
  WIDEST = 8, // of a line
  FULL = 5, // the weight that is so wide
  TILE = 62; // of a unit, at most

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Units {
  /** look(layer, unit, input) hears what the reader wants to look at; layers count from 1, `input` may be left out. */
  constructor(place, run, grid, look) {
    Object.assign(this, { place, run, look });
    this.across = grid[2];
    this.sizes = [2, ...run.state.layers, 1];
    this.svg = select(place).append("svg").attr("aria-hidden", "true");
    this.tiles = this.sizes.flatMap((size, layer) => Array.from({ length: size }, (_, unit) => this.tile(layer, unit)));
    this.lines = this.tiles.filter(({ layer }) => layer).flatMap((tile) => this.linesInto(tile));
    this.at = [1, 0];
    this.showing = "weights";
  }

  get last() {
    return this.sizes.length - 1;
  }

  name(layer, unit) {
    if (!layer) return `input x${"₁₂"[unit]}`;
    return layer === this.last ? "output" : `layer ${layer}, unit ${unit + 1}`;
  }

  /** A unit as a button with its picture; the inputs have no weights to look at. */
  tile(layer, unit) {
    const canvas = element("canvas", { width: this.across, height: this.across }),
      name = this.name(layer, unit),
      own = layer
        ? element("button", { type: "button", class: "np-unit", "aria-label": name, title: name, tabindex: -1 }, canvas)
        : element("span", { class: "np-unit", title: name }, canvas);
    if (layer) {
      own.addEventListener("click", () => this.look(layer, unit));
      own.addEventListener("keydown", (event) => this.walk(event, layer, unit));
    }
    this.place.append(own);
    const context = canvas.getContext("2d");
    return { layer, unit, own, context, image: context.createImageData(this.across, this.across) };
  }

  /** Its weights as lines, each beneath a wider one that is easier to hit. */
  linesInto({ layer, unit }) {
    return Array.from({ length: this.sizes[layer - 1] }, (_, input) => {
      const [line, hit] = ["", "np-hit"].map((kind) => this.svg.append("path").attr("class", kind));
      hit.on("click", () => this.look(layer, unit, input));
      return { layer, unit, input, line, hit };
    });
  }

  walk(event, layer, unit) {
    const [aside, down] = ARROWS[event.key] ?? [];
    if (aside === undefined) return;
    event.preventDefault();
    const to = Math.min(Math.max(layer + aside, 1), this.last);
    this.look(to, Math.min(Math.max(unit + down, 0), this.sizes[to] - 1));
    this.own(...this.at).focus();
  }

  own(layer, unit) {
    return this.tiles.find((tile) => tile.layer === layer && tile.unit === unit).own;
  }

  /** The unit that is looked at, and which of its weights. */
  choose(layer, unit, input) {
    this.at = [layer, unit];
    for (const tile of this.tiles) {
      const chosen = tile.layer === layer && tile.unit === unit;
      tile.own.tabIndex = chosen ? 0 : -1;
      if (tile.layer) tile.own.setAttribute("aria-pressed", chosen);
    }
    for (const each of this.lines)
      each.line.classed("np-chosen", each.layer === layer && each.unit === unit && each.input === input);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.place,
      most = Math.max(...this.sizes),
      column = width / this.sizes.length,
      row = (height - LABELS) / most,
      side = Math.floor(Math.min(TILE, row - 5, column - 22));
    this.svg.attr("width", width).attr("height", height).selectAll("text").remove();
    const middle = (layer, unit) => [
      column * (layer + 0.5),
      LABELS + (height - LABELS) / 2 + (unit - (this.sizes[layer] - 1) / 2) * Math.min(row, side + 20),
    ];
    for (const { layer, unit, own } of this.tiles) {
      const [x, y] = middle(layer, unit);
      const box = { left: x - side / 2, top: y - side / 2, width: side, height: side };
      for (const [edge, pixels] of Object.entries(box)) own.style[edge] = `${pixels}px`;
    }
    for (const { layer, unit, input, line, hit } of this.lines) {
      const [x, y] = middle(layer - 1, input),
        [to, below] = middle(layer, unit),
        half = (to - x) / 2,
        d = `M${x} ${y}C${x + half} ${y} ${to - half} ${below} ${to} ${below}`;
      for (const path of [line, hit]) path.attr("d", d);
    }
    this.sizes.forEach((_, layer) =>
      this.svg
        .append("text")
        .attr("x", column * (layer + 0.5))
        .attr("y", 14)
        .text(layer ? (layer === this.last ? "output" : `layer ${layer}`) : "inputs"),
    );
  }

  redraw() {
    this.colours = null;
    this.update();
  }

  update() {
    this.colours ??= { output: classColours(this.place), unit: unitColours(this.place) };
    for (const tile of this.tiles) this.paint(tile);
    this.widen();
  }

  /** Widths of the lines: weights as they are, gradients beside the largest of them. */
  widen() {
    const { graph, ids } = this.run,
      gradients = this.showing === "gradients" && graph.gradients(ids.training.loss),
      read = (id) => (gradients ? gradients[id] : graph.nodes[id].data),
      largest = (ws) => ws.reduce((most, w) => Math.max(most, Math.abs(w)), 1e-12),
      full = gradients ? largest(ids.params.map((id, k) => (k % 2 ? 0 : largest(read(id))))) : FULL;
    for (const { layer, unit, input, line } of this.lines) {
      const w = read(ids.params[2 * layer - 2])[unit * this.sizes[layer - 1] + input],
        wide = Math.min(Math.abs(w) / full, 1) * WIDEST || 0;
      line.attr("stroke-width", wide.toFixed(2)).classed("nn-negative", w < 0).classed("nn-positive", !(w < 0));
    }
  }

  paint({ layer, unit, context, image }) {
    const { picture } = this.run.ids,
      hidden = layer > 0 && layer < this.last,
      table = layer === this.last ? this.colours.output : this.colours.unit,
      [values, low, high] = hidden ? this.answers(layer) : layer ? [this.read(picture.chance), 0, 1] : [null, -1, 1];
    const pixels = new Uint32Array(image.data.buffer),
      n = this.across,
      width = hidden ? this.sizes[layer] : 1;
    for (let row = 0, i = 0; row < n; row++)
      for (let column = 0; column < n; column++, i++) {
        const value = values ? values[i * width + unit] : (2 * (unit ? row : column)) / (n - 1) - 1,
          share = (value - low) / (high - low);
        pixels[(n - 1 - row) * n + column] = table[Math.round(Math.min(Math.max(share || 0, 0), 1) * 255)];
      }
    context.putImageData(image, 0, 0);
  }

  read(id) {
    return this.run.graph.value(id).data;
  }

  /** What the units of a hidden layer answer, and the range to be painted, with 0 in its middle. */
  answers(layer) {
    const values = this.read(this.run.ids.picture.units[layer - 1]),
      bounded = ["tanh", "sigmoid"].includes(this.run.state.activation),
      most = bounded ? 1 : values.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-9);
    return [values, -most, most];
  }
}
