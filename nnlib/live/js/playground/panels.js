// The two pictures with axes, as axes.js wants them described.

/** Where the network decides, the points, and the border of the unit that is looked at. */
export function map({ ids }, grid) {
  const [low, high, n] = grid,
    place = { x: [low, high], y: [low, high], shape: [n, n] },
    points = ({ x1, x2, target }, size) => ({ kind: "points", x: x1, y: x2, group: target, size });
  return {
    kind: "axes",
    aspect: 1,
    bare: true,
    x: { label: "", domain: [low, high] },
    y: { label: "", domain: [low, high] },
    marks: [
      { kind: "heatmap", ...place, z: ids.picture.chance, limits: [0, 1] },
      { kind: "contour", ...place, z: ids.picture.border, levels: [0], term: "activation" },
      { kind: "contour", ...place, z: ids.picture.answer, levels: [0] },
      points(ids.training, 8),
      points(ids.validation, 4.5),
    ],
  };
}

/** Both losses, epoch by epoch. */
export function curves({ ids }) {
  const history = (set, term) => ({ kind: "history", y: ids[set].loss, term });
  return {
    kind: "axes",
    aspect: 0.5,
    x: { label: "epoch", domain: [0, 100] },
    y: { label: "", domain: [0, 1] },
    marks: [history("validation", "ink"), history("training", "loss")],
  };
}
