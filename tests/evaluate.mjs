// Computes traces in Node as the page does.  Standard input: [{ nodes, top, train, steps }, …]; output, for each:
// values and shapes of all nodes, the gradient of node `top` by each, losses and parameters of `steps` of training.
// Everything is computed a second time, as if all leaves had changed: nothing may be left over from the first.
import { readFileSync } from "node:fs";
import { Graph } from "../nnlib/live/js/evaluate.js";
import { optimizer } from "../nnlib/live/js/optim.js";

// JSON has no word for these three
const plain = (array) => array && Array.from(array, (v) => (Number.isFinite(v) ? v : String(v)));

function evaluate({ nodes, top, train, steps = 0 }) {
  const graph = new Graph(nodes);
  graph.gradients(top);
  graph.changed(nodes.flatMap((node, id) => (node.op ? [] : [id])));
  const values = graph.nodes.map((_, id) => plain(graph.value(id).data)),
    shapes = graph.nodes.map((node) => node.shape);
  const gradients = graph.gradients(top),
    slopes = nodes.map((_, id) => plain(gradients[id]) ?? null);
  const step = train && optimizer(graph, train),
    losses = [];
  for (let k = 0; k < steps; k++) {
    losses.push(graph.value(train.loss).data[0]);
    step();
  }
  return { values, shapes, slopes, losses, params: train ? train.params.map((id) => plain(graph.value(id).data)) : [] };
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0)).map(evaluate)));
