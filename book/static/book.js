// Small conveniences: theme, menu, copying code, scrolling by keyboard. The book reads without any of them.

const root = document.documentElement;
const all = (selector) => document.querySelectorAll(selector);

/** The button that goes round the themes: the system's, light, dark. */
function themes(button) {
  const names = ["auto", "light", "dark"];
  const current = () => root.dataset.theme || "auto";
  const show = () => { button.querySelector(".now").textContent = current(); };
  button.addEventListener("click", () => {
    const next = names[(names.indexOf(current()) + 1) % names.length];
    root.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { /* no storage: it lasts for this page */ }
    show();
  });
  button.hidden = false;
  show();
}

/** Contents over the page: a link taken, a step on to the text or Escape closes them. */
function contents(menu, side, text) {
  side.addEventListener("click", (event) => { if (event.target.closest("a")) menu.open = false; });
  text.addEventListener("focusin", () => { menu.open = false; });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

function copying(block) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "copy", textContent: "Copy", ariaLabel: "Copy this code" });
  button.addEventListener("click", async () => {
    const code = block.querySelector("pre");
    try {
      await navigator.clipboard.writeText(code.innerText);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  block.append(button);
}

/** What scrolls sideways is a stop of the Tab key; what does not is none. */
function stops() {
  const names = { DIV: "Equation", PRE: "Code" };
  for (const element of all("div.math, pre, .scroll, .output.text_html")) {
    const scrolls = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== "visible";
    const label = element.matches(".scroll, .text_html") ? "Table" : names[element.tagName];
    for (const [name, value] of Object.entries({ tabindex: "0", role: "group", "aria-label": label })) {
      if (scrolls) element.setAttribute(name, value); else element.removeAttribute(name);
    }
  }
}

/** Notes in the margin stand clear of each other and of wide figures; one that cannot goes into the text. */
function spread() {
  const wide = [...all(".tag_wide, .tag_hero")];
  let free = -Infinity;                         // down to here the margin is taken; a page may be scrolled already
  for (const notes of all(".notes")) {
    notes.classList.remove("inline");
    notes.style.marginTop = "";
    if (getComputedStyle(notes).position !== "absolute") continue;
    const top = notes.getBoundingClientRect().top, height = notes.offsetHeight;
    const shift = Math.max(0, free - top);
    const blocked = wide.some((figure) => {
      const box = figure.getBoundingClientRect();
      return top < box.bottom && top + shift + height > box.top;
    });
    notes.classList.toggle("inline", blocked);
    if (blocked) continue;
    notes.style.marginTop = `${shift}px`;
    free = top + shift + height + 16;
  }
}

function arrange() { stops(); spread(); }

themes(document.querySelector(".theme"));
contents(...[".menu", ".side", "main"].map((selector) => document.querySelector(selector)));
all(".cell_input .highlight").forEach(copying);
new ResizeObserver(arrange).observe(document.querySelector("article"));      // which begins with how wide it is now

const search = document.querySelector("main .find input");
if (search) {
  search.value = new URLSearchParams(location.search).get("q") || "";
  search.focus();
}
