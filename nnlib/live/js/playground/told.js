// Where a run has come to, in words: seen at every frame, said aloud when it has come to rest and now and then before.
import { element } from "../dom.js";
import { spoken } from "../format.js";

const EVERY = 8000; // milliseconds between two words about a run that goes on

function number(value) {
  if (!Number.isFinite(value)) return "not a number";
  return value < 1000 ? value.toFixed(4) : value.toPrecision(3);
}

export class Told {
  constructor() {
    this.notes = element("p", { class: "np-notes" });
    this.outcome = element("p", { class: "np-outcome" });
    this.parts = [...Array.from({ length: 3 }, () => this.notes.appendChild(element("span"))), this.outcome];
    this.complaint = element("p", { class: "nn-complaint np-complaint", role: "alert" });
    this.status = element("div", { class: "nn-hidden", role: "status" });
    this.last = 0;
  }

  update(run) {
    const { steps, perEpoch, stopped } = run,
      set = (name) => `${name} loss ${number(run.loss(name))}, ${Math.round(100 * run.accuracy(name))} % right`;
    let outcome = "";
    if (stopped) outcome = `stopped: epoch ${stopped.best} of ${stopped.at} was the best, and its weights are back`;
    else if (!Number.isFinite(run.loss())) outcome = "the loss is no longer a number: Reset, and lower η";
    const epoch = `epoch ${Math.floor(steps / perEpoch)}${perEpoch > 1 ? `, step ${steps}` : ""}`;
    [epoch, set("training"), set("validation"), outcome].forEach((text, i) => {
      this.parts[i].textContent = text;
    });
    if (performance.now() - this.last > EVERY) this.say();
  }

  /** Aloud: what was done, or where the run is. */
  say(text) {
    this.last = performance.now();
    this.status.textContent = text ?? spoken(this.parts.map((part) => part.textContent).filter(Boolean).join("; "));
  }

  /** What is wrong with an address; an empty list takes it back. */
  complain(wrong) {
    const told = wrong.join("; ");
    this.complaint.textContent =
      told && `The address is not quite right: ${told}. Its other settings stand; in these places are the usual ones.`;
  }
}
