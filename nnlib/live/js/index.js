// One script for all homes: a page of the book wakes its figures, and anywidget calls `render`.
import { Ask } from "./ask.js";
import { keepKeys } from "./controls.js";
import { element } from "./dom.js";
import { LiveFigure } from "./figure.js";
import { must } from "./must.js";

const VERSION = 1;

/** What a specification asks for, in `place`: a figure or a question. */
function make(place, spec, onMove) {
  must(spec?.live === VERSION, `this script shows live figures of version ${VERSION}, not ${spec?.live}`);
  if (spec.panels) return new LiveFigure(place, spec, onMove);
  const question = new Ask(spec.ask);
  place.append(...question.rows);
  keepKeys(place);
  return question;
}

/** The book: every figure and question of the page that still sleeps. */
export function wake() {
  for (const home of document.querySelectorAll(".nn-live[data-live]")) {
    if (home.nnLive) continue;
    const still = [...home.children],
      place = home.appendChild(element("div"));
    try {
      home.nnLive = make(place, JSON.parse(home.dataset.live));
      for (const child of still) child.remove();
    } catch (error) {
      place.replaceChildren(complaint(error, home.dataset.live)); // the picture stays, and so does the rest of the page
      home.querySelector(":scope > .nn-room")?.remove();
    }
  }
}

/** JupyterLab, VS Code, Colab: `settings` is shared with Python. */
export function render({ model, el }) {
  el.classList.add("nn-live");
  try {
    el.nnLive = make(el, JSON.parse(model.get("spec")), (moved) => {
      model.set("settings", { ...model.get("settings"), ...moved });
      model.save_changes();
    });
  } catch (error) {
    el.replaceChildren(complaint(error, model.get("spec")));
    return;
  }
  const figure = el.nnLive;
  if (!(figure instanceof LiveFigure)) return; // a question has nothing to share
  const hear = () => figure.set(model.get("settings"));
  model.on("change:settings", hear);
  hear();
  return () => {
    model.off("change:settings", hear);
    figure.remove();
  };
}

/** What a reader sees of an error: ours names what is wrong, any other comes from a damaged specification. */
function complaint(error, spec) {
  const what = spec.includes('"ask":') ? "question cannot be asked" : "figure cannot move",
    told = error.constructor === Error ? error.message : `its specification is damaged (${error.message})`;
  return element("p", { class: "nn-complaint", role: "note" }, `This ${what}: ${told}.`);
}

if (document.currentScript) {
  // a script of the page, and not a module that anywidget has imported
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wake);
  else wake();
}
