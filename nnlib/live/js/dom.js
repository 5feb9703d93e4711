// Elements in one line.

/** element("div", { class: "nn-note" }, "text", child) */
export function element(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) e.setAttribute(name, value);
  e.append(...children);
  return e;
}

export function button(text, press, attributes = {}) {
  const b = element("button", { type: "button", ...attributes }, text);
  b.addEventListener("click", press);
  return b;
}

/** A symbol such as w₁ stands in italics, a word such as "learning rate" upright. */
export const isSymbol = (name) => /^[\p{L}]\p{M}?[₀-₉0-9ᵢⱼₙ′⁺*,]*(\[.*\])?$/u.test(name);

/** The CSS colour of a term (its own variable), or of ink. */
export const colour = (term) =>
  ({ undefined: "var(--ink)", ink: "var(--ink)", muted: "var(--ink-2)" })[term] ?? `var(--t-${term})`;

/** "**Bold.** The rest." as nodes. */
export const bold = (text) => String(text).split("**").map((part, i) => (i % 2 ? element("strong", {}, part) : part));

/** For touchstart: the finger moves what it holds and not the page.  (CSS's touch-action does not reach into an SVG.) */
export const holdPage = (event) => event.preventDefault();
