// In place of d3-interpolate, by package.json: our axes run between numbers, and mixing colours is half of it.
export const interpolate = (a, b) => (t) => a * (1 - t) + b * t;
export const interpolateNumber = interpolate;
export const interpolateRound = (a, b) => (t) => Math.round(interpolate(a, b)(t));
export const piecewise = undefined; // asked for by a scale that we do not have
