import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachedFor } from '../../../sources/genesys/published/cached.js';
import { never } from '../http/testServer.js';

const context = { signal: never, priority: 1 } as const;

describe('an answer that is kept for a second', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is asked for again after it, and no sooner', async () => {
    let asked = 0;
    const answer = cachedFor(1_000, async () => ++asked);
    expect(await answer(context)).toBe(1);
    vi.advanceTimersByTime(999);
    expect(await answer(context)).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await answer(context)).toBe(2);
  });

  it('is not kept when there was none', async () => {
    let asked = 0;
    const answer = cachedFor(1_000, async () => {
      if (++asked === 1) throw new Error('not yet');
      return asked;
    });
    await expect(answer(context)).rejects.toThrow('not yet');
    expect(await answer(context)).toBe(2);
  });
});
