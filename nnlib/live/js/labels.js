// Labels that follow marks, inside their plot and without covering each other; labels.py has the same rule.
const LINE = 16, // pixels from one label down to the next
  EDGE = 6, // clear at the sides and below
  TOP = 12; // from the top of the plot to the foot of a letter

/** Move labels { left, width, y } to where there is room: as near as may be, and in the order in which they stand. */
export function separate(labels, width, height) {
  for (const label of labels) label.left = Math.max(EDGE, Math.min(label.left, width - label.width - EDGE));
  const meet = (a, b) => a.left < b.left + b.width + EDGE && b.left < a.left + a.width + EDGE;
  const settle = (order, limit, edge, line) =>
    order.forEach((label, i) => {
      const others = order.slice(0, i).filter((other) => meet(label, other));
      label.y = limit(label.y, edge, ...others.map((other) => other.y + line));
    });
  const order = labels.slice().sort((a, b) => a.y - b.y);
  settle(order, Math.max, TOP, LINE);
  settle(order.reverse(), Math.min, height - EDGE, -LINE);
}

const known = new WeakMap(); // node -> { words, width }: to ask for a width makes the browser lay out the page

function widthOf(node) {
  const words = node.textContent;
  if (known.get(node)?.words === words) return known.get(node).width;
  const width = node.getComputedTextLength();
  if (width && document.fonts.status === "loaded") known.set(node, { words, width });
  return width;
}

/** Put every label { node, anchor, x, y } where it wants to be, or as near as there is room. */
export function put(labels, { width, height }) {
  const boxes = labels
    .filter(({ x, y }) => Number.isFinite(x + y))
    .map(({ node, anchor, x, y }) => {
      const width = widthOf(node.node());
      return { node, width, left: anchor === "end" ? x - width : x, y };
    });
  separate(boxes, width, height);
  for (const { node, left, y } of boxes) node.attr("x", left).attr("y", y);
}
