/** Deterministic pseudo-randomness: the same seed and place always give the same number. */

/** A 32-bit hash of some integers (the finaliser of MurmurHash3, applied once for each). */
export function mix(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part | 0), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    hash = (hash + Math.floor(part / 0x1_0000_0000)) | 0;
  }
  return hash >>> 0;
}

/** A number in [0, 1) for a place. */
export function chance(...parts: readonly number[]): number {
  return mix(...parts) / 0x1_0000_0000;
}

/** A stream of numbers in [0, 1) (mulberry32). */
export function randomStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

export function pickFrom<T>(items: readonly T[], position: number): T {
  const item = items[Math.floor(position * items.length) % items.length];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}
