/** Which of many items a result keeps. Pure. */

/** Temporal takes results of up to 2 MB, and a month of a large tenant has thousands of windows. */
export const mostKept = 500;

/**
 * Adds the item, which is later than all others. Once there are too many, the earliest that nobody needs to look at makes
 * room, and the earliest of all when there is none.
 */
export function keepNotable<T>(kept: T[], item: T, isNotable: (item: T) => boolean): void {
  kept.push(item);
  if (kept.length <= mostKept) return;
  const dull = kept.findIndex((each) => !isNotable(each));
  kept.splice(Math.max(dull, 0), 1);
}
