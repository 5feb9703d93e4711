// What a reader has guessed, kept on this device alone, and nowhere if the browser does not keep anything.
const key = (question) => `nnlib guess: ${question}`;

/** The guess made at an earlier visit, or null. */
export function recall(question) {
  try {
    return JSON.parse(localStorage.getItem(key(question)));
  } catch {
    return null;
  }
}

/** Keep a guess; null forgets it. */
export function remember(question, guess) {
  try {
    if (guess === null) localStorage.removeItem(key(question));
    else localStorage.setItem(key(question), JSON.stringify(guess));
  } catch {} // a private window, a full disk: then it lasts as long as the page
}
