// The operations of nnlib under the same names: how to compute the value and, beside it, one derivative per input.
//
// An array is { shape, data } with data a Float64Array that keeps its place in memory, so an operation is prepared
// once per figure and from then on only loops.  A derivative *adds* to the gradient of its input: a value that was
// used many times, by broadcasting or by several operations, collects the sum over its uses.

import { must } from "./must.js";

const sigmoid = (x) => { const e = Math.exp(-Math.abs(x)); return (x >= 0 ? 1 : e) / (1 + e); };

// elementwise: value (x, y),    d/dx (g, v, x, y),                     d/dy
const formulas = {
  add: () => [(x, y) => x + y,   (g) => g,                              (g) => g],
  sub: () => [(x, y) => x - y,   (g) => g,                              (g) => -g],
  mul: () => [(x, y) => x * y,   (g, v, x, y) => g * y,                 (g, v, x) => g * x],
  div: () => [(x, y) => x / y,   (g, v, x, y) => g / y,                 (g, v, x, y) => (-g * v) / y],
  neg: () => [(x) => -x,         (g) => -g],
  pow: ({ exponent: n }) => [(x) => x ** n, (g, v, x) => g * (n ? n * x ** (n - 1) : 0)],
  exp: () => [Math.exp,          (g, v) => g * v],
  log: () => [Math.log,          (g, v, x) => g / x],
  sqrt: () => [Math.sqrt,        (g, v) => g / (2 * v)],
  abs: () => [Math.abs,          (g, v, x) => g * Math.sign(x)],
  sin: () => [Math.sin,          (g, v, x) => g * Math.cos(x)],
  cos: () => [Math.cos,          (g, v, x) => -g * Math.sin(x)],
  tanh: () => [Math.tanh,        (g, v) => g * (1 - v * v)],
  sigmoid: () => [sigmoid,       (g, v) => g * v * (1 - v)],
  relu: () => [(x) => Math.max(x, 0), (g, v) => (v > 0 ? g : 0)],
};

const LARGEST = 500_000;      // entries of an array: more would take memory and seconds

export function size(shape) {
  const n = shape.reduce((n, m) => n * m, 1);
  must(shape.every((m) => Number.isInteger(m) && m >= 0) && n <= LARGEST, `no page can hold an array of shape (${shape})`);
  return n;
}

/** The shape that all shapes stretch to, as in NumPy. */
function broadcast(shapes) {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((s) => s[axis - rank + s.length] ?? 1);
    return lengths.find((n) => n !== 1) ?? 1;
  });
}

/** For every entry of an array of shape `to`: which entry of the smaller array, stretched to it, it came from. */
function sources(from, to) {
  const index = new Int32Array(size(to));
  const strides = to.map(() => 0);
  for (let axis = to.length - 1, stride = 1; axis >= to.length - from.length; axis--) {
    const length = from[axis - to.length + from.length];
    if (length > 1) strides[axis] = stride;
    stride *= length;
  }
  for (let i = 0; i < index.length; i++) {
    for (let axis = to.length - 1, rest = i; axis >= 0; axis--) {
      index[i] += (rest % to[axis]) * strides[axis];
      rest = Math.floor(rest / to[axis]);
    }
  }
  return index;
}

function elementwise([value, ...derivatives], inputs) {
  const shape = broadcast(inputs.map((x) => x.shape));
  const [ix, iy = ix] = inputs.map((x) => sources(x.shape, shape));
  const [x, y = x] = inputs.map((input) => input.data);
  return {
    shape,
    forward(v) {
      for (let i = 0; i < v.length; i++) v[i] = value(x[ix[i]], y[iy[i]]);
    },
    backward: derivatives.map((derivative, which) => (g, d, v) => {
      const to = which ? iy : ix;
      for (let i = 0; i < v.length; i++) d[to[i]] += derivative(g[i], v[i], x[ix[i]], y[iy[i]]);
    }),
  };
}

const axis = (dim, rank) => (dim + rank) % rank;

/** Sum over the axes `dim` (all, if not given), times `scale` of how many entries went into each sum. */
function reduction([x], { dim, keepdim }, scale) {
  const all = x.shape.map((_, k) => k);
  const gone = new Set((dim === undefined ? all : [dim].flat()).map((k) => axis(k, x.shape.length)));
  const kept = x.shape.map((n, k) => (gone.has(k) ? 1 : n));
  const to = sources(kept, x.shape), share = scale(x.data.length / size(kept));
  return {
    shape: keepdim ? kept : x.shape.filter((_, k) => !gone.has(k)),
    forward(v) {
      v.fill(0);
      for (let i = 0; i < to.length; i++) v[to[i]] += x.data[i];
      for (let i = 0; i < v.length; i++) v[i] *= share;
    },
    backward: [(g, d) => { for (let i = 0; i < d.length; i++) d[i] += g[to[i]] * share; }],
  };
}

/** Entries that only move: entry i of the value is entry from[i] of the input. */
function moved([x], shape, from) {
  return {
    shape,
    forward(v) { for (let i = 0; i < v.length; i++) v[i] = x.data[from[i]]; },
    backward: [(g, d) => { for (let i = 0; i < g.length; i++) d[from[i]] += g[i]; }],
  };
}

/** out += x y, where x is (n, k) and y is (k, m); a flag reads that factor transposed. */
function addProduct(out, x, y, n, k, m, xT = false, yT = false) {
  const [xRow, xColumn] = xT ? [1, n] : [k, 1];
  const [yRow, yColumn] = yT ? [1, k] : [m, 1];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let total = 0;
      for (let l = 0; l < k; l++) total += x[i * xRow + l * xColumn] * y[l * yRow + j * yColumn];
      out[i * m + j] += total;
    }
  }
}

/** The slices of an array along one axis: where each starts, how long it is, how far its entries are apart. */
function slices(shape, dim) {
  const at = axis(dim, shape.length), length = shape[at], stride = size(shape.slice(at + 1));
  const start = (i) => Math.floor(i / stride) * stride * length + (i % stride);
  const starts = Array.from({ length: size(shape) / length }, (_, i) => start(i));
  return { starts, length, stride };
}

/** Softmax of every slice of z into p; `each` hears where a slice starts and its log Σ exp. */
function softmaxInto(p, z, { starts, length, stride }, each = () => {}) {
  for (const start of starts) {
    const end = start + length * stride;
    let top = -Infinity, total = 0;
    for (let i = start; i < end; i += stride) top = Math.max(top, z[i]);
    for (let i = start; i < end; i += stride) total += p[i] = Math.exp(z[i] - top);
    for (let i = start; i < end; i += stride) p[i] /= total;
    each(start, top + Math.log(total));
  }
}

/** A single number computed from z and a target; `compute` also leaves its derivatives in the arrays it is handed. */
function loss([z, target], compute) {
  const slopes = [z, target].map((x) => new Float64Array(x.data.length));
  const derivative = (k) => (g, d) => { for (let i = 0; i < d.length; i++) d[i] += g[0] * slopes[k][i]; };
  return {
    shape: [],
    forward(v) { v[0] = compute(z.data, target.data, ...slopes); },
    backward: [derivative(0), derivative(1)],
  };
}

const ofFormula = ([name, formula]) => [name, (inputs, options) => elementwise(formula(options), inputs)];

export const ops = {
  ...Object.fromEntries(Object.entries(formulas).map(ofFormula)),

  sum: (inputs, options) => reduction(inputs, options, () => 1),
  mean: (inputs, options) => reduction(inputs, options, (count) => 1 / count),

  matmul([x, y]) {                  // matrices, or a vector for either: a row on the left, a column on the right
    const k = y.shape[0], n = size(x.shape.slice(0, -1)), m = size(y.shape.slice(1));
    return {
      shape: [...x.shape.slice(0, -1), ...y.shape.slice(1)],
      forward(v) { v.fill(0); addProduct(v, x.data, y.data, n, k, m); },
      backward: [
        (g, d) => addProduct(d, g, y.data, n, m, k, false, true),
        (g, d) => addProduct(d, x.data, g, k, n, m, true, false),
      ],
    };
  },

  linear([x, weight, bias]) {       // x Wᵀ + b
    const [n, k] = x.shape, m = weight.shape[0];
    return {
      shape: [n, m],
      forward(v) {
        for (let i = 0; i < v.length; i++) v[i] = bias ? bias.data[i % m] : 0;
        addProduct(v, x.data, weight.data, n, k, m, false, true);
      },
      backward: [
        (g, d) => addProduct(d, g, weight.data, n, m, k),
        (g, d) => addProduct(d, g, x.data, m, n, k, true, false),
        (g, d) => { for (let i = 0; i < g.length; i++) d[i % m] += g[i]; },
      ],
    };
  },

  transpose([x]) {
    const shape = [...x.shape].reverse(), strides = shape.map((_, k) => size(shape.slice(0, k)));
    const from = Int32Array.from({ length: size(shape) }, (_, i) => {
      let at = 0;
      for (let k = shape.length - 1, rest = i; k >= 0; k--) {
        at += (rest % shape[k]) * strides[k];
        rest = Math.floor(rest / shape[k]);
      }
      return at;
    });
    return moved([x], shape, from);
  },

  reshape: ([x], { shape }) => moved([x], shape, x.data.map((_, i) => i)),

  getitem: (inputs, { entries }) => moved(inputs, entries.shape, entries.data),     // Python says which are picked

  stack(inputs, { dim }) {
    const [{ shape }] = inputs, at = axis(dim, shape.length + 1), after = size(shape.slice(at));
    const to = (i, k) => (Math.floor(i / after) * inputs.length + k) * after + (i % after);
    return {
      shape: [...shape.slice(0, at), inputs.length, ...shape.slice(at)],
      forward(v) { inputs.forEach((x, k) => x.data.forEach((value, i) => { v[to(i, k)] = value; })); },
      backward: inputs.map((_, k) => (g, d) => { for (let i = 0; i < d.length; i++) d[i] += g[to(i, k)]; }),
    };
  },

  softmax([z], { dim }) {
    const parts = slices(z.shape, dim);
    return {
      shape: z.shape,
      forward(p) { softmaxInto(p, z.data, parts); },
      backward: [(g, d, p) => {
        const { starts, length, stride } = parts;
        for (const start of starts) {
          let dot = 0;
          for (let k = 0, i = start; k < length; k++, i += stride) dot += g[i] * p[i];
          for (let k = 0, i = start; k < length; k++, i += stride) d[i] += p[i] * (g[i] - dot);
        }
      }],
    };
  },

  log_softmax([z], { dim }) {
    const parts = slices(z.shape, dim), p = new Float64Array(z.data.length);
    const { starts, length, stride } = parts;
    return {
      shape: z.shape,
      forward(v) {
        softmaxInto(p, z.data, parts, (start, logSum) => {
          for (let k = 0, i = start; k < length; k++, i += stride) v[i] = z.data[i] - logSum;
        });
      },
      backward: [(g, d) => {
        for (const start of starts) {
          let total = 0;
          for (let k = 0, i = start; k < length; k++, i += stride) total += g[i];
          for (let k = 0, i = start; k < length; k++, i += stride) d[i] += g[i] - p[i] * total;
        }
      }],
    };
  },

  cross_entropy(inputs) {
    const [n, width] = inputs[0].shape, rows = slices([n, width], 1);
    return loss(inputs, (z, target, slope) => {
      let total = 0;
      softmaxInto(slope, z, rows, (start, logSum) => {
        const right = start + target[start / width];
        total += logSum - z[right];
        slope[right] -= 1;
      });
      for (let i = 0; i < slope.length; i++) slope[i] /= n;
      return total / n;
    });
  },

  binary_cross_entropy_with_logits: (inputs) => loss(inputs, (z, target, dz, dt) => {
    let total = 0;
    for (let i = 0; i < z.length; i++) {
      total += Math.max(z[i], 0) - z[i] * target[i] + Math.log1p(Math.exp(-Math.abs(z[i])));
      dz[i] = (sigmoid(z[i]) - target[i]) / z.length;
      dt[i] = -z[i] / z.length;
    }
    return total / z.length;
  }),

  mse_loss: (inputs) => loss(inputs, (y, target, dy, dt) => {
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      const r = y[i] - target[i];
      total += r * r;
      dy[i] = (2 * r) / y.length;
      dt[i] = -dy[i];
    }
    return total / y.length;
  }),

  // Three that only figures need (nnlib/live/values.py); none has a derivative in what it picks or counts by.

  frame([frames, index]) {          // frames[index], one of many arrays computed beforehand
    const shape = frames.shape.slice(1), n = size(shape);
    const start = () => n * Math.min(Math.max(Math.round(index.data[0]), 0), frames.shape[0] - 1);
    return {
      shape,
      forward(v) { v.set(frames.data.subarray(start(), start() + n)); },
      backward: [(g, d) => { for (let i = 0, s = start(); i < n; i++) d[s + i] += g[i]; }],
    };
  },

  largest: ([x]) => ({ shape: [], forward(v) { v[0] = x.data.indexOf(Math.max(...x.data)); }, backward: [] }),

  count_right([logits, target]) {   // one logit a row: class 1 where it is positive; several: the class of the largest
    const n = target.data.length, width = logits.data.length / n;
    const guess = (row) => (width === 1 ? Number(row[0] > 0) : row.indexOf(Math.max(...row)));
    return {
      shape: [],
      forward(v) {
        v[0] = 0;
        for (let i = 0; i < n; i++) v[0] += guess(logits.data.subarray(i * width, (i + 1) * width)) === target.data[i];
      },
      backward: [],
    };
  },
};
