// A drawing: a pad for mouse, finger or pen, and beside it the pixels that come of it, which keys can change as well.
import { button, element, holdPage } from "./dom.js";
import { fill } from "./format.js";
import { countable, must } from "./must.js";

// As the digits of nnlib's data were made: a character is as high as the image and at most so wide, and of the dots
// that a pixel consists of, those are counted which the pen has touched
const DOTS = 4, // along each side of a pixel
  EDGE = 2, // from the line of the pen to the edge of the image, in dots
  WIDE = 5 / 8,
  LEAST = 0.3, // of the pad: what is no higher, such as a dot or a stroke across, is enlarged no further
  INK = 0.3, // of all dots are inked, whatever the digit: the longer the line, the thinner the pen
  [FINE, BROAD] = [2.2, 4.5]; // its radius, at least and at most

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const clamp = (value, most) => Math.min(most, Math.max(0, value));

/** The ink of each pixel, from 0 to 1, of strokes on a pad of width 1. */
function counted(strokes, rows, columns) {
  const [high, wide] = [rows, columns].map((n) => n * DOTS),
    dots = new Uint8Array(high * wide),
    pixels = new Float64Array(rows * columns),
    lines = strokes.map((stroke) => stroke.map(scaled(strokes, high, wide))),
    parts = lines.flatMap((points) => points.map((to, i) => [points[Math.max(0, i - 1)], to])),
    length = parts.reduce((sum, [[x0, y0], [x1, y1]]) => sum + Math.hypot(x1 - x0, y1 - y0), 0),
    pen = Math.max(FINE, Math.min(BROAD, (INK * dots.length) / 2 / length));
  for (const [from, to] of parts) touch(dots, from, to, pen, high, wide);
  dots.forEach((inked, i) => {
    const [row, column] = [Math.floor(i / wide), i % wide].map((n) => Math.floor(n / DOTS));
    pixels[row * columns + column] += inked / DOTS ** 2;
  });
  return pixels;
}

/** From the pad to the dots: the drawing in the middle, as high as there is room, and made narrower if it is too wide. */
function scaled(strokes, high, wide) {
  const [x, y] = [0, 1].map((axis) => {
    const values = strokes.flat().map((point) => point[axis]),
      [low, top] = [Math.min(...values), Math.max(...values)];
    return { middle: (low + top) / 2, length: top - low };
  });
  const down = (high - 2 * EDGE) / Math.max(y.length, LEAST),
    across = Math.min((wide * WIDE - 2 * EDGE) / Math.max(x.length, 1e-9), down);
  return ([px, py]) => [wide / 2 + (px - x.middle) * across, high / 2 + (py - y.middle) * down];
}

/** Ink every dot that a pen going from one point to another touches. */
function touch(dots, [x0, y0], [x1, y1], pen, high, wide) {
  const [dx, dy] = [x1 - x0, y1 - y0],
    square = dx * dx + dy * dy,
    first = (a, b) => Math.max(0, Math.floor(Math.min(a, b) - pen)),
    last = (a, b, end) => Math.min(end, Math.ceil(Math.max(a, b) + pen));
  for (let row = first(y0, y1); row < last(y0, y1, high); row++)
    for (let column = first(x0, x1); column < last(x0, x1, wide); column++) {
      const [x, y] = [column + 0.5 - x0, row + 0.5 - y0],
        along = square && clamp((x * dx + y * dy) / square, 1);
      if (Math.hypot(x - along * dx, y - along * dy) <= pen) dots[row * wide + column] = 1;
    }
}

export class DrawingPanel {
  /** draw(leaf, pixels, settled) changes the leaf, start(leaf) is what it was at first, control(leaf) describes it. */
  constructor(place, { leaf }, graph, { draw, start, control }) {
    const { name, shape, samples = [] } = control(leaf),
      [rows, columns] = shape,
      { data } = graph.leaf(leaf, name),
      sound = (pixels) => pixels.length === data.length && pixels.every(Number.isFinite);
    must(shape.every(countable) && rows * columns === data.length, `no drawing of (${shape}) has ${data.length} pixels`);
    for (const [text, pixels] of samples) must(sound(pixels), `the sample ${text} is no image of (${shape}) pixels`);
    Object.assign(this, { rows, columns, data, cursor: 0, strokes: [], made: [] });
    this.draw = (pixels, settled) => draw(leaf, pixels, settled);
    this.start = () => this.draw(start(leaf), true);
    place.className = "nn-panel nn-drawing";
    place.style.setProperty("--nn-shape", `${columns} / ${rows}`);
    this.status = element("div", { class: "nn-hidden", role: "status" });
    place.append(
      element("p", {}, name),
      element("p", {}, `${rows} × ${columns} pixels`),
      this.makePad(name),
      this.makeGrid(name),
      element(
        "div",
        { class: "nn-samples", role: "group", "aria-label": `${name}: what to put there` },
        button("Clear", () => this.draw(data.map(() => 0), true)),
        ...samples.map(([text, pixels]) => button(text, () => this.draw(pixels, true), { "aria-label": `sample ${text}` })),
      ),
      this.status,
    );
  }

  makePad(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 0 1 ${this.rows / this.columns}`);
    this.path = svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
    this.pad = element("div", { class: "nn-pad", role: "img", "aria-label": `Pad for ${name}` }, svg);
    const on = (type, hear) => this.pad.addEventListener(type, hear, { passive: false });
    on("touchstart", holdPage);
    on("pointerdown", (event) => {
      if (!event.isPrimary || event.button) return;
      this.pad.setPointerCapture(event.pointerId); // what leaves the pad is drawn along its edge
      this.hand = event.pointerId;
      this.strokes.push([]);
      this.ink([event]);
    });
    on("pointermove", (event) => {
      const all = event.getCoalescedEvents?.() ?? [];
      if (event.pointerId === this.hand && event.buttons) this.ink(all.length ? all : [event]);
    });
    on("pointerup", (event) => {
      if (event.pointerId === this.hand) this.draw(this.made, true);
      this.hand = null;
    });
    return this.pad;
  }

  /** The pen has come to where these events are. */
  ink(events) {
    const { left, top, width } = this.pad.firstChild.getBoundingClientRect();
    if (!this.strokes.length) this.strokes.push([]); // somebody has cleared the pad while the pen was down
    const points = events.map((e) => [
      clamp((e.clientX - left) / width, 1),
      clamp((e.clientY - top) / width, this.rows / this.columns),
    ]);
    this.strokes[this.strokes.length - 1].push(...points);
    this.made = counted(this.strokes, this.rows, this.columns);
    this.draw(this.made, false);
  }

  makeGrid(name) {
    this.cells = Array.from(this.data, (_, i) => {
      const cell = element("div", { role: "gridcell" });
      cell.addEventListener("click", () => this.deepen(i));
      return cell;
    });
    const row = (_, r) =>
      element("div", { role: "row" }, ...this.cells.slice(r * this.columns, (r + 1) * this.columns));
    const label = `Pixels of ${name}: arrow keys move, the space bar inks`;
    const grid = element("div", { class: "nn-cells", role: "grid", "aria-label": label }, ...Array.from({ length: this.rows }, row));
    grid.addEventListener("keydown", (event) => this.key(event));
    return grid;
  }

  key(event) {
    const [down, across] = ARROWS[event.key] ?? [];
    if (event.key === "Backspace") this.start();
    else if (event.key === " " || event.key === "Enter") this.deepen(this.cursor);
    else if (down !== undefined) {
      const row = clamp(Math.floor(this.cursor / this.columns) + down, this.rows - 1),
        column = clamp((this.cursor % this.columns) + across, this.columns - 1);
      this.point(row * this.columns + column);
    } else return;
    event.preventDefault();
  }

  /** The cursor goes to a pixel. */
  point(i) {
    this.cursor = i;
    this.update();
    this.cells[i].focus();
  }

  /** A pixel gets half of its ink, or all of it, or is blank again. */
  deepen(i) {
    const ink = this.data[i],
      next = ink < 0.5 ? 0.5 : ink < 1 ? 1 : 0;
    this.draw(
      this.data.map((v, k) => (k === i ? next : v)),
      true,
    );
    this.point(i);
    this.status.textContent = this.told(i);
  }

  told(i) {
    const place = `row ${Math.floor(i / this.columns) + 1}, column ${(i % this.columns) + 1}`;
    return `${place}, ink ${fill("{:.2~f}", [this.data[i]])} of 1`;
  }

  resize() {}

  redraw() {}

  update() {
    if (this.data.some((ink, i) => ink !== this.made[i])) this.strokes = []; // these pixels are not from the pad
    const points = this.strokes.map((stroke) => `M${stroke[0]}L${stroke.join(" ")}`);
    this.path.setAttribute("d", points.join(""));
    this.pad.classList.toggle("nn-blank", !points.length);
    this.cells.forEach((cell, i) => {
      cell.style.setProperty("--nn-ink", `${100 * this.data[i]}%`);
      cell.setAttribute("aria-label", this.told(i));
      cell.tabIndex = i === this.cursor ? 0 : -1;
    });
  }
}
