import type { CallContext } from '../../source.js';

/** Asks again once an answer is older than so many milliseconds; a failure is not kept. */
export function cachedFor<T>(
  millis: number,
  read: (context: CallContext) => Promise<T>,
): (context: CallContext) => Promise<T> {
  let kept: { value: T; until: number } | null = null;
  return async (context) => {
    const now = Date.now();
    if (kept !== null && now < kept.until) return kept.value;
    const value = await read(context);
    kept = { value, until: now + millis };
    return value;
  };
}
