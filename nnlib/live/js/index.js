// One script for all homes: a page of the book wakes its figures, and anywidget calls `render`.
import { element } from "./dom.js";
import { LiveFigure } from "./figure.js";

/** The book: every figure of the page that still shows its picture. */
export function wake() {
  for (const figure of document.querySelectorAll("figure.nn-live[data-live]:has(> img)")) {
    const still = [...figure.children],
      place = element("div");
    figure.append(place);
    try {
      figure.nnLive = new LiveFigure(place, JSON.parse(figure.dataset.live));
      for (const child of still) child.remove();
    } catch (error) {
      place.replaceChildren(complaint(error)); // the picture stays, and so does the rest of the page
      figure.querySelector(":scope > .nn-room")?.remove();
    }
  }
}

/** JupyterLab, VS Code, Colab: `settings` is shared with Python. */
export function render({ model, el }) {
  el.classList.add("nn-live");
  let figure;
  try {
    figure = new LiveFigure(el, JSON.parse(model.get("spec")), (moved) => {
      model.set("settings", { ...model.get("settings"), ...moved });
      model.save_changes();
    });
  } catch (error) {
    el.replaceChildren(complaint(error));
    return () => {};
  }
  const hear = () => figure.set(model.get("settings"));
  model.on("change:settings", hear);
  hear();
  el.nnLive = figure;
  return () => {
    model.off("change:settings", hear);
    figure.remove();
  };
}

const complaint = (error) =>
  element("p", { class: "nn-complaint", role: "note" }, `This figure cannot move: ${error.message}.`);

if (document.currentScript) {
  // a script of the page, and not a module that anywidget has imported
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wake);
  else wake();
}
