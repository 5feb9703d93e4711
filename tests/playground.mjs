// Runs of the playground in Node as in the page.  Standard input: { rules, runs: [{ address, steps }, …] }; output, for
// each: the settings read, what was wrong, the address written again; weights, losses and gradients after the steps.
import { readFileSync } from "node:fs";
import { Run } from "../nnlib/live/js/playground/run.js";
import { read, write } from "../nnlib/live/js/playground/settings.js";

const { rules, runs } = JSON.parse(readFileSync(0));

function outcome({ address, steps }) {
  const { state, wrong } = read(address, rules),
    told = { state, wrong, address: write(state, rules) };
  if (steps === undefined) return told;
  const run = new Run(state, rules.data),
    first = run.weights();
  for (let k = 0; k < steps && !run.stopped; k++) run.step();
  const { graph, ids } = run,
    slopes = graph.gradients(ids.training.loss),
    now = (set) => [...run.past[set], run.loss(set)];
  return {
    ...told,
    first,
    steps: run.steps,
    weights: run.weights(),
    training: now("training"),
    validation: now("validation"),
    right: ["training", "validation"].map((set) => run.accuracy(set)),
    slopes: ids.params.flatMap((id) => Array.from(slopes[id])),
    chance: Array.from(graph.value(ids.picture.chance).data),
  };
}

process.stdout.write(JSON.stringify(runs.map(outcome)));
