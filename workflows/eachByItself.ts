import { isOwnCancellation } from './ownCancellation.js';

/** So many failures in a row are an outage: waiting for it again and again would get nobody anywhere. */
const outage = 2;

export interface WorkedThrough<T> {
  /** What was not begun. */
  left: T[];
  /** It was not begun because of an outage. */
  isOutage: boolean;
}

/**
 * Works through what does not depend on each other, until `isEnough` says so or an outage ends it: one that fails keeps
 * no other from its turn. Behind a failure `isEnough` is not asked: the next item says whether that is an outage.
 */
export async function eachByItself<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
  failed: (item: T, error: unknown) => void,
  isEnough: () => boolean = () => false,
): Promise<WorkedThrough<T>> {
  let inARow = 0;
  for (const [index, item] of items.entries()) {
    if (index > 0 && inARow === 0 && isEnough()) return { left: items.slice(index), isOutage: false };
    try {
      await work(item, index);
      inARow = 0;
    } catch (error) {
      if (isOwnCancellation(error)) throw error;
      failed(item, error);
      inARow += 1;
      if (inARow === outage) return { left: items.slice(index + 1), isOutage: true };
    }
  }
  return { left: [], isOutage: false };
}
