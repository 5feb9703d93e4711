// nnlib's optimisers: (θ, g, η) changes θ in place, where g is its gradient; each array of parameters has its own.
import { must } from "./must.js";

const rules = {
  SGD: ({ momentum, weight_decay, nesterov }, n) => {
    const v = new Float64Array(n);
    return (theta, g, lr) => {
      for (let i = 0; i < n; i++) {
        const slope = g[i] + weight_decay * theta[i];
        v[i] = momentum * v[i] + slope;
        theta[i] -= lr * (nesterov ? slope + momentum * v[i] : v[i]);
      }
    };
  },

  RMSprop: ({ alpha, eps, weight_decay, momentum }, n) => {
    const v = new Float64Array(n),
      b = new Float64Array(n);
    return (theta, g, lr) => {
      for (let i = 0; i < n; i++) {
        const slope = g[i] + weight_decay * theta[i];
        v[i] = alpha * v[i] + (1 - alpha) * slope * slope;
        b[i] = momentum * b[i] + slope / (Math.sqrt(v[i]) + eps);
        theta[i] -= lr * b[i];
      }
    };
  },

  Adam: (options, n) => adam(options, n, false),
  AdamW: (options, n) => adam(options, n, true),
};

/** `decoupled`: weight decay shrinks θ itself and does not pass through the gradient. */
function adam({ betas: [beta1, beta2], eps, weight_decay }, n, decoupled) {
  const m = new Float64Array(n),
    v = new Float64Array(n);
  let steps = 0;
  return (theta, g, lr) => {
    steps++;
    const rate = lr / (1 - beta1 ** steps),
      root = Math.sqrt(1 - beta2 ** steps);
    for (let i = 0; i < n; i++) {
      const slope = decoupled ? g[i] : g[i] + weight_decay * theta[i];
      if (decoupled) theta[i] *= 1 - lr * weight_decay;
      m[i] = beta1 * m[i] + (1 - beta1) * slope;
      v[i] = beta2 * v[i] + (1 - beta2) * slope * slope;
      theta[i] -= (rate * m[i]) / (Math.sqrt(v[i]) / root + eps);
    }
  };
}

/** The parameters that a training moves: those of its optimiser and of the rivals that run alongside. */
export const moved = ({ params, rivals = [] }) => [...params, ...rivals.flatMap((rival) => rival.params)];

/** A function that takes one step: the gradient of the loss, then the update of every parameter. */
export function optimizer(graph, train) {
  const params = moved(train),
    updates = [train, ...(train.rivals ?? [])].flatMap((one) => updatesOf(graph, one));
  return () => {
    const gradients = graph.gradients(train.loss);
    params.forEach((id, k) => updates[k](graph.nodes[id].data, gradients[id]));
    graph.changed(params);
  };
}

/** (θ, g) for every parameter of one optimiser. */
function updatesOf(graph, { params, rule, lr, ...options }) {
  must(Object.hasOwn(rules, rule), `this script knows no optimiser “${rule}”`);
  const rate = () => (typeof lr === "number" ? lr : graph.value(lr.node).data[0]);
  return params.map((id) => {
    const update = rules[rule](options, graph.leaf(id, rule).data.length);
    return (theta, g) => update(theta, g, rate());
  });
}
