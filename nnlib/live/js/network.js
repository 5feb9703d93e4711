// A network: its units as circles with their values, its weights as lines, as wide as they are large.
import { select } from "d3-selection";
import { colour, element } from "./dom.js";
import { fill, spoken } from "./format.js";
import { countable, must } from "./must.js";

// In pixels, as in network.py, whose TOP includes the legend
const NARROW = 520,
  TOP = 26,
  PITCH = 46,
  MOST = 400,
  ACROSS = 180,
  DOWN = 92,
  SPARE = 46,
  WIDEST = 8;

const write = (value) => fill("{:.2f}", [value]);

export class NetworkPanel {
  constructor(place, spec, graph) {
    place.className = "nn-panel nn-network";
    this.place = place;
    this.spec = spec;
    must(spec.sizes.every(countable), `no page can draw layers of (${spec.sizes}) units`);
    this.read = (id) => graph.value(id).data;
    const legend = ["positive", "negative"].map((sign) => element("span", { class: `nn-${sign}` }, `${sign} weights`));
    this.table = element("table");
    place.append(
      element("div", { class: "nn-legend" }, ...legend),
      element("div", { class: "nn-hidden" }, this.table),
    );
    this.svg = select(place).append("svg").attr("aria-hidden", "true");
  }

  resize() {
    const { sizes, names, terms, weights } = this.spec,
      width = this.place.clientWidth,
      down = width < NARROW,
      layers = sizes.length,
      most = Math.max(...sizes),
      pitch = Math.min(PITCH, (down ? width : MOST) / most),
      height = TOP + (down ? layers * DOWN - SPARE : Math.round(most * pitch));
    const at = (layer, unit) => {
      const beside = (unit - (sizes[layer] - 1) / 2) * pitch;
      return down
        ? [width / 2 + beside, TOP + 20 + layer * DOWN]
        : [
            width / 2 + (layer - (layers - 1) / 2) * Math.min(ACROSS, width / layers),
            TOP + (most * pitch) / 2 + beside,
          ];
    };
    this.svg.attr("width", width).attr("height", height).selectAll("*").remove();
    this.lines = weights.map((_, k) =>
      Array.from({ length: sizes[k] * sizes[k + 1] }, (_, i) => {
        const start = at(k, i % sizes[k]),
          end = at(k + 1, Math.floor(i / sizes[k]));
        return this.svg.append("path").attr("d", `M${start}L${end}`);
      }),
    );
    const radius = Math.min(19, 0.42 * pitch);
    this.table.replaceChildren(element("caption", {}, "Units, and the weights that lead to them"));
    this.units = sizes.flatMap((size, layer) => {
      const [x, y] = at(layer, 0);
      this.svg
        .append("text")
        .attr("x", down ? 4 : x)
        .attr("y", down ? y - 24 : 16)
        .style("text-anchor", down ? "start" : "middle")
        .style("fill", colour(terms[layer]))
        .text(names[layer]);
      return Array.from({ length: size }, (_, i) => this.unit(layer, i, at(layer, i), radius));
    });
    this.update();
  }

  unit(layer, i, [x, y], radius) {
    const { names, terms } = this.spec,
      cells = [element("td"), element("td")];
    this.table.append(element("tr", {}, element("th", { scope: "row" }, `${names[layer]} ${i + 1}`), ...cells));
    this.svg
      .append("circle")
      .attr("class", "nn-box")
      .attr("cx", x)
      .attr("cy", y)
      .attr("r", radius)
      .style("stroke", colour(terms[layer]));
    const text = radius > 15 && this.svg.append("text").attr("class", "nn-unit").attr("x", x).attr("y", y + 4.5);
    return { layer, i, cells, text };
  }

  redraw() {
    this.update();
  }

  update() {
    const { sizes, weights, units, largest } = this.spec;
    weights.forEach((id, k) =>
      this.read(id).forEach((w, i) =>
        this.lines[k][i]
          .attr("class", w < 0 ? "nn-negative" : "nn-positive")
          .attr("stroke-width", Math.min(Math.abs(w) / largest, 1.5) * WIDEST || 0),
      ),
    );
    for (const { layer, i, cells, text } of this.units) {
      const value = write(this.read(units[layer])[i]),
        into = layer ? this.read(weights[layer - 1]).slice(i * sizes[layer - 1], (i + 1) * sizes[layer - 1]) : [];
      if (text) text.text(value);
      [value, Array.from(into, write).join(", ")].forEach((told, k) => {
        cells[k].textContent = spoken(told);
      });
    }
  }
}
