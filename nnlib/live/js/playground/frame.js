// What stands around the pictures of a playground: buttons, legends, and the order of it all.
import { bold, button, element } from "../dom.js";

export const SPEEDS = [1, 4, 16]; // epochs a frame
const LINES = ["weights", "gradients"]; // what the lines of the network show

const legend = (...parts) =>
  element("div", { class: "nn-legend" }, ...parts.map(([name, text]) => element("span", { class: name }, text)));

const part = (name, ...children) => element("div", { class: `np-part np-${name}` }, ...children);

/** Something to choose that is no setting. */
function pick(name, texts, choose) {
  const select = element("select", {}, ...texts.map((text) => element("option", {}, text)));
  select.addEventListener("change", () => choose(select.selectedIndex));
  return element("label", { class: "nn-choice" }, element("span", {}, name), select);
}

/** The button to train with, and the row that it stands in. */
export function tools(playground, outcome) {
  const toggle = button("Train", () => playground.toggle(), { class: "nn-play" });
  const step = button("Step", () => playground.step()),
    reset = button("Reset", () => playground.reset()),
    texts = SPEEDS.map((n) => `${n}×`),
    speed = pick("speed", texts, (i) => playground.pace(SPEEDS[i]));
  const buttons = element("div", { class: "nn-buttons" }, toggle, step, reset);
  return { toggle, row: element("div", { class: "np-tools" }, buttons, outcome, speed) };
}

/** The four pictures, each below its legend. */
export function plots(playground, { units, map, weights, curves }) {
  const lines = legend(["nn-positive", "positive"], ["nn-negative", "negative"]);
  lines.append(pick("lines show", LINES, (i) => playground.show(LINES[i])));
  const points = legend(["np-large", "training"], ["np-small", "validation"], ["np-edge", "border of the unit picked"]),
    losses = legend(["np-training", "training loss"], ["np-validation", "validation loss"]);
  return element(
    "div",
    { class: "np-plots" },
    part("network", lines, units),
    part("answer", points, map),
    part("into", weights),
    part("losses", losses, curves),
  );
}

export function share(playground) {
  const copy = (text, withWeights) => button(text, () => playground.copy(withWeights));
  return element("div", { class: "np-share" }, copy("Copy link", false), copy("Copy link with these weights", true));
}

export const caption = (text) => (text ? [element("figcaption", {}, ...bold(text))] : []);
