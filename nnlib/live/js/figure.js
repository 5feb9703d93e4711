// A live figure: panels, controls and buttons around one graph.
import { Ask } from "./ask.js";
import { AxesPanel } from "./axes.js";
import { control, keepKeys, snap } from "./controls.js";
import { bold, button, element } from "./dom.js";
import { DrawingPanel } from "./drawing.js";
import { Graph } from "./evaluate.js";
import { fill, spoken } from "./format.js";
import { GraphPanel } from "./graph.js";
import { LinesPanel } from "./lines.js";
import { NetworkPanel } from "./network.js";
import { must } from "./must.js";
import { moved } from "./optim.js";
import { onThemeChange } from "./palette.js";
import { Sketch } from "./sketch.js";
import { Player, Training } from "./train.js";

const LINK = "nn-link"; // the event between figures
const kinds = { axes: AxesPanel, drawing: DrawingPanel, graph: GraphPanel, lines: LinesPanel, network: NetworkPanel };

export class LiveFigure {
  /** Build the figure inside `place`; `onMove({ leaf: value })` hears of every change that a reader makes. */
  constructor(place, spec, onMove = () => {}) {
    this.spec = spec;
    this.onMove = onMove;
    this.graph = new Graph(spec.nodes);
    this.first = this.graph.nodes.map((node) => (node.leaf ? node.data.slice() : null));
    this.training = new Training(this.graph, spec.train);
    this.notes = element("p", { class: "nn-notes" });
    this.status = element("div", { class: "nn-hidden", role: "status" });
    this.plots = this.makePlots();
    this.rows = this.makeControls();
    this.root = element(
      "div",
      { class: "nn-figure" },
      this.plots,
      ...(spec.predict ? [this.makeGuess(spec.predict)] : []),
      ...this.rows,
      this.status,
      ...(spec.caption ? [element("figcaption", {}, ...bold(spec.caption))] : []),
    );
    keepKeys(this.root);
    place.append(this.root);
    this.resize();
    this.update();
    this.watch(); // last: a figure that fails leaves nothing behind
  }

  makePlots() {
    const { panels, alt, predict } = this.spec;
    const plots = element("div", {
      class: "nn-plots",
      role:
        panels.every((p) => p.kind === "axes" && !p.marks.some((m) => m.drag)) && predict?.mark === undefined
          ? "img"
          : "group",
      "aria-label": alt,
    });
    const columns = panels.filter((p) => p.kind === "axes").map((p) => `minmax(0,${p.width}fr)`);
    plots.style.setProperty("--nn-columns", columns.join(" ") || "minmax(0,1fr)");
    const shared = {
      note: () => this.note(),
      history: (id) => this.training.history(id),
      slide: (leaf, value, settled) => this.slide(leaf, value, settled),
      draw: (leaf, pixels, settled) => this.locked || this.move({ leaf }, pixels, settled),
      start: (leaf) => this.first[leaf],
      control: (leaf) => this.spec.controls.find((c) => c.leaf === leaf),
      slider: (leaf) => this.spec.controls.find((c) => c.leaf === leaf && c.kind === "slider"),
      input: (leaf) => (this.locked ? null : this.inputs.get(leaf)),
    };
    if (this.spec.train) this.told = this.note();
    this.panels = panels.map((panel) => {
      must(Object.hasOwn(kinds, panel.kind), `this script knows no panel “${panel.kind}”`);
      return new kinds[panel.kind](plots.appendChild(element("div")), panel, this.graph, shared);
    });
    return plots;
  }

  note() {
    return this.notes.appendChild(element("span"));
  }

  makeControls() {
    const { controls, train } = this.spec;
    for (const { leaf, name } of controls) this.graph.leaf(leaf, name);
    const shown = controls.filter((c) => c.kind !== "drawing"); // a drawing is moved in its panel
    const made = shown.map((c) => ({
      ...c,
      entry: c.entry ?? 0,
      ...control(
        c,
        (value, settled) => this.move(c, value, settled),
        () => this.first[c.leaf][c.entry ?? 0],
      ),
    }));
    this.inputs = new Map(made.map((c) => [c.leaf, c.element.querySelector("input")]));
    this.shows = made.map(
      ({ leaf, entry, show }) =>
        () =>
          show(this.graph.nodes[leaf].data[entry]),
    );
    const ofTraining = (c) => train && typeof train.lr === "object" && c.leaf === train.lr.node;
    const rows = [];
    const sliders = made.filter((c) => !ofTraining(c));
    if (sliders.length) rows.push(element("div", { class: "nn-controls" }, ...sliders.map((c) => c.element)));
    const tools = [...this.makeButtons(), ...made.filter(ofTraining).map((c) => c.element)];
    if (this.notes.hasChildNodes()) tools.push(this.notes);
    if (tools.length) rows.push(element("div", { class: "nn-tools" }, ...tools));
    return rows;
  }

  /** What the reader is asked before anything moves. */
  makeGuess(spec) {
    this.sketch = spec.mark === undefined ? null : new Sketch(this.panels[spec.panel], spec);
    this.ask = new Ask(spec, this);
    return element("div", { class: "nn-predict" }, ...this.ask.rows);
  }

  /** Before the guess nothing can be moved, and what would give the answer away is not shown. */
  lock(on) {
    this.locked = on;
    this.plots.classList.toggle("nn-locked", on);
    for (const row of this.rows) row.inert = on;
    if (on && this.ask) this.reset();
  }

  makeButtons() {
    const { controls, train } = this.spec,
      buttons = [];
    this.player =
      train &&
      new Player(
        this.training,
        () => this.update(),
        (playing) => this.playing(playing),
      );
    if (train?.play) {
      this.toggle = button("Train", () => (this.player.playing ? this.player.pause() : this.player.play()), {
        class: "nn-play",
      });
      buttons.push(this.toggle);
    }
    if (train?.step) buttons.push(button(train.step, () => this.train(1), train.play ? {} : { class: "nn-play" }));
    if (train || controls.length) buttons.push(button("Reset", () => this.reset()));
    return buttons.length ? [element("div", { class: "nn-buttons" }, ...buttons)] : [];
  }

  /** A reader moved a control; `settled` once the slider has been let go. */
  move({ leaf, entry = 0 }, value, settled) {
    if (this.graph.nodes[leaf].data[entry] !== value) {
      this.graph.set(leaf, value, entry);
      this.update();
      this.tell([leaf]);
    }
    if (settled) this.say();
  }

  /** A point was dragged: its slider goes to the nearest of its steps. */
  slide(leaf, value, settled) {
    if (this.locked) return;
    const slider = this.spec.controls.find((c) => c.leaf === leaf);
    this.move(slider, snap(slider, value), settled);
  }

  train(steps) {
    for (let k = 0; k < steps; k++) this.training.step();
    this.update();
    this.trained();
  }

  /** After training: tell whoever keeps the parameters, and whoever listens. */
  trained() {
    const { train } = this.spec;
    this.tell([...moved(train), ...(train.batch ? [train.batch.node] : [])]);
    this.say();
  }

  playing(on) {
    this.toggle.textContent = on ? "Pause" : "Train";
    if (!on) this.trained();
  }

  reset() {
    this.player?.pause();
    this.training.reset();
    this.first.forEach((data, id) => data && this.graph.set(id, data));
    this.update();
    this.tell(this.first.flatMap((data, id) => (data ? [id] : [])));
    this.say();
  }

  /** Leaves have changed here: whoever keeps them hears of it, and so do figures with a control that is linked. */
  tell(leaves) {
    this.onMove(this.values(leaves));
    for (const { link, name, leaf } of this.spec.controls)
      if (link && leaves.includes(leaf)) {
        const detail = { from: this, home: this.home, name, value: this.graph.nodes[leaf].data[0] };
        document.dispatchEvent(new CustomEvent(LINK, { detail }));
      }
  }

  /** A linked control has moved in another figure. */
  hear({ from, home, name, value }) {
    const here = this.spec.controls.find((c) => c.link && c.name === name);
    if (from === this || home !== this.home || !here || this.locked) return;
    this.graph.set(here.leaf, value);
    this.update();
    this.onMove(this.values([here.leaf]));
  }

  /** Someone else, as a rule Python, changed leaves. */
  set(settings) {
    for (const [leaf, value] of Object.entries(settings)) this.graph.set(Number(leaf), value);
    this.update();
  }

  values(leaves) {
    return Object.fromEntries(
      leaves.map((id) => [
        id,
        this.graph.nodes[id].data.length === 1 ? this.graph.nodes[id].data[0] : Array.from(this.graph.nodes[id].data),
      ]),
    );
  }

  update() {
    for (const panel of this.panels) panel.update();
    for (const show of this.shows) show();
    if (this.told)
      this.told.textContent = fill("step {:.0f} · loss {:.4f}", [this.training.steps, this.training.loss()]);
  }

  /** What the line below the figure says, aloud; not at every frame but when something has come to rest. */
  say() {
    this.status.textContent = spoken([...this.notes.children].map((e) => e.textContent).join(", "));
  }

  resize() {
    // several notebooks may share JupyterLab's page, where a cell out of sight belongs to none
    this.home = this.root.closest(".jp-Notebook") ?? this.home;
    for (const panel of this.panels) panel.resize();
  }

  watch() {
    let width = this.plots.clientWidth;
    const sized = new ResizeObserver(() => {
      const now = this.plots.clientWidth;
      if (now && now !== width) this.resize(); // out of the page, or hidden, it has no width
      width = now || width;
    });
    sized.observe(this.plots);
    const unthemed = onThemeChange(() => this.panels.forEach((panel) => panel.redraw()));
    const seen = new IntersectionObserver(([{ isIntersecting }]) => this.see(isIntersecting), { threshold: 0.2 });
    seen.observe(this.root); // with the buttons: on a phone the drawing may be above the edge when they are pressed
    const hear = (event) => this.hear(event.detail);
    document.addEventListener(LINK, hear);
    this.unwatch = () => {
      sized.disconnect();
      unthemed();
      seen.disconnect();
      document.removeEventListener(LINK, hear);
    };
  }

  see(visible) {
    this.player?.see(visible);
    if (visible && this.spec.train?.autoplay && !this.locked && !this.welcomed) {
      this.welcomed = true;
      if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.player.play();
    }
  }

  remove() {
    if (this.player) this.player.playing = false;
    this.unwatch();
    this.root.remove();
  }
}
