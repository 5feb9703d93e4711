// One function a mark: put its elements into the panel, return how to draw them again.
import { contours } from "d3-contour";
import { pointer } from "d3-selection";
import { colour, holdPage } from "./dom.js";
import { fill, onSlider, spoken } from "./format.js";
import { countable, must } from "./must.js";

const CURVE = 500; // points of a history that are drawn; more could not be told apart

/** The rows and columns of a mark on a grid. */
function raster({ shape }) {
  must(shape.every(countable), `no page can draw a grid of (${shape})`);
  return shape;
}

/** A length in pixels as text; what a scale makes of NaN is undefined. */
const fixed = (length) => (length ?? NaN).toFixed(2);

/** Not so with NaN, Infinity or 1e21 in it. */
const sound = (d) => !/[NIe]/.test(d);

/** A curve, or nothing where a number has run away. */
const path = (xs, ys, x, y) => {
  if (![xs, ys].every((values) => values.every((v) => Number.isFinite(v)))) return "";
  let d = "";
  for (let i = 0; i < xs.length; i++) d += `${i ? "L" : "M"}${fixed(x(xs[i]))} ${fixed(y(ys[i]))}`;
  return sound(d) ? d : "";
};

/** A full circle around (x, y) as a path. */
const disc = (x, y, r) => `M${fixed(x - r)} ${fixed(y)}${half(r, 2 * r)}${half(r, -2 * r)}`;
const half = (r, across) => `a${r} ${r} 0 1 0 ${across} 0`;

const ARROWS = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowDown: ["y", -1], ArrowUp: ["y", 1] };

/** A place to take hold of a point, large enough for a finger, or to move it by keys as its sliders would: those of
    its coordinates that are sliders.  Returns how to show where the point is now. */
function handle({ plot, read, x, y, slide, slider, input }, mark) {
  const scales = { x, y },
    axes = ["x", "y"].filter((axis) => slider(mark[axis])),
    sliders = axes.map((axis) => slider(mark[axis]));
  const grip = plot
    .append("circle")
    .attr("class", "nn-handle")
    .attr("r", 22)
    .attr("tabindex", 0)
    .attr("role", "slider")
    .attr("aria-roledescription", "point")
    .attr("aria-label", `point (${sliders.map((s) => s.name).join(", ")})`)
    .attr("aria-valuemin", sliders[0].min)
    .attr("aria-valuemax", sliders[0].max);
  grip.on("keydown", (event) => {
    const [axis, steps] = ARROWS[event.key] ?? [];
    if (axis) {
      const own = input(mark[axes.includes(axis) ? axis : axes[0]]);
      own?.stepUp(steps);
      own?.dispatchEvent(new Event("change"));
    } else if (event.key === "Backspace") {
      for (const axis of axes) input(mark[axis])?.dispatchEvent(new Event("dblclick"));
    } else return;
    event.preventDefault();
  });
  const follow = (event, settled) => {
    if (!grip.node().hasPointerCapture(event.pointerId)) return;
    const [across, down] = pointer(event, plot.node());
    for (const axis of axes) slide(mark[axis], scales[axis].invert(axis === "x" ? across : down), settled);
  };
  grip.on("pointerdown", (event) => grip.node().setPointerCapture(event.pointerId));
  grip.on("touchstart", holdPage, { passive: false });
  grip.on("pointermove", (event) => follow(event));
  grip.on("pointerup", (event) => follow(event, true));
  return () => {
    const said = sliders.map((s) => `${s.name} ${spoken(onSlider(read(s.leaf)[0], s))}`);
    grip.attr("cx", x(read(mark.x)[0])).attr("cy", y(read(mark.y)[0]));
    grip.attr("aria-valuenow", read(sliders[0].leaf)[0]).attr("aria-valuetext", said.join(", "));
  };
}

/** A path for all points of a mark, or one for each class: draw(outline) asks for the outline of each point. */
function classed(plot, read, { kind, x, group, term }) {
  const lone = kind === "points" && term === "muted" ? "nn-points nn-ring" : "nn-points";
  const paths = (group === undefined ? [null] : [0, 1]).map((g) =>
    plot
      .append("path")
      .attr("class", g === null ? lone : `nn-points nn-class-${g}`)
      .style("color", g === null ? colour(term) : null),
  );
  return (outline) => {
    const of = group === undefined ? null : read(group),
      all = Array.from(read(x), (_, i) => outline(i)),
      outlines = all.map((d) => (sound(d) ? d : ""));
    paths.forEach((each, g) => each.attr("d", outlines.filter((_, i) => !of || of[i] === g).join("")));
  };
}

export const marks = {
  line({ plot, label, read, x, y }, mark) {
    const curve = plot.append("path").attr("class", "nn-line").style("stroke", colour(mark.term));
    if (mark.dash) curve.attr("stroke-dasharray", "7 5");
    const put = mark.label && label(mark.label, mark.term, "end");
    return () => {
      const xs = read(mark.x),
        ys = read(mark.y);
      curve.attr("d", path(xs, ys, x, y));
      if (put) put(x(xs[xs.length - 1]) - 4, y(ys[ys.length - 1]) - 9);
    };
  },

  points(tools, mark) {
    const { plot, read, x, y } = tools;
    const draw = classed(plot, read, mark);
    const hold = mark.drag && handle(tools, mark);
    return () => {
      const [xs, ys] = [read(mark.x), read(mark.y)];
      draw((i) => disc(x(xs[i]), y(ys[i]), mark.size / 2));
      if (hold) hold();
    };
  },

  bars({ plot, read, x, y }, mark) {
    const draw = classed(plot, read, mark);
    return () => {
      const [xs, ys] = [read(mark.x), read(mark.y)],
        ground = y.base ? y.range()[0] : y(0); // only a log axis has a base
      draw((i) => {
        const [left, right] = [-1, 1].map((side) => fixed(x(xs[i] + (side * mark.wide) / 2)));
        return `M${left} ${ground}V${fixed(y(ys[i]))}H${right}V${ground}Z`;
      });
    };
  },

  area({ plot, read, x, y }, mark) {
    const area = plot.append("path").attr("class", "nn-area").style("color", colour(mark.term));
    return () => {
      const [xs, low, high] = [mark.x, mark.y_low, mark.y_high].map(read);
      const [there, back] = [path(xs, high, x, y), path(xs.slice().reverse(), low.slice().reverse(), x, y)];
      area.attr("d", there && back && `${there}L${back.slice(1)}Z`);
    };
  },

  heatmap({ canvas, read, x, y, colours }, mark) {
    const [rows, columns] = raster(mark),
      [low, high] = mark.limits;
    const node = canvas(columns, rows);
    const context = node.getContext("2d"),
      image = context.createImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    return () => {
      const z = read(mark.z),
        table = colours();
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const share = (z[row * columns + column] - low) / (high - low);
          pixels[(rows - 1 - row) * columns + column] = table[Math.round(Math.min(Math.max(share, 0), 1) * 255)];
        }
      }
      context.putImageData(image, 0, 0);
      const halfX = (mark.x[1] - mark.x[0]) / (columns - 1) / 2,
        halfY = (mark.y[1] - mark.y[0]) / (rows - 1) / 2;
      const left = x(mark.x[0] - halfX),
        top = y(mark.y[1] + halfY); // a value stands in the middle of its cell
      Object.assign(node.style, {
        left: `${left}px`,
        top: `${top}px`,
        width: `${x(mark.x[1] + halfX) - left}px`,
        height: `${y(mark.y[0] - halfY) - top}px`,
      });
    };
  },

  contour({ plot, read, x, y }, mark) {
    const family = mark.levels.length > 1 ? " nn-family" : "";
    const line = plot.append("path").attr("class", `nn-line${family}`).style("stroke", colour(mark.term));
    const [rows, columns] = raster(mark);
    const find = contours().size([columns, rows]).thresholds(mark.levels);
    return () => {
      const toX = (c) => x(mark.x[0] + ((c - 0.5) / (columns - 1)) * (mark.x[1] - mark.x[0]));
      const toY = (r) => y(mark.y[0] + ((r - 0.5) / (rows - 1)) * (mark.y[1] - mark.y[0]));
      // where d3 goes out to the border and closes a region along it, no line is drawn
      const onEdge = ([c, r]) => c <= 0 || r <= 0 || c >= columns || r >= rows;
      let d = "";
      for (const level of find(read(mark.z))) {
        for (const ring of level.coordinates.flat()) {
          ring.forEach((point, i) => {
            const draws = i && !onEdge(point) && !onEdge(ring[i - 1]);
            d += `${draws ? "L" : "M"}${toX(point[0]).toFixed(1)} ${toY(point[1]).toFixed(1)}`;
          });
        }
      }
      line.attr("d", d);
    };
  },

  arrow({ plot, read, x, y }, mark) {
    const arrow = plot.append("path").attr("class", "nn-arrow").style("color", colour(mark.term));
    return () => {
      const [x0, y0] = [read(mark.x)[0], read(mark.y)[0]];
      const [ax, ay, bx, by] = [x(x0), y(y0), x(x0 + read(mark.dx)[0]), y(y0 + read(mark.dy)[0])];
      if (!Number.isFinite(ax + ay + bx + by)) return arrow.attr("d", "");
      const length = Math.hypot(bx - ax, by - ay) || 1,
        head = Math.min(10, length);
      const [ux, uy] = [((bx - ax) / length) * head, ((by - ay) / length) * head];
      arrow.attr("d", `M${ax} ${ay}L${bx - ux} ${by - uy}M${bx} ${by}l${-ux - uy / 2} ${-uy + ux / 2}l${uy} ${-ux}Z`);
    };
  },

  text({ plot, note, read, x, y }, mark) {
    const write = () =>
      fill(
        mark.text,
        mark.values.map((id) => read(id)[0]),
      );
    if (mark.x === undefined) {
      const place = note();
      return () => {
        place.textContent = write();
      };
    }
    const label = plot.append("text").attr("class", "nn-label").style("fill", colour(mark.term));
    return () =>
      label
        .attr("x", x(read(mark.x)[0]))
        .attr("y", y(read(mark.y)[0]))
        .text(write());
  },

  history({ plot, history, read, x, y, widen }, mark) {
    const curve = plot.append("path").attr("class", "nn-line").style("stroke", colour(mark.term));
    const now = plot.append("circle").attr("class", "nn-points").attr("r", 4.5).style("color", colour(mark.term));
    const label =
      mark.label &&
      plot
        .append("text")
        .attr("class", "nn-label")
        .attr("x", 10)
        .attr("y", 14)
        .style("fill", colour(mark.term))
        .text(mark.label);
    return () => {
      const past = history(mark.y),
        all = [...past, read(mark.y)[0]];
      widen(past.length);
      const every = Math.ceil(all.length / CURVE),
        top = y.domain()[1];
      const shown = all
        .map((v, i) => [i, Math.min(v, top)])
        .filter(([i, v]) => Number.isFinite(v) && (i % every === 0 || i === all.length - 1));
      curve.attr(
        "d",
        path(
          shown.map(([i]) => i),
          shown.map(([, v]) => v),
          x,
          y,
        ),
      );
      const [i, v] = shown[shown.length - 1] ?? [0, 0];
      now.attr("cx", x(i)).attr("cy", y(v));
      label?.raise();
    };
  },

  trajectory({ plot, history, label, read, x, y }, mark) {
    const way = plot.append("path").attr("class", "nn-line").style("stroke", colour(mark.term));
    const now = plot.append("circle").attr("class", "nn-points").attr("r", 5).style("color", colour(mark.term));
    if (mark.dash) way.attr("stroke-dasharray", "7 5");
    const put = mark.label && label(mark.label, mark.term, "start");
    const past = [history(mark.x), history(mark.y)];
    return () => {
      const [xs, ys] = [mark.x, mark.y].map((id, k) => [...past[k], read(id)[0]]),
        last = xs.length - 1;
      way.attr("d", path(xs, ys, x, y));
      const [cx, cy] = [x(xs[last]), y(ys[last])];
      if (!Number.isFinite(cx + cy)) return;
      now.attr("cx", cx).attr("cy", cy);
      if (put) put(cx + 9, cy - 7);
    };
  },
};

/** The nodes a mark reads, so that it is drawn again only when one of them has changed. */
export const reads = (mark) =>
  [mark.x, mark.y, mark.y_low, mark.y_high, mark.z, mark.dx, mark.dy, mark.group, ...(mark.values ?? [])].filter((id) => typeof id === "number");
