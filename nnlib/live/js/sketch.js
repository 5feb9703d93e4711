// A guess drawn into a plot: a point, or a curve by its dots; with a finger, or dot by dot with the arrow keys.
import { format } from "d3-format";
import { pointer } from "d3-selection";
import { holdPage } from "./dom.js";
import { spoken } from "./format.js";

const DOTS = 9, // of a curve
  KEYS = { ArrowRight: 0.02, ArrowUp: 0.02, ArrowLeft: -0.02, ArrowDown: -0.02, PageUp: 0.1, PageDown: -0.1 };

const clamp = (share) => Math.min(1, Math.max(0, share)) || 0;
const told = (value) => spoken(format(".2~g")(value));

/** A guess is a list of shares of the axes, whatever their scales: how high each dot is, or how far along and how high
    the point. */
export class Sketch {
  constructor(panel, { kind, mark }) {
    this.panel = panel;
    this.curve = kind === "curve";
    this.mark = panel.spec.marks[mark];
    const layer = panel.plot.append("g"),
      pad = layer.append("rect").attr("class", "nn-handle").attr("width", "100%").attr("height", "100%");
    const drag = (event) => pad.node().hasPointerCapture(event.pointerId) && this.drag(event);
    pad.on("pointerdown", (event) => {
      pad.node().setPointerCapture(event.pointerId);
      this.last = null;
      drag(event);
    });
    pad.on("pointermove", drag);
    pad.on("touchstart", holdPage, { passive: false });
    this.path = layer.append("path").attr("class", "nn-line nn-guess");
    this.dots = Array.from({ length: this.curve ? DOTS : 1 }, (_, i) =>
      layer
        .append("circle")
        .attr("class", "nn-points nn-guess")
        .attr("r", 6)
        .on("keydown", (event) => this.key(event, i)),
    );
    this.pad = pad;
    this.show(null);
    panel.marks.push({ draw: () => this.draw(), reads: [], always: true });
  }

  knows = (guess) =>
    Array.isArray(guess) && guess.length === this.guess.length && guess.every((share) => clamp(share) === share);

  /** Let a guess be drawn, from the middle; or show one that was made, beside the truth. */
  show(guess, made = false) {
    this.guess = guess ?? Array(this.curve ? DOTS : 2).fill(0.5);
    this.pad.style("display", made ? "none" : null);
    for (const dot of this.dots)
      dot
        .attr("tabindex", made ? null : 0)
        .attr("role", made ? "presentation" : "slider")
        .style("display", made && (this.curve || !guess) ? "none" : null);
    this.path.style("display", made && !guess ? "none" : null);
    this.draw();
  }

  /** Where dot i stands along the axis, and how high the truth is there. */
  truth(i) {
    const { panel, mark } = this,
      [xs, ys] = [mark.x, mark.y].map((id) => panel.graph.value(id).data),
      k = Math.round((i / (DOTS - 1)) * (xs.length - 1));
    return [clamp(panel.x(xs[k]) / panel.inner.width), clamp(1 - panel.y(ys[k]) / panel.inner.height)];
  }

  /** How far off a guess is on average, as a share of the axes. */
  miss(guess) {
    const truth = this.curve ? guess.map((_, i) => this.truth(i)[1]) : this.truth(0);
    return guess.reduce((sum, share, i) => sum + Math.abs(share - truth[i]), 0) / guess.length;
  }

  spot = (i) => (this.curve ? [this.truth(i)[0], this.guess[i]] : this.guess);

  drag(event) {
    const [across, down] = pointer(event, this.panel.plot.node()),
      { width, height } = this.panel.inner,
      along = clamp(across / width),
      up = clamp(1 - down / height);
    if (this.curve) {
      const far = this.dots.map((_, i) => Math.abs(this.spot(i)[0] - along)),
        here = far.indexOf(Math.min(...far)),
        from = this.last ?? { here, up };
      const step = Math.sign(here - from.here) || 1; // a quick hand leaves no dot out
      for (let i = from.here; i !== here + step; i += step)
        this.guess[i] = here === from.here ? up : from.up + ((up - from.up) * (i - from.here)) / (here - from.here);
      this.last = { here, up };
    } else this.guess = [along, up];
    this.draw();
  }

  key(event, dot) {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    const i = this.curve ? dot : Number(!/Left|Right/.test(event.key));
    this.guess[i] = clamp(this.guess[i] + KEYS[event.key]);
    this.draw();
  }

  draw() {
    const { x, y, inner, spec } = this.panel;
    if (!inner) return;
    const spots = this.dots.map((_, i) => this.spot(i)).map(([along, up]) => [along * inner.width, (1 - up) * inner.height]);
    if (this.curve) this.path.attr("d", `M${spots.map((spot) => spot.join(" ")).join("L")}`);
    this.dots.forEach((dot, i) => {
      const [across, down] = spots[i],
        [at, high] = [told(x.invert(across)), told(y.invert(down))];
      dot
        .attr("cx", across)
        .attr("cy", down)
        .attr("aria-label", this.curve ? `Height at ${spec.x.label || "x"} = ${at}` : "Your point")
        .attr("aria-valuenow", Math.round(100 * this.guess[this.curve ? i : 1]))
        .attr("aria-valuetext", this.curve ? high : `${at}, ${high}`);
    });
  }
}
