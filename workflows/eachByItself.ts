import { isOwnCancellation } from './ownCancellation.js';

/** So many failures in a row are an outage: waiting for it again and again would get nobody anywhere. */
const outage = 2;

/** Works through what does not depend on each other: one that fails keeps no other from its turn. */
export async function eachByItself<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
  failed: (item: T, error: unknown) => void,
): Promise<void> {
  let inARow = 0;
  for (const [index, item] of items.entries()) {
    try {
      await work(item, index);
      inARow = 0;
    } catch (error) {
      if (isOwnCancellation(error)) throw error;
      failed(item, error);
      inARow += 1;
      if (inARow === outage) return;
    }
  }
}
