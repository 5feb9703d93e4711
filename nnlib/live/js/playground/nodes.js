// The nodes of a playground's graph: one network, passed four times, by a batch, by all training points, by those for
// validation, and by a grid of the whole picture.

/** { nodes, ids } for a network with these layers, its parameters given one after the other. */
export function build({ layers, activation, batch, points, weights, grid }) {
  const nodes = [],
    add = (node) => nodes.push(node) - 1,
    array = (...shape) => add({ value: { shape, values: new Float64Array(shape.reduce((n, m) => n * m)) } });
  const sizes = [2, ...layers, 1],
    params = [];
  let used = 0;
  for (let k = 0; k + 1 < sizes.length; k++)
    for (const shape of [[sizes[k + 1], sizes[k]], [sizes[k + 1]]]) {
      const n = shape.reduce((n, m) => n * m);
      params.push(add({ leaf: "", value: { shape, values: weights.slice(used, (used += n)) } }));
    }

  /** Passes x through the network: { sums, units, answer }, before and after the activation of each hidden layer. */
  function pass(x, masks) {
    const sums = [],
      units = [];
    layers.forEach((_, k) => {
      sums.push(add({ op: "linear", of: [x, params[2 * k], params[2 * k + 1]] }));
      units.push(activation === "none" ? sums[k] : add({ op: activation, of: [sums[k]] }));
      x = masks ? add({ op: "mul", of: [units[k], masks[k]] }) : units[k];
    });
    return { sums, units, answer: add({ op: "linear", of: [x, ...params.slice(-2)] }) };
  }

  /** What is measured on a set of n points. */
  function measured(n) {
    const [x1, x2, target] = [array(n), array(n), array(n, 1)],
      { answer } = pass(add({ op: "stack", of: [x1, x2], dim: 1 }));
    return { x1, x2, target, ...judged(answer, target) };
  }

  const judged = (answer, target) => ({
    loss: add({ op: "binary_cross_entropy_with_logits", of: [answer, target] }),
    right: add({ op: "count_right", of: [answer, target] }),
  });

  const x = array(batch, 2),
    target = array(batch, 1),
    masks = layers.map((width) => array(batch, width)),
    { loss } = judged(pass(x, masks).answer, target);
  const picture = pass(add({ value: { grid: [grid, grid] } }));
  const chance = add({ op: "sigmoid", of: [picture.answer] }),
    border = array(grid[2] ** 2); // of the unit that is looked at
  const ids = {
    params,
    lr: add({ value: 0 }),
    batch: { x, target, masks, loss },
    training: measured(points.training),
    validation: measured(points.validation),
    picture: { ...picture, chance, border },
  };
  return { nodes, ids };
}
