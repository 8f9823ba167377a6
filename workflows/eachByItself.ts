import { isOwnCancellation } from './ownCancellation.js';

/** So many failures in a row are an outage: waiting for it again and again would get nobody anywhere. */
const outage = 2;

/**
 * Works through what does not depend on each other: one that fails keeps no other from its turn. Resolves with what is
 * left because `isEnough` said so; after an outage nothing is. Behind a failure it is not asked: the next item says
 * whether that is an outage.
 */
export async function eachByItself<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
  failed: (item: T, error: unknown) => void,
  isEnough: () => boolean = () => false,
): Promise<T[]> {
  let inARow = 0;
  for (const [index, item] of items.entries()) {
    if (index > 0 && inARow === 0 && isEnough()) return items.slice(index);
    try {
      await work(item, index);
      inARow = 0;
    } catch (error) {
      if (isOwnCancellation(error)) throw error;
      failed(item, error);
      inARow += 1;
      if (inARow === outage) return [];
    }
  }
  return [];
}
