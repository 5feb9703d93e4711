// The playground's own script: a page of the book wakes it, and anywidget calls `render`.
import { element } from "../dom.js";
import { fromAddress, onAddress, toAddress } from "./address.js";
import { Playground } from "./playground.js";

/** The book: settings come from the address of the page and go there. */
export function wake() {
  for (const home of document.querySelectorAll(".nn-playground[data-playground]")) {
    if (home.nnPlayground) continue;
    const still = [...home.children],
      place = home.appendChild(element("div"));
    try {
      const spec = JSON.parse(home.dataset.playground),
        made = new Playground(place, spec, { address: fromAddress() ?? spec.address, moved: toAddress });
      home.nnPlayground = made;
      for (const child of still) child.remove();
      onAddress((address) => made.go(address));
    } catch (error) {
      place.replaceChildren(complaint(error)); // the picture stays
    }
  }
}

/** JupyterLab, VS Code, Colab: settings and weights are shared with Python. */
export function render({ model, el }) {
  el.classList.add("nn-live", "nn-playground");
  const share = (address, weights) => {
    model.set("address", address);
    if (weights) model.set("weights", weights);
    model.save_changes();
  };
  const made = new Playground(el, JSON.parse(model.get("spec")), {
    address: model.get("address"),
    weights: model.get("weights"),
    moved: (address) => share(address),
    trained: share,
  });
  const hear = () => model.get("address") !== made.address && made.load(model.get("address"));
  const unlink = onAddress((address) => made.go(address));
  model.on("change:address", hear);
  el.nnPlayground = made;
  return () => {
    model.off("change:address", hear);
    unlink();
    made.remove();
  };
}

function complaint({ message }) {
  const told = `The playground cannot start: its specification is damaged (${message}).`;
  return element("p", { class: "nn-complaint", role: "note" }, told);
}

if (document.currentScript) {
  // a script of the page, and not a module that anywidget has imported
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wake);
  else wake();
}
