// The small bugs that a script could have.  Standard input: paths of scripts; output: [{ path, name, source }, …].
import { readFileSync } from "node:fs";
import { parse } from "acorn";

const SWAPS = {
  "+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "**": "*", "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=",
  "<": "<=", "<=": "<", ">": ">=", ">=": ">", "===": "!==", "!==": "===", "&&": "||", "||": "&&", "??": "&&",
};

/** [start, end, text] for everything that could stand in place of this node, or of a part of it. */
function* variants(node, source) {
  const text = ({ start, end }) => source.slice(start, end);
  const instead = (by) => [node.start, node.end, by];
  if (node.left && node.operator in SWAPS && !node.ends) {
    const between = { start: node.left.end, end: node.right.start };
    yield [between.start, between.end, text(between).replace(node.operator, SWAPS[node.operator])];
  } else if (node.type === "ForStatement" && node.test?.left) {
    node.test.ends = true; // a loop that goes too far finds nothing there, so it ends a turn too early instead
    yield [node.test.left.end, node.test.left.end, " + 1"];
  } else if (node.type === "UnaryExpression" && "-!".includes(node.operator)) yield instead(text(node.argument));
  else if (node.type === "Literal" && typeof node.value === "number") yield instead(String(node.value + 1));
  else if (node.type === "Literal" && typeof node.value === "boolean") yield instead(String(!node.value));
  else if (node.type === "ConditionalExpression") yield* [node.consequent, node.alternate].map((way) => instead(`(${text(way)})`));
  else if (node.type === "IfStatement") yield [node.test.start, node.test.end, "false"];
  else if (node.type === "ExpressionStatement") yield instead(";");
}

/** Every node below this one, itself first. */
function* walk(node) {
  if (Array.isArray(node)) for (const one of node) yield* walk(one);
  else if (typeof node?.type === "string") {
    yield node;
    for (const part of Object.values(node)) if (part && typeof part === "object") yield* walk(part);
  }
}

function* mutants(path) {
  const source = readFileSync(path, "utf8"), met = {};
  const line = (text, at) => text.slice(text.lastIndexOf("\n", at - 1) + 1).split("\n")[0].trim();
  for (const node of walk(parse(source, { ecmaVersion: "latest", sourceType: "module" })))
    for (const [start, end, by] of variants(node, source)) {
      const changed = source.slice(0, start) + by + source.slice(end);
      const name = `${line(source, start)} -> ${line(changed, start)}`;
      met[name] = (met[name] ?? 0) + 1;
      yield { path, name: met[name] === 1 ? name : `${name} (${met[name]})`, source: changed };
    }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0)).flatMap((path) => [...mutants(path)])));
