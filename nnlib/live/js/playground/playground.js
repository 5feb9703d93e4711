// The playground: settings above a run, and around it the pictures and words that show where it is.
import { AxesPanel } from "../axes.js";
import { keepKeys } from "../controls.js";
import { bold, button, element } from "../dom.js";
import { onThemeChange } from "../palette.js";
import { Player } from "../train.js";
import { link } from "./address.js";
import { Choices } from "./choices.js";
import { curves, map } from "./panels.js";
import { Run } from "./run.js";
import { read, write } from "./settings.js";
import { Told } from "./told.js";
import { Units } from "./units.js";
import { Weights } from "./weights.js";

const LASTING = ["noise", "lr", "weight_decay", "dropout", "patience"]; // a change of these does not end a run
const SPEEDS = [1, 4, 16]; // epochs a frame

export class Playground {
  /** address, weights: where to begin.  moved(address) and trained(address, weights) hear what the reader has done. */
  constructor(place, spec, { address, weights, moved, trained = () => {} }) {
    Object.assign(this, { spec, rules: spec.rules, moved, trained, speed: SPEEDS[0] });
    this.told = new Told();
    this.choices = new Choices(spec.rules, (...change) => this.change(...change), () => read(spec.address, spec.rules).state);
    const panel = (name) => element("div", { class: `np-${name}` });
    this.places = { units: panel("units"), map: panel("map"), weights: panel("weights"), curves: panel("curves") };
    this.root = element("div", { class: "np-figure", role: "group", "aria-label": "Playground", tabindex: -1 });
    this.root.append(...this.rows());
    keepKeys(this.root);
    place.append(this.root);
    this.load(address);
    if (weights?.length === this.run.weights().length) {
      this.run.setWeights(weights);
      this.update();
    }
    this.watch(); // last: what fails leaves nothing behind
  }

  rows() {
    const { units, map, weights, curves } = this.places,
      { tools, shows, share } = this.buttons();
    const legend = (...parts) => element("div", { class: "nn-legend" }, ...parts.map(([name, text]) => element("span", { class: name }, text)));
    const part = (name, ...children) => element("div", { class: `np-part np-${name}` }, ...children);
    const caption = this.spec.caption && element("figcaption", {}, ...bold(this.spec.caption));
    const lines = legend(["nn-positive", "positive"], ["nn-negative", "negative"]);
    lines.append(shows);
    return [
      this.told.complaint,
      tools,
      this.told.notes,
      element(
        "div",
        { class: "np-plots" },
        part("network", lines, units),
        part("answer", legend(["np-large", "training"], ["np-small", "validation"], ["np-edge", "border of the unit picked"]), map),
        part("into", weights),
        part("losses", legend(["np-training", "training loss"], ["np-validation", "validation loss"]), curves),
      ),
      this.choices.element,
      share,
      this.told.status,
      ...(caption ? [caption] : []),
    ];
  }

  buttons() {
    this.toggle = button("Train", () => (this.player.playing ? this.player.pause() : this.player.play()), { class: "nn-play" });
    const step = button("Step", () => this.step());
    const reset = button("Reset", () => this.reset());
    const pick = (name, options, texts, choose) => {
      const select = element("select", {}, ...texts.map((text) => element("option", {}, text)));
      select.addEventListener("change", () => choose(options[select.selectedIndex]));
      return element("label", { class: "nn-choice" }, element("span", {}, name), select);
    };
    const speed = pick("speed", SPEEDS, SPEEDS.map((n) => `${n}×`), (n) => {
      this.speed = n;
      this.pace();
    });
    const kinds = ["weights", "gradients"];
    const shows = pick("lines show", kinds, kinds, (kind) => {
      this.units.showing = kind;
      this.units.widen();
    });
    const copy = (text, weights) => button(text, () => this.copy(weights));
    return {
      tools: element("div", { class: "np-tools" }, element("div", { class: "nn-buttons" }, this.toggle, step, reset), this.told.outcome, speed),
      shows,
      share: element("div", { class: "np-share" }, copy("Copy link", false), copy("Copy link with these weights", true)),
    };
  }

  get address() {
    return write(this.state, this.rules);
  }

  /** Settings from an address; what is wrong with it is said, and the defaults stand in. */
  load(address) {
    const { state, wrong } = read(address, this.rules);
    this.state = state;
    this.told.complain(wrong);
    this.begin();
  }

  /** A link of the page leads here. */
  go(address) {
    this.load(address);
    this.trained(this.address, this.run.weights());
    this.root.focus({ preventScroll: true });
    this.root.scrollIntoView({ block: "start" }); // as smoothly as the page's style and the reader allow
    this.told.say("The settings are those of the link.");
  }

  /** A new run with the settings as they are. */
  begin() {
    this.player?.pause();
    const { places, rules } = this;
    this.run = new Run(this.state, rules.data);
    this.player = new Player(this.run, () => this.update(), (playing) => this.playing(playing));
    this.run.halt = () => (this.player.end = this.run.steps);
    for (const place of Object.values(places)) place.replaceChildren();
    const look = (...at) => this.look(...at),
      shared = { history: (id) => this.run.past[id === this.run.ids.training.loss ? "training" : "validation"] },
      inside = (place) => place.appendChild(element("div"));
    this.map = new AxesPanel(inside(places.map), map(this.run, rules.data.grid), this.run.graph, shared);
    this.curves = new AxesPanel(inside(places.curves), curves(this.run), this.run.graph, shared);
    const { showing } = this.units ?? {};
    this.units = new Units(places.units, this.run, rules.data.grid, look);
    this.units.showing = showing ?? "weights";
    this.weights = new Weights(places.weights, this.run, look, (...moved) => this.moveWeight(...moved));
    this.pace();
    this.resize();
    this.choices.show(this.state);
    this.look(...(this.at ?? [1, 0, 0]));
  }

  /** How many steps a frame takes. */
  pace() {
    this.run.spec = { perFrame: this.speed * this.run.perEpoch };
  }

  /** The reader has changed a setting. */
  change(name, value, settled) {
    const same = String(this.state[name]) === String(value);
    if (!same) {
      this.state = { ...this.state, [name]: value, ...(["layers", "seed"].includes(name) ? { weights: [] } : {}) };
      this.told.complain([]);
      if (LASTING.includes(name)) {
        this.run.change(this.state);
        this.choices.show(this.state);
        this.update();
      } else this.begin();
    }
    if (settled) this.tell();
  }

  /** Look at a unit, and at one of its weights. */
  look(layer, unit, input = 0) {
    const { sizes } = this.units,
      to = Math.min(layer, sizes.length - 1),
      at = [to, Math.min(unit, sizes[to] - 1), Math.min(input, sizes[to - 1])];
    this.at = at;
    this.units.choose(...at);
    this.weights.choose(...at, this.units.name(...at));
    this.update();
  }

  /** A weight is moved by hand: before the first step it belongs to the settings. */
  moveWeight(layer, unit, input, value, settled) {
    const { id, entry, flat } = this.weights.where(layer, unit, input);
    this.run.graph.set(id, value, entry);
    if (!this.run.steps) {
      const { weights } = this.state;
      this.state = { ...this.state, weights: Array.from({ length: Math.max(weights.length, flat + 1) }, (_, i) => (i === flat ? value : (weights[i] ?? null))) };
    }
    this.update();
    if (settled) this.tell();
  }

  step() {
    this.player.pause();
    this.run.step();
    this.update();
    this.tell();
  }

  reset() {
    this.begin();
    this.tell();
  }

  playing(on) {
    this.toggle.textContent = on ? "Pause" : "Train";
    if (!on) this.tell();
  }

  /** Whoever keeps the settings and weights hears of them, and the reader where it has come to. */
  tell() {
    this.moved(this.address);
    this.trained(this.address, this.run.weights());
    this.told.say();
  }

  copy(withWeights) {
    const state = withWeights ? { ...this.state, weights: this.run.weights() } : this.state,
      address = write(state, this.rules);
    this.moved(address);
    const copied = navigator.clipboard?.writeText(link(address)) ?? Promise.reject();
    copied.then(
      () => this.told.say("The link is copied."),
      () => this.told.say("The link is in the address of this page."),
    );
  }

  update() {
    this.showBorder();
    for (const panel of [this.map, this.curves, this.units, this.weights]) panel.update();
    this.told.update(this.run);
  }

  /** Where the unit that is looked at goes from negative to positive. */
  showBorder() {
    const { graph, ids } = this.run,
      [layer, unit] = this.at ?? [1, 0],
      width = this.units.sizes[layer],
      { data } = graph.nodes[ids.picture.border];
    const sums = graph.value(ids.picture.sums[layer - 1] ?? ids.picture.answer).data;
    for (let i = 0; i < data.length; i++) data[i] = sums[i * width + unit];
    graph.changed([ids.picture.border]);
  }

  resize() {
    for (const [panel, place] of [[this.map, this.places.map], [this.curves, this.places.curves]]) {
      panel.spec.aspect = place.clientHeight / (place.clientWidth || 1) || 1;
      panel.resize();
    }
    this.units.resize();
  }

  watch() {
    let width = this.root.clientWidth;
    const sized = new ResizeObserver(() => {
      const now = this.root.clientWidth;
      if (now && now !== width) {
        this.resize();
        this.update();
      }
      width = now || width;
    });
    sized.observe(this.root);
    const unthemed = onThemeChange(() => [this.map, this.curves, this.units].forEach((panel) => panel.redraw()));
    const seen = new IntersectionObserver(([{ isIntersecting }]) => this.player.see(isIntersecting));
    seen.observe(this.root);
    this.unwatch = () => {
      sized.disconnect();
      unthemed();
      seen.disconnect();
    };
  }

  remove() {
    this.player.playing = false;
    this.unwatch();
    this.root.remove();
  }
}
