// The nodes of a specification, ready to be computed: forward on demand, backward from any node.
import { must } from "./must.js";
import { ops, size } from "./ops.js";

/** { shape, data } from a number, { linspace }, { grid } or { shape, values }. */
function decode(value) {
  if (typeof value === "number") return { shape: [], data: Float64Array.of(value) };
  if (value.linspace) return { shape: [value.linspace[2]], data: linspace(...value.linspace) };
  if (value.grid) {
    const [x, y] = value.grid.map((axis) => linspace(...axis));
    const data = new Float64Array(size([2, x.length, y.length]));
    for (let i = 0; i < data.length / 2; i++) {
      data[2 * i] = x[i % x.length];
      data[2 * i + 1] = y[Math.floor(i / x.length)];
    }
    return { shape: [x.length * y.length, 2], data };
  }
  return { shape: value.shape, data: Float64Array.from(value.values) };
}

/** The same bits as numpy.linspace. */
function linspace(start, stop, n) {
  size([n]);
  const step = (stop - start) / (n - 1);
  return Float64Array.from({ length: n }, (_, i) => (i === n - 1 ? stop : i * step + start));
}

const isArray = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

export class Graph {
  constructor(nodes) {
    this.version = 0; // counts changes of leaves
    this.nodes = [];
    this.passes = new Map(); // backward passes, by where they start, or by what they are asked for
    this.asked = new Map(); // node -> the nodes that a figure wants its gradients for
    nodes.forEach((node, id) => this.nodes.push(this.prepare(node, id)));
  }

  prepare(node, id) {
    if (!node.op) {
      const array = decode(node.value);
      const { length } = array.data;
      must(length === size(array.shape), `node ${id} has ${length} values for shape (${array.shape})`);
      return { ...array, leaf: "leaf" in node, live: "leaf" in node, fresh: true, version: 0, inputs: [], users: [] };
    }
    const inputs = node.of.map((i) => this.nodes[i]);
    must(!inputs.includes(undefined), `node ${id} uses a node that does not come before it`);
    const work = node.op === "grad" ? this.slope(...node.of) : this.operation(node, inputs);
    for (const input of inputs) input.users.push(id);
    return {
      ...work,
      data: new Float64Array(size(work.shape)),
      live: true,
      fresh: false,
      version: 0,
      inputs: node.of,
      users: [],
    };
  }

  operation({ op, of, ...options }, inputs) {
    must(Object.hasOwn(ops, op), `this script knows no operation “${op}”`);
    for (const [name, value] of Object.entries(options)) if (isArray(value)) options[name] = decode(value);
    return ops[op](inputs, options);
  }

  /** What live.grad makes: the gradient of one node with respect to another, a constant to whatever comes after. */
  slope(of, wrt) {
    if (!this.asked.has(of)) this.asked.set(of, new Set());
    const asked = this.asked.get(of).add(wrt); // one pass will answer them all
    return { shape: this.nodes[wrt].shape, forward: (v) => v.set(this.gradients(of, asked)[wrt]), backward: [] };
  }

  /** A node that may be changed, for `what` changes it. */
  leaf(id, what) {
    must(this.nodes[id]?.leaf, `node ${id}, which ${what} changes, is not a leaf`);
    return this.nodes[id];
  }

  /** Change a leaf, or one entry of it; nothing is computed before somebody asks. */
  set(id, value, entry = 0) {
    const { data } = this.nodes[id];
    if (typeof value === "number") data[entry] = value;
    else data.set(value);
    this.changed([id]);
  }

  /** Say that the data of these leaves were changed in place. */
  changed(ids) {
    this.version++;
    const todo = [...ids];
    for (const id of ids) this.nodes[id].version = this.version;
    for (const id of todo) {
      for (const user of this.nodes[id].users) {
        if (this.nodes[user].fresh) {
          this.nodes[user].fresh = false;
          todo.push(user);
        }
      }
    }
  }

  /** The node { shape, data, version } with its value up to date. */
  value(id) {
    const node = this.nodes[id];
    must(node, `there is no node ${id}`);
    if (!node.fresh) {
      for (const input of node.inputs) this.value(input);
      node.forward(node.data);
      node.fresh = true;
      node.version = this.version;
    }
    return node;
  }

  /** d(sum of node `of`)/d(every node), by node; with `asked`, a set of nodes, only along the paths that lead to these. */
  gradients(of, asked = null) {
    this.value(of);
    const key = asked ?? of;
    if (!this.passes.has(key)) this.passes.set(key, this.backwardPass(of, asked));
    const pass = this.passes.get(key);
    if (pass.version === this.version) return pass.gradients;
    pass.version = this.version;
    for (const g of pass.gradients) g?.fill(0);
    pass.gradients[of].fill(1);
    for (const id of pass.order) {
      const { inputs, backward = [], data } = this.nodes[id];
      for (let k = 0; k < inputs.length; k++) {
        const d = pass.gradients[inputs[k]];
        if (d && backward[k]) backward[k](pass.gradients[id], d, data);
      }
    }
    return pass.gradients;
  }

  /** Which nodes the gradient runs through, newest first, and room for each. */
  backwardPass(of, asked) {
    const depends = [],
      needed = new Set([of]);
    for (let id = 0; id <= of; id++) {
      const node = this.nodes[id];
      depends[id] = asked ? asked.has(id) || node.inputs.some((i) => depends[i]) : node.live;
    }
    for (let id = of; id >= 0; id--) {
      if (needed.has(id)) for (const i of this.nodes[id].inputs) if (depends[i]) needed.add(i);
    }
    const gradients = [];
    for (const id of [...needed, ...(asked ?? [])]) gradients[id] = new Float64Array(this.nodes[id].data.length);
    return { order: [...needed].sort((a, b) => b - a), gradients, version: -1 };
  }
}
