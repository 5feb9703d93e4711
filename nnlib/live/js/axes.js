// A panel with axes: marks in a clipped plot, a canvas below it for heat maps, ticks around it.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear, scaleLog } from "d3-scale";
import { select } from "d3-selection";
import { colour } from "./dom.js";
import { onLogAxis } from "./format.js";
import { put } from "./labels.js";
import { marks, reads } from "./marks.js";
import { must } from "./must.js";
import { classColours } from "./palette.js";

const MARGIN = { top: 8, right: 14, bottom: 44, left: 54 },
  NONE = { top: 0, right: 0, bottom: 0, left: 0 };

function scale({ log, domain }) {
  const [low, high] = domain,
    far = Math.max(Math.abs(low), Math.abs(high));
  must(high - low > 1e-9 * far && far > 1e-100 && far < 1e100, `no axis can reach from ${low} to ${high}`);
  must(!log || low > 0, `a log axis cannot begin at ${low}`);
  return (log ? scaleLog() : scaleLinear()).domain(domain);
}

export class AxesPanel {
  /** Fills the element `place`; note() makes room for a text below, history(id) is what a node was before each step,
      slide(leaf, value, settled) moves a slider, slider(leaf) is its specification and input(leaf) its element. */
  constructor(place, spec, graph, shared) {
    const root = select(place).attr("class", "nn-panel nn-axes").style("--nn-aspect", spec.aspect);
    this.place = place;
    this.spec = spec;
    this.graph = graph;
    this.margin = spec.bare ? NONE : MARGIN;
    must(spec.aspect > 0.01 && spec.aspect < 100, `a panel cannot be ${spec.aspect} times as high as wide`);
    must(Array.isArray(spec.x.names ?? []), "the names below an axis are no list");
    [this.x, this.y] = [spec.x, spec.y].map(scale);
    this.ground = root.append("div").attr("class", "nn-ground");
    this.svg = root.append("svg").attr("role", "presentation");
    if (!spec.bare)
      [this.bottom, this.left] = ["x", "y"].map(() => ({
        ticks: this.svg.append("g").attr("class", "nn-ticks"),
        label: this.svg.append("text").attr("class", "nn-axis"),
      }));
    this.plot = this.svg
      .append("svg")
      .attr("class", spec.marks.every((m) => m.kind === "history") ? "nn-open" : "nn-plot");
    this.labels = [];
    const tools = {
      ...shared,
      x: this.x,
      y: this.y,
      read: (id) => graph.value(id).data,
      canvas: (width, height) => this.ground.append("canvas").attr("width", width).attr("height", height).node(),
      colours: () => (this.colours ??= classColours(place)),
      widen: (steps) => this.widen(steps),
    };
    this.marks = spec.marks.map((mark) => {
      must(Object.hasOwn(marks, mark.kind), `this script knows no mark “${mark.kind}”`);
      // what would give an answer away stands by itself, to be shown when the reader has guessed
      const plot = mark.hidden ? this.plot.append("g").attr("class", "nn-answered") : this.plot;
      const own = { ...tools, plot, label: (...label) => this.label(plot, ...label) };
      return { draw: marks[mark.kind](own, mark), reads: reads(mark), always: mark.kind === "history", drawn: -1 };
    });
  }

  resize() {
    const width = this.place.clientWidth,
      height = Math.round(width * this.spec.aspect),
      m = this.margin;
    this.inner = { width: Math.max(width - m.left - m.right, 1), height: Math.max(height - m.top - m.bottom, 1) };
    this.svg.attr("width", width).attr("height", height);
    this.plot.attr("x", m.left).attr("y", m.top).attr("width", this.inner.width).attr("height", this.inner.height);
    this.ground.style("inset", `${m.top}px ${m.right}px ${m.bottom}px ${m.left}px`);
    this.x.range([0, this.inner.width]);
    this.y.range([this.inner.height, 0]);
    this.scaffold();
    this.redraw();
  }

  scaffold() {
    if (this.spec.bare) return;
    const { left, top } = this.margin,
      { width, height } = this.inner;
    const { log, names } = this.spec.x;
    this.bottom.ticks.attr("transform", `translate(${left},${top + height})`).call(
      axisBottom(this.x)
        .ticks(width / 70, log && onLogAxis)
        .tickValues(names && Object.keys(names).map(Number))
        .tickFormat(names && ((i) => names[i]))
        .tickSizeOuter(0),
    );
    this.left.ticks.attr("transform", `translate(${left},${top})`).call(
      axisLeft(this.y)
        .ticks(height / 45, this.spec.y.log && onLogAxis)
        .tickSizeOuter(0),
    );
    this.bottom.label
      .attr("x", left + width / 2)
      .attr("y", top + height + 38)
      .text(this.spec.x.label);
    this.left.label.attr("transform", `translate(13,${top + height / 2}) rotate(-90)`).text(this.spec.y.label);
  }

  /** A function that moves a label to (x, y), or as near as there is room: where it starts, or with "end" ends. */
  label(plot, text, term, anchor) {
    const node = plot.append("text").attr("class", "nn-label").style("fill", colour(term)).text(text);
    const label = { node, anchor };
    this.labels.push(label);
    return (x, y) => Object.assign(label, { x, y });
  }

  /** The x axis of a history doubles when its steps have filled it, and is what it was after a reset. */
  widen(steps) {
    let [low, high] = this.spec.x.domain;
    must(high > 0, `steps cannot be drawn on an axis that ends at ${high}`);
    while (high < steps) high *= 2;
    if (high === this.x.domain()[1]) return;
    this.x.domain([low, high]);
    this.scaffold();
  }

  /** Draw everything again, with the colours of the page as they are now. */
  redraw() {
    this.colours = null;
    for (const mark of this.marks) mark.drawn = -1;
    this.update();
  }

  update() {
    for (const mark of this.marks) {
      const newest = Math.max(0, ...mark.reads.map((id) => this.graph.value(id).version));
      if (newest !== mark.drawn || mark.always) mark.draw();
      mark.drawn = newest;
    }
    put(this.labels, this.inner);
  }
}
