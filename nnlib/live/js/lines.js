// Number lines, one below another: a value on each, a nudge of it, and how much of the nudge reaches the next line.
import { axisBottom } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { colour, element } from "./dom.js";
import { fill } from "./format.js";
import { marks } from "./marks.js";

// In pixels, as in lines.py
const ROW = 88,
  SPARE = 28,
  AXIS = 34,
  EDGE = 16;

export class LinesPanel {
  constructor(place, spec, graph, { note }) {
    place.className = "nn-panel nn-lines";
    this.place = place;
    this.read = (id) => graph.value(id).data;
    this.svg = select(place).append("svg").attr("aria-hidden", "true");
    this.texts = spec.marks
      .filter((mark) => mark.kind === "text")
      .map((mark) => marks.text({ note, read: this.read }, mark));
    this.lines = [];
    for (const mark of spec.marks) if (mark.kind === "numberline") this.lines.push(this.line(mark, this.lines.length));
  }

  line(mark, k) {
    const add = (tag, className, ink) => this.svg.append(tag).attr("class", className).style("color", ink);
    const told = (top, className = "") => {
      const style = `top: ${k * ROW + top}px; color: ${colour(className ? mark.term : "gradient")}`;
      return this.place.appendChild(element("p", { class: className, style }));
    };
    return {
      ...mark,
      symbol: mark.label.split(" = ")[0],
      scale: scaleLinear().domain([mark.low, mark.high]),
      band: add("path", "nn-band", colour("gradient")),
      ticks: add("g", "nn-ticks").attr("transform", `translate(0,${k * ROW + AXIS})`),
      nudge: add("path", "nn-nudge", colour("gradient")),
      point: add("circle", "nn-points", colour(mark.term)).attr("r", 6).attr("cy", k * ROW + AXIS),
      rates: told(4 - SPARE),
      name: told(0, "nn-left"),
      told: told(0),
    };
  }

  resize() {
    const width = this.place.clientWidth;
    this.svg.attr("width", width).attr("height", this.lines.length * ROW - SPARE);
    for (const { scale, ticks } of this.lines)
      ticks.call(axisBottom(scale.range([EDGE, width - EDGE])).ticks(width / 70).tickSizeOuter(0));
    this.update();
  }

  redraw() {
    this.update();
  }

  update() {
    let above;
    for (const [k, line] of this.lines.entries()) {
      const value = this.read(line.value)[0],
        nudge = line.nudged === undefined ? null : this.read(line.nudged)[0] - value,
        y = k * ROW + AXIS,
        [from, to] = [value, value + nudge].map((v) => at(line, v));
      line.point.attr("cx", from);
      line.nudge.attr("d", `M${from} ${y}H${to}`);
      say(line.name, [line.label, value]);
      say(line.told, [`Δ${line.symbol}`, nudge]);
      if (above) {
        line.band.attr("d", `M${above.from} ${above.y}H${above.to}L${to} ${y}H${from}Z`);
        say(
          line.rates,
          [`Δ${line.symbol}/Δ${above.symbol}`, above.nudge ? nudge && nudge / above.nudge : null],
          [`d${line.symbol}/d${above.symbol}`, line.rate === undefined ? null : this.read(line.rate)[0]],
        );
      }
      above = { symbol: line.symbol, nudge, y, from, to };
    }
    for (const write of this.texts) write();
  }
}

/** Where a number stands, in pixels; outside the panel if it lies beyond the line or has run away. */
function at({ scale }, value) {
  const x = scale(value),
    [left, right] = scale.range();
  return Number.isNaN(x) ? -EDGE : Math.min(Math.max(x, left - 2 * EDGE), right + 2 * EDGE);
}

/** "Δu/Δx = 2.1   du/dx = 2", without what there is not. */
function say(place, ...numbers) {
  const told = numbers.filter(([, value]) => value !== null);
  place.textContent = told.map(([name, value]) => `${name} = ${fill("{:.4~g}", [value])}`).join("\u2003");
}
