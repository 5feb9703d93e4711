// A question: an answer chosen or typed, what is right or wrong about it, remembered until the reader clears it.
import { bold, button, element } from "./dom.js";
import { spoken } from "./format.js";
import { recall, remember } from "./memory.js";
import { must } from "./must.js";

const SKIPPED = "skipped",
  RIGHT = "**Right.**";

/** A guess drawn into the plot. */
function drawn({ why }, settle, sketch) {
  const done = button("This is my guess", () => settle([...sketch.guess]));
  return {
    rows: [element("div", { class: "nn-answer" }, done)],
    knows: sketch.knows,
    show(guess, made) {
      done.hidden = made;
      sketch.show(guess, made);
    },
    verdict(guess) {
      const miss = sketch.miss(guess),
        score = Math.round(100 * Math.max(0, 1 - 4 * miss)); // a quarter of the axis away is none
      return [true, `**Score ${score} of 100.** On average ${Math.round(100 * miss)} % of the axis from the truth. ${why}`];
    },
  };
}

// Each: its rows, which guesses it knows, how to show one (null for none), and [done?, what to say] of one
const kinds = {
  point: drawn,
  curve: drawn,

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
      verdict: (guess) => [guess === right, `${guess === right ? RIGHT : "Not this one."} ${options[guess][1]}`],
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
        if (Math.abs(guess - answer) <= tolerance) return [true, `${RIGHT} ${why}`];
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
  /** With a figure behind it, `figure` has `lock(on)`, and a `sketch` to draw into; there one guess tells the answer. */
  constructor(spec, figure) {
    must(Object.hasOwn(kinds, spec.kind), `this script knows no question “${spec.kind}”`);
    Object.assign(this, { spec, figure });
    this.kind = kinds[spec.kind](spec, (guess) => this.settle(guess), figure?.sketch);
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
    const pressed = document.activeElement;
    remember(this.spec.text, guess);
    this.say(this.verdict(guess)[1]);
    this.show(guess);
    if (pressed.hidden) this.clear.focus();
  }

  /** [whether nothing is left to ask, what to say] of a guess. */
  verdict(guess) {
    if (guess === SKIPPED) return [true, this.spec.told];
    const [done, text] = this.kind.verdict(guess);
    return this.figure && !done ? [true, `${text} ${this.spec.told}`] : [done, text];
  }

  /** Show a guess, or with null that there is none. */
  show(guess) {
    const made = guess !== null;
    this.kind.show(guess === SKIPPED ? null : guess, made);
    this.skip.hidden = made && (this.figure || this.verdict(guess)[0]);
    this.clear.hidden = !made;
    this.figure?.lock(!made);
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
