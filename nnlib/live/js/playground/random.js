// Random numbers that Python draws alike: mulberry32, as in playground_run.py.
export class Generator {
  constructor(seed) {
    this.counter = seed;
  }

  /** A number from 0 up to, but not, 1. */
  random() {
    const a = (this.counter = (this.counter + 0x6d2b79f5) | 0);
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  uniform(low, high, n) {
    return Array.from({ length: n }, () => low + (high - low) * this.random());
  }

  permutation(n) {
    const keys = Array.from({ length: n }, () => this.random());
    return keys.map((_, i) => i).sort((i, j) => keys[i] - keys[j]);
  }
}
