// Colours come from CSS variables; a canvas needs them as numbers.
const MIX = 0.45; // how far a heat map goes from the card towards the colour of a class

/** 256 colours, as the 32-bit words of image data, from one colour of the page over the card to another. */
function through(element, low, high, mix) {
  if (!element.isConnected) return new Uint32Array(256); // a notebook shows it later, and then all is drawn again
  const style = getComputedStyle(element);
  const [zero, card, one] = [low, "--card", high].map((name) => rgb(style.getPropertyValue(name)));
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const far = (Math.abs(i - 127.5) / 127.5) * mix,
      side = i < 127.5 ? zero : one;
    const [r, g, b] = card.map((from, c) => Math.round(from + (side[c] - from) * far));
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}

/** From class 0 to class 1. */
export const classColours = (element) => through(element, "--class-0", "--class-1", MIX);

/** What a unit answers, from negative to positive. */
export const unitColours = (element) => through(element, "--ink-2", "--t-activation", 0.85);

const rgb = (hex) =>
  hex
    .trim()
    .match(/[0-9a-f]{2}/gi)
    .map((pair) => parseInt(pair, 16));

/** Call when the page turns light or dark: the theme of the book, of JupyterLab, of VS Code, or of the system. */
export function onThemeChange(call) {
  const observer = new MutationObserver(call);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, {
      attributes: true,
      attributeFilter: ["data-theme", "data-jp-theme-light", "data-vscode-theme-kind", "class", "theme"],
    });
  }
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", call);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", call);
  };
}
