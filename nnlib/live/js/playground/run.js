// A run: the graph of a network and its data, trained step by step as playground_run.py does it with nnlib.
import { Graph } from "../evaluate.js";
import { optimizer } from "../optim.js";
import { build } from "./nodes.js";
import { Generator } from "./random.js";

/** Their defaults are nnlib's. */
const adam = { betas: [0.9, 0.999], eps: 1e-8 };
const OPTIMIZERS = {
  SGD: { rule: "SGD", momentum: 0, nesterov: false },
  momentum: { rule: "SGD", momentum: 0.9, nesterov: false },
  RMSprop: { rule: "RMSprop", alpha: 0.99, eps: 1e-8, momentum: 0 },
  Adam: { rule: "Adam", ...adam },
  AdamW: { rule: "AdamW", ...adam },
};

export class Run {
  /** state: the settings; data: { kind: { clean }, directions } as Python has made them; grid: a linspace. */
  constructor(state, { clean, directions, grid }) {
    this.data = { clean: clean[state.data], directions };
    this.generator = new Generator(state.seed);
    const points = { training: Number(state.points), validation: directions.length / 4 };
    this.size = state.batch_size === "all" ? points.training : Number(state.batch_size);
    this.perEpoch = points.training / this.size;
    this.start = this.firstWeights(state);
    const { layers, activation } = state;
    const { nodes, ids } = build({ layers, activation, batch: this.size, points, weights: this.start, grid });
    this.graph = new Graph(nodes);
    this.ids = ids;
    this.steps = 0;
    this.stopped = false;
    this.best = { loss: Infinity, epoch: 0, weights: null };
    this.halt = () => {};
    this.past = { training: [], validation: [] }; // the losses at the start of each epoch
    this.state = {};
    this.change(state);
  }

  /** As nn.Linear draws them, and in their order; then those that were given by hand. */
  firstWeights({ layers, weights }) {
    const sizes = [2, ...layers, 1];
    this.drawn = sizes.slice(1).flatMap((after, k) => {
      const bound = 1 / Math.sqrt(sizes[k]);
      return this.generator.uniform(-bound, bound, (sizes[k] + 1) * after);
    });
    return this.drawn.map((w, i) => weights[i] ?? w);
  }

  /** Take what may change while a run goes on: noise, η, the remedies. */
  change(state) {
    const before = this.state;
    this.state = state;
    if (state.noise !== before.noise) this.place();
    if (state.weight_decay !== before.weight_decay) this.take = this.optimizer();
    this.graph.set(this.ids.lr, state.lr);
    this.patience = state.patience === "off" ? Infinity : Number(state.patience);
  }

  /** Points and classes go to where the noise moves them. */
  place() {
    const { clean, directions } = this.data,
      { graph } = this,
      { training, validation } = this.ids;
    const at = (i) => clean[i] + this.state.noise * directions[i],
      half = directions.length / 4;
    for (const [set, first] of [[training, 0], [validation, half]]) {
      const [x1, x2, target] = [set.x1, set.x2, set.target].map((id) => graph.nodes[id].data);
      for (let i = 0; i < x1.length; i++) {
        x1[i] = at(2 * (first + i));
        x2[i] = at(2 * (first + i) + 1);
        target[i] = (first + i) % 2;
      }
      graph.changed([set.x1, set.x2, set.target]);
    }
  }

  /** A fresh one, which asks for η at every step. */
  optimizer() {
    const { params, batch, lr } = this.ids,
      options = { ...OPTIMIZERS[this.state.optimizer], weight_decay: Number(this.state.weight_decay) };
    return optimizer(this.graph, { ...options, params, loss: batch.loss, lr: { node: lr } });
  }

  loss(set = "training") {
    return this.graph.value(this.ids[set].loss).data[0];
  }

  /** The share of points on the right side of the border. */
  accuracy(set) {
    const { right, target } = this.ids[set];
    return this.graph.value(right).data[0] / this.graph.nodes[target].data.length;
  }

  /** One gradient step, on the batch whose turn it is. */
  step() {
    const turn = this.steps % this.perEpoch;
    this.stopped = false;
    if (turn === 0) {
      for (const [set, losses] of Object.entries(this.past)) losses.push(this.loss(set));
      this.order = this.generator.permutation(this.size * this.perEpoch);
    }
    this.deal(this.order.slice(turn * this.size, (turn + 1) * this.size));
    this.take();
    this.steps++;
    if (this.steps % this.perEpoch === 0) this.endEpoch();
  }

  /** Put these training points into the batch, and say which units are dropped. */
  deal(rows) {
    const { graph } = this,
      { batch, training } = this.ids,
      data = (id) => graph.nodes[id].data;
    const [x, target, x1, x2, targets] = [batch.x, batch.target, training.x1, training.x2, training.target].map(data);
    rows.forEach((row, i) => {
      x[2 * i] = x1[row];
      x[2 * i + 1] = x2[row];
      target[i] = targets[row];
    });
    const p = this.state.dropout;
    for (const mask of batch.masks.map(data))
      for (let i = 0; i < mask.length; i++) mask[i] = p === 0 ? 1 : this.generator.random() >= p ? 1 / (1 - p) : 0;
    graph.changed([batch.x, batch.target, ...batch.masks]);
  }

  /** Early stopping: once the validation loss has not fallen for so many epochs, the best weights come back. */
  endEpoch() {
    const epoch = this.steps / this.perEpoch,
      loss = this.loss("validation");
    if (loss < this.best.loss) this.best = { loss, epoch, weights: this.weights() };
    else if (epoch - this.best.epoch >= this.patience) {
      this.setWeights(this.best.weights);
      this.stopped = { at: epoch, best: this.best.epoch };
      this.best.epoch = epoch; // whoever trains on has as much patience again
      this.halt();
    }
  }

  /** All parameters, one after the other. */
  weights() {
    return this.ids.params.flatMap((id) => Array.from(this.graph.nodes[id].data));
  }

  setWeights(weights) {
    let used = 0;
    for (const id of this.ids.params) {
      const { data } = this.graph.nodes[id];
      data.set(weights.slice(used, (used += data.length)));
    }
    this.graph.changed(this.ids.params);
  }
}
