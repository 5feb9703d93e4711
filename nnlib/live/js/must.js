// What a specification must be, lest it hangs the page or breaks in the middle: whoever breaks it is told by name.

export function must(holds, told) {
  if (!holds) throw new Error(told);
}

/** A count of things to draw, such as units or columns. */
export const countable = (n) => Number.isInteger(n) && n >= 0 && n <= 1000;
