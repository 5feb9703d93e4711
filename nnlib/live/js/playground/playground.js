// The playground: what a reader does to settings and weights, and the run, pictures and words that follow.
import { keepKeys } from "../controls.js";
import { element } from "../dom.js";
import { onThemeChange } from "../palette.js";
import { Player } from "../train.js";
import { link } from "./address.js";
import { Choices } from "./choices.js";
import { SPEEDS, caption, plots, share, tools } from "./frame.js";
import { Pictures } from "./pictures.js";
import { Run } from "./run.js";
import { read, write } from "./settings.js";
import { Told } from "./told.js";

const LASTING = ["noise", "lr", "weight_decay", "dropout", "patience"]; // a change of these does not end a run
const EVERY = 1000; // milliseconds between two times that a run that goes on sends its weights

export class Playground {
  /** address, weights: where to begin.  moved(address) and trained(address, weights) hear what the reader has done. */
  constructor(place, spec, { address, weights, moved, trained = () => {} }) {
    Object.assign(this, { rules: spec.rules, moved, trained, speed: SPEEDS[0], showing: "weights", sent: 0, width: 0 });
    this.told = new Told();
    const first = read(spec.address, spec.rules).state,
      panel = (name) => element("div", { class: `np-${name}` });
    this.choices = new Choices(spec.rules, (...change) => this.change(...change), first);
    this.places = { units: panel("units"), map: panel("map"), weights: panel("weights"), curves: panel("curves") };
    this.tools = tools(this, this.told.outcome);
    this.root = element(
      "div",
      { class: "np-figure", role: "group", "aria-label": "Playground", tabindex: -1 },
      this.told.complaint,
      this.tools.row,
      this.told.notes,
      plots(this, this.places),
      this.choices.element,
      share(this),
      this.told.status,
      ...caption(spec.caption),
    );
    keepKeys(this.root);
    place.append(this.root);
    this.load(address);
    if (weights?.length === this.run.weights().length) {
      this.run.setWeights(weights);
      this.update();
    }
    this.watch(); // last: what fails leaves nothing behind
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
    this.send();
    this.root.focus({ preventScroll: true });
    this.root.scrollIntoView({ block: "start" }); // as smoothly as the page's style and the reader allow
    this.told.say("The settings are those of the link.");
  }

  /** A new run with the settings as they are. */
  begin() {
    this.player?.pause();
    const { data } = this.rules,
      at = this.pictures?.at ?? [1, 0, 0];
    this.run = new Run(this.state, data);
    this.player = new Player(this.run, () => this.update(), (playing) => this.playing(playing));
    this.run.halt = () => (this.player.end = this.run.steps);
    this.pictures = new Pictures(this.places, this.run, data.grid, {
      look: (...at) => this.look(...at),
      move: (...moved) => this.moveWeight(...moved),
    });
    this.pictures.show(this.showing);
    this.pace(this.speed);
    if (this.width) this.pictures.resize();
    this.choices.show(this.state);
    this.look(...at);
  }

  /** How many epochs a frame takes. */
  pace(epochs) {
    this.speed = epochs;
    this.run.spec = { perFrame: epochs * this.run.perEpoch };
  }

  /** What the lines of the network show. */
  show(kind) {
    this.showing = kind;
    this.pictures.show(kind);
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
    this.pictures.look(layer, unit, input);
    this.update();
  }

  /** A weight is moved by hand: before the first step it belongs to the settings. */
  moveWeight(layer, unit, input, value, settled) {
    const { id, entry, flat } = this.pictures.weights.where(layer, unit, input);
    this.run.graph.set(id, value, entry);
    if (!this.run.steps) {
      const { weights } = this.state;
      const given = Array.from({ length: Math.max(weights.length, flat + 1) }, (_, i) => weights[i] ?? null);
      given[flat] = value;
      this.state = { ...this.state, weights: given };
    }
    this.update();
    if (settled) this.tell();
  }

  toggle() {
    if (this.player.playing) this.player.pause();
    else this.player.play();
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
    this.tools.toggle.textContent = on ? "Pause" : "Train";
    if (!on) this.tell();
  }

  /** Whoever keeps the settings and weights hears of them, and the reader where it has come to. */
  tell() {
    this.moved(this.address);
    this.send();
    this.told.say();
  }

  /** Weights for whoever keeps them. */
  send() {
    this.sent = performance.now();
    this.trained(this.address, this.run.weights());
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
    if (this.width) this.pictures.update();
    this.told.update(this.run);
    if (this.player.playing && performance.now() - this.sent > EVERY) this.send();
  }

  /** Pictures are first drawn when the page has been laid out and tells how wide they are: to ask before would lay
      the whole page out once more. */
  watch() {
    const sized = new ResizeObserver(() => {
      const now = this.root.clientWidth;
      if (!now || now === this.width) return; // out of the page, or hidden, it has no width
      this.width = now;
      this.pictures.resize();
      this.update();
    });
    sized.observe(this.root);
    const unthemed = onThemeChange(() => this.pictures.redraw());
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
