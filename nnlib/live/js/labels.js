// Labels that follow marks without covering each other.
const LINE = 16, // pixels from one label down to the next
  NEAR = 90, // how close across two labels must be to meet
  TOP = 12;

/** Put every label { node, x, y } where it wants to be, or just below the label that is there already. */
export function separate(labels) {
  const placed = [];
  const seen = labels.filter(({ x, y }) => Number.isFinite(x + y));
  for (const label of seen.sort((a, b) => a.y - b.y)) {
    let at = Math.max(label.y, TOP);
    for (const other of placed) if (Math.abs(label.x - other.x) < NEAR) at = Math.max(at, other.at + LINE);
    placed.push({ x: label.x, at });
    label.node.attr("x", label.x).attr("y", at);
  }
}
