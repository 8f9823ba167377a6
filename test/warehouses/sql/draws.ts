import { randomStream } from '../../../simulator/organisation/random.js';

/** Draws that a seed decides. */
export interface Draws {
  /** True so often, of 1. */
  chance(often: number): boolean;
  /** A whole number of a span, both ends included. */
  whole(least: number, most: number): number;
  pick<T>(items: readonly T[]): T;
}

export function createDraws(seed: number): Draws {
  const next = randomStream(seed);
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    chance: (often) => next() < often,
    whole,
    pick: <T>(items: readonly T[]) => items[whole(0, items.length - 1)] as T,
  };
}

/** An hour of the days in which a drawn organisation is read, ISO 8601. */
export const at = (hour: number) => new Date(Date.UTC(2026, 10, 5, hour)).toISOString();
