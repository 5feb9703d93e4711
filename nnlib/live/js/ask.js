// A question: an answer chosen or typed, what is right or wrong about it, remembered until the reader clears it.
import { bold, button, element } from "./dom.js";
import { spoken } from "./format.js";
import { recall, remember } from "./memory.js";

const SKIPPED = "skipped";

// Each: its rows, which guesses it knows, how to show one (null for none), and [right?, what to say] of one
const kinds = {
  choice({ options, right }, settle) {
    const buttons = options.map(([text], i) => button(text, () => settle(i), { class: "nn-option" }));
    return {
      rows: buttons,
      knows: (guess) => Number.isInteger(guess) && Object.hasOwn(options, guess),
      show: (guess) =>
        buttons.forEach((b, i) => {
          b.setAttribute("aria-pressed", i === guess);
          b.dataset.is = i !== guess ? "" : i === right ? "right" : "wrong";
        }),
      verdict: (guess) => [guess === right, guess === right ? options[guess][1] : `Not this one. ${options[guess][1]}`],
    };
  },

  number({ answer, tolerance, mistakes, why }, settle) {
    const input = element("input", { type: "text", autocomplete: "off", "aria-label": "Your answer, a number" });
    const form = element("form", { class: "nn-answer" }, input, element("button", {}, "Check"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      settle(asNumber(input.value));
    });
    return {
      rows: [form],
      knows: Number.isFinite,
      show: (guess) => {
        input.value = guess === null ? "" : written(guess);
      },
      verdict(guess) {
        if (Math.abs(guess - answer) <= tolerance) return [true, why];
        const known = mistakes.find(([value, room]) => Math.abs(guess - value) <= room);
        return [false, `Not ${written(guess)}. ${known ? known[2] : `It is ${guess < answer ? "larger" : "smaller"}.`}`];
      },
    };
  },
};

const written = (value) => String(value).replace(/-/g, "−");

/** A number as people write it: −0.5, 0,5, 1e-3. NaN for anything else. */
function asNumber(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(",", ".");
  return plain ? Number(plain) : NaN;
}

export class Ask {
  /** `open(guess)` hears that the reader has guessed or skipped, `close()` that the guess has been cleared. */
  constructor(spec, { open = () => {}, close = () => {} } = {}) {
    if (!Object.hasOwn(kinds, spec.kind)) throw new Error(`this script knows no question “${spec.kind}”`);
    Object.assign(this, { spec, open, close });
    this.kind = kinds[spec.kind](spec, (guess) => this.settle(guess));
    this.skip = button(spec.skip, () => this.settle(SKIPPED));
    this.clear = button("Clear my answer", () => this.forget(), { title: "It is kept on this device only" });
    this.said = element("p", { class: "nn-verdict" });
    this.status = element("div", { class: "nn-hidden", role: "status" });
    this.rows = [
      element("p", { class: "nn-question" }, ...bold(spec.text)),
      ...this.kind.rows,
      element("div", { class: "nn-asking" }, this.skip, this.clear),
      this.said,
      this.status,
    ];
    const past = recall(spec.text);
    this.show(past === SKIPPED || this.kind.knows(past) ? past : null);
  }

  settle(guess) {
    if (guess !== SKIPPED && !this.kind.knows(guess)) return this.say("Write a number, such as −0.25 or 1e-3.");
    remember(this.spec.text, guess);
    this.show(guess);
    const { truth, why } = this.spec,
      [right, verdict] = guess === SKIPPED ? [false, `The answer is ${truth}. ${why}`] : this.kind.verdict(guess);
    this.say(right ? `**Right.** ${verdict}` : verdict);
    if (guess === SKIPPED) this.clear.focus();
  }

  /** Show a guess, or with null that there is none. */
  show(guess) {
    const right = guess !== null && guess !== SKIPPED && this.kind.verdict(guess)[0];
    this.kind.show(guess === SKIPPED ? null : guess);
    this.skip.hidden = right || guess === SKIPPED;
    this.clear.hidden = guess === null;
    if (guess === null) this.close();
    else this.open(guess);
  }

  say(text) {
    this.said.replaceChildren(...bold(text));
    this.status.textContent = spoken(this.said.textContent);
  }

  forget() {
    remember(this.spec.text, null);
    this.show(null);
    this.say("");
    this.skip.focus();
  }
}
