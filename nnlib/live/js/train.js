// Training: steps of the lesson's optimiser, what they passed through, and playing them frame by frame.
import { optimizer } from "./optim.js";

const BUDGET = 9; // milliseconds of a frame that may go into steps

export class Training {
  constructor(graph, spec) {
    this.graph = graph;
    this.spec = spec;
    this.past = new Map(); // node → its value before each step
    this.reset();
    this.take = spec && optimizer(graph, spec); // here, so that a wrong specification is refused at once
  }

  reset() {
    this.steps = 0;
    this.take = null;
    for (const values of this.past.values()) values.length = 0;
  }

  history(id) {
    if (!this.past.has(id)) this.past.set(id, []);
    return this.past.get(id);
  }

  loss() {
    return this.graph.value(this.spec.loss).data[0];
  }

  step() {
    this.take ??= optimizer(this.graph, this.spec);
    for (const [id, values] of this.past) values.push(this.graph.value(id).data[0]);
    this.take();
    this.steps++;
    const { batch } = this.spec;
    if (batch) this.graph.set(batch.node, this.steps % batch.count);
  }
}

/** Plays a training; `draw()` shows where it is, `state(playing)` hears when it starts and stops. */
export class Player {
  constructor(training, draw, state) {
    Object.assign(this, { training, draw, state, playing: false, visible: true, drawn: 0, cost: 0 });
  }

  play() {
    const { until = Infinity } = this.training.spec;
    this.end = this.training.steps < until ? until : Infinity;
    this.playing = true;
    this.state(true);
    requestAnimationFrame(() => this.frame());
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.draw();
    this.state(false);
  }

  /** Out of sight nothing moves. */
  see(visible) {
    if (visible && !this.visible && this.playing) requestAnimationFrame(() => this.frame());
    this.visible = visible;
  }

  frame() {
    if (!this.playing || !this.visible) return;
    const start = performance.now(),
      { training } = this;
    for (
      let k = 0;
      k < (training.spec.perFrame ?? 1) && training.steps < this.end && performance.now() - start < BUDGET;
      k++
    )
      training.step();
    if (training.steps >= this.end || !Number.isFinite(training.loss())) return this.pause();
    if (start - this.drawn >= 2 * this.cost) {
      // however slow the machine, at most half the time goes into drawing
      this.draw();
      this.cost = performance.now() - start;
      this.drawn = start;
    }
    requestAnimationFrame(() => this.frame());
  }
}
