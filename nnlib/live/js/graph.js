// A computation graph: boxes with the value and gradient of every step, in rows where there is room, else going down.
import { select } from "d3-selection";
import { button, colour, element, isSymbol } from "./dom.js";
import { six, spoken } from "./format.js";
import { countable, must } from "./must.js";

// In pixels; graph.py has the same numbers, so that the room a figure will take is known before it wakes
const NARROW = 520,
  SLOT = 52,
  LEAST = 76,
  WIDEST = 132;
const HUNG = 74,
  CLEAR = 8,
  BOX = 66,
  SLOPE = 24,
  TURN = 18,
  STEP = 112;

export class GraphPanel {
  constructor(place, spec, graph) {
    this.place = place;
    this.spec = spec;
    this.graph = graph;
    this.views = spec.views.map((nodes) => nodes.map((n) => ({ hung: [], from: [], name: "", ...n })));
    this.view = 0;
    for (const view of this.views)
      for (const { at, from, node, hung } of view) {
        must(at.length === 2 && at.every(countable), `no page can draw a step at (${at})`);
        for (const id of from) must(view.some((n) => n.node === id), `a step comes from ${id}, which is not shown`);
        for (const id of [node, ...hung.map((leaf) => leaf.node)]) graph.value(id); // it exists, in the view not shown, too
      }
    place.className = "nn-panel nn-graph";
    place.append(this.legend());
    this.svg = select(place).append("svg").attr("aria-hidden", "true");
    this.table = element("table");
    place.append(element("div", { class: "nn-hidden" }, this.table));
    this.back = spec.backward ? 0 : Infinity; // from how many boxes the gradient has gone back
    if (spec.backward) place.append(this.stepper());
  }

  stepper() {
    const go = (back) => {
      this.back = back;
      this.update();
      this.tell();
    };
    const count = () => this.views[this.view].length;
    this.all = button("All", () => go(this.back < count() ? count() : 0));
    this.told = element("span", { role: "status" });
    const step = button("Back one step", () => go(Math.min(this.back + 1, count())), { class: "nn-play" });
    return element("div", { class: "nn-buttons" }, step, this.all, this.told);
  }

  /** How far back the gradient has gone, in words. */
  tell() {
    const count = this.views[this.view].length;
    this.told.textContent = `${Math.min(this.back, count)} of ${count} boxes`;
    this.all.textContent = this.back < count ? "All" : "None";
  }

  legend() {
    const row = element(
      "div",
      { class: "nn-legend" },
      element("span", { class: "nn-forward" }, "values"),
      element("span", { class: "nn-backward" }, `gradients of ${this.views[0].at(-1).name || "the result"}`),
    );
    if (this.views.length > 1) {
      const input = element("input", { type: "checkbox", role: "switch" });
      input.addEventListener("change", () => {
        this.view = Number(input.checked);
        this.resize();
      });
      row.append(element("label", { class: "nn-switch" }, input, "every operation"));
    }
    return row;
  }

  resize() {
    const nodes = this.views[this.view],
      width = this.place.clientWidth;
    const layout = width < NARROW ? down(nodes, width) : across(nodes, width);
    this.svg.attr("width", width).attr("height", layout.height).selectAll("*").remove();
    const boxes = new Map(nodes.map((n) => [n.node, { ...n, ...layout.place(n) }]));
    this.shown = [];
    this.ways = [];
    const newest = nodes.map((n) => n.node).sort((a, b) => b - a);
    for (const box of boxes.values()) {
      this.turn = newest.indexOf(box.node);
      for (const id of box.from) this.arrows(layout, boxes.get(id), box);
      this.box(layout, box);
      box.hung.forEach((leaf, k) => this.hung(layout, box, leaf, k));
    }
    this.table.replaceChildren(
      element("caption", {}, "Values and gradients"),
      headings(),
      ...this.shown.map((s) => s.row),
    );
    if (this.told) this.tell();
    this.redraw();
  }

  /** A name or formula at (x, y). */
  title(text, x, y, className, term) {
    return this.svg
      .append("text")
      .attr("class", className)
      .attr("x", x)
      .attr("y", y)
      .style("fill", colour(term))
      .text(text);
  }

  /** Two numbers that follow node n, and a row of the table that says them. */
  numbers(n, value, slope) {
    const cells = [element("td"), element("td")];
    this.shown.push({
      id: n.node,
      turn: this.turn,
      value,
      slope,
      cells,
      row: element(
        "tr",
        {},
        element("th", { scope: "row" }, [n.name, n.formula].filter(Boolean).join(" = ")),
        ...cells,
      ),
    });
  }

  number(x, y, className, anchor = "middle") {
    return this.svg.append("text").attr("class", className).attr("x", x).attr("y", y).style("text-anchor", anchor);
  }

  box(layout, box) {
    const middle = box.x + box.width / 2,
      both = box.name && box.formula;
    this.svg
      .append("rect")
      .attr("class", "nn-box")
      .attr("x", box.x)
      .attr("y", box.y)
      .attr("width", box.width)
      .attr("height", BOX)
      .attr("rx", 6)
      .style("stroke", colour(box.term));
    this.title(
      box.name || box.formula,
      middle,
      box.y + (both ? 20 : 26),
      box.name && isSymbol(box.name) ? "nn-name" : "nn-formula",
      box.term,
    );
    if (both) this.title(box.formula, middle, box.y + 37, "nn-formula nn-small", "muted");
    const value = this.number(middle, box.y + 56, "nn-value");
    const slope = layout.slope(box);
    this.numbers(box, value, this.number(slope.x, slope.y, "nn-slope", slope.anchor));
  }

  hung(layout, box, leaf, k) {
    const place = layout.hung(box, k);
    this.svg.append("path").attr("class", "nn-stem").attr("d", place.stem).style("stroke", colour(leaf.term));
    this.title(leaf.name, place.x, place.y, "nn-name", leaf.term);
    const value = this.number(place.x, place.y + 16, "nn-small").style("fill", colour(leaf.term));
    this.numbers(leaf, value, this.number(place.x, place.y + 31, "nn-small nn-slope"));
  }

  arrows(layout, from, to) {
    const [there, back] = layout.arrows(from, to);
    this.svg
      .append("path")
      .attr("class", "nn-there")
      .attr("d", there.path + head(there));
    const way = this.svg.append("path").attr("class", "nn-back");
    this.ways.push({ way: way.attr("d", back.path + head(back)), turn: this.turn });
  }

  redraw() {
    this.update();
  }

  update() {
    const slopes = this.graph.gradients(this.spec.of);
    for (const { way, turn } of this.ways) way.style("visibility", turn < this.back ? null : "hidden");
    for (const { id, turn, value, slope, cells } of this.shown) {
      const gone = turn < this.back,
        texts = [six(this.graph.value(id).data[0]), slopes[id] && gone ? six(slopes[id][0]) : ""];
      [value, slope].forEach((text, k) => {
        if (text.text() !== texts[k]) text.text(texts[k]);
      });
      cells.forEach((cell, k) => {
        cell.textContent = spoken(texts[k]);
      });
    }
  }
}

const headings = () =>
  element("tr", {}, ...["step", "value", "gradient"].map((text) => element("th", { scope: "col" }, text)));

/** The head of an arrow that arrives at (x, y), going right, left, down or up. */
function head({ x, y, dx, dy }) {
  const long = 5, wide = 3.5;
  const [baseX, baseY] = [x - long * dx, y - long * dy];
  return `M${baseX - wide * dy} ${baseY - wide * dx}L${x} ${y}L${baseX + wide * dy} ${baseY + wide * dx}`;
}

const count = (nodes, which) => Math.max(...nodes.map((n) => n.at[which])) + 1;

/** From left to right, in as many rows as the columns need. */
function across(nodes, width) {
  const columns = count(nodes, 0),
    lanes = count(nodes, 1),
    least = Math.max(LEAST, ...nodes.map((n) => SLOT * n.hung.length));
  const rows = Math.ceil(columns / Math.floor(width / least)),
    inRow = Math.ceil(columns / rows);
  const pitch = Math.min(WIDEST, width / inRow),
    gap = Math.min(Math.max(pitch * 0.26, 14), 34),
    offset = (width - pitch * inRow) / 2;
  const bottoms = []; // of the boxes in every lane of every row
  let height = -TURN;
  for (let row = 0; row < rows; row++) {
    height += TURN;
    bottoms.push(
      Array.from({ length: lanes }, (_, lane) => {
        const crowned = nodes.some((n) => n.hung.length && n.at[1] === lane && Math.floor(n.at[0] / inRow) === row);
        height += (crowned ? HUNG : CLEAR) + BOX + SLOPE;
        return height - SLOPE;
      }),
    );
  }
  return {
    height,
    place({ at: [column, lane] }) {
      const row = Math.floor(column / inRow);
      return { row, x: offset + (column % inRow) * pitch + gap / 2, y: bottoms[row][lane] - BOX, width: pitch - gap };
    },
    slope: (box) => ({ x: box.x + box.width / 2, y: box.y + BOX + 17, anchor: "middle" }),
    hung(box, k) {
      const x = box.x + box.width / 2 + (k - (box.hung.length - 1) / 2) * Math.min(pitch / box.hung.length, 64);
      return { x, y: box.y - 57, stem: `M${x} ${box.y - 20}V${box.y}` };
    },
    arrows(a, b) {
      const right = a.x + a.width + 2,
        left = b.x - 2,
        up = BOX * 0.36,
        low = BOX * 0.64;
      if (a.row !== b.row) {
        // out to the edge, between the rows, and in from the other edge
        const between = bottoms[a.row][lanes - 1] + SLOPE + TURN / 2,
          out = Math.min(gap / 2, 12) - 3;
        const around = (y, shift) =>
          `M${right} ${a.y + y}h${out + shift}V${between + shift}H${left - out + shift}V${b.y + y}H${left}`;
        return [
          { path: around(up, 2), x: left, y: b.y + up, dx: 1, dy: 0 },
          { path: around(low, -2), x: right, y: a.y + low, dx: -1, dy: 0 },
        ];
      }
      const middle = (right + left) / 2,
        way = (y) => `M${right} ${a.y + y}C${middle} ${a.y + y} ${middle} ${b.y + y} ${left} ${b.y + y}`;
      return [
        { path: way(up), x: left, y: b.y + up, dx: 1, dy: 0 },
        { path: way(low), x: right, y: a.y + low, dx: -1, dy: 0 },
      ];
    },
  };
}

/** From top to bottom, for a phone: what hangs above a box in a row stands left of it here. */
function down(nodes, width) {
  const lanes = count(nodes, 1),
    columns = count(nodes, 0),
    room = width / lanes;
  const boxWidth = Math.min(150, room * 0.5),
    beside = room - boxWidth / 2 - 78, // leaves room for the gradient, right of the arrows
    left = Math.min(Math.max(room - boxWidth - 12, 0) * 0.62 + 6, beside);
  return {
    height: (columns - 1) * STEP + BOX + SLOPE,
    place: ({ at: [column, lane] }) => ({ row: 0, lane, x: lane * room + left, y: 1 + column * STEP, width: boxWidth }),
    slope(box) {
      // beside the arrows that leave the box, and above those that pass on their way to the next
      const last = box.at[0] === columns - 1;
      return { x: box.x + box.width / 2 + (last ? 0 : 20), y: box.y + BOX + 17, anchor: last ? "middle" : "start" };
    },
    hung(box, k) {
      const x = box.x - Math.min(left - 4, 84) / 2 - 16,
        height = 40;
      const y = box.y + BOX / 2 + (k - (box.hung.length - 1) / 2) * (height + 14);
      return { x, y: y - 9, stem: `M${x + 30} ${y}H${box.x}` };
    },
    arrows(a, b) {
      const [ax, bx] = [a, b].map((box) => box.x + box.width / 2),
        top = a.y + BOX + 2,
        bottom = b.y - 2,
        bend = (top + bottom) / 2;
      const way = (shift) =>
        `M${ax + shift} ${top}C${ax + shift} ${bend} ${bx + shift} ${bend} ${bx + shift} ${bottom}`;
      return [
        { path: way(-9), x: bx - 9, y: bottom, dx: 0, dy: 1 },
        { path: way(9), x: ax + 9, y: top, dx: 0, dy: -1 },
      ];
    },
  };
}
