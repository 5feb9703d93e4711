// The settings in the address of the page, behind #play=
const MARK = "#play=";

/** What the address gives, or null if it gives nothing. */
export function fromAddress() {
  if (!location.hash.startsWith(MARK)) return null;
  const text = location.hash.slice(MARK.length);
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % sign: whoever reads it will say so
  }
}

/** The whole address with these settings in it. */
export const link = (text) => location.href.split("#")[0] + MARK + text;

/** Say it in the bar of the browser, without a new place to go back to. */
export function toAddress(text) {
  try {
    history.replaceState(history.state, "", MARK + text);
  } catch {} // Safari refuses it a hundred times in half a minute: the next change will do
}

/** Call with the settings whenever a link of the page leads to others. */
export function onAddress(call) {
  const hear = () => {
    const text = fromAddress();
    if (text !== null) call(text);
  };
  addEventListener("hashchange", hear);
  return () => removeEventListener("hashchange", hear);
}
