/** What fails its schema is asked for again before it is given up: a proxy or a node of the vendor may have erred. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TidemarkError } from '../model/errors.js';
import type { UnusableAnswer } from './batchManifest.js';

const waitsMillis = [500, 1_000];

/** Tries three times; what is wrong with the answer then. Errors of other kinds are thrown at once. */
export async function tryForSchema<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
): Promise<{ answer: T } | { unusable: UnusableAnswer }> {
  for (let tries = 0; ; tries++) {
    try {
      return { answer: await ask() };
    } catch (error) {
      // Without a body it is not an answer about records, e.g. signing in.
      if (!(error instanceof TidemarkError) || error.kind !== 'SchemaMismatch' || error.body === undefined) {
        throw error;
      }
      const wait = waitsMillis[tries];
      if (wait === undefined) {
        return { unusable: { reason: error.message, body: error.body, at: new Date().toISOString() } };
      }
      await sleep(wait, undefined, { signal });
    }
  }
}
