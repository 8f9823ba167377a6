import { afterEach, expect, it, vi } from 'vitest';
import { RateLimits } from '../../../simulator/http/rateLimits.js';

afterEach(() => vi.restoreAllMocks());

// Sums of a moment and 60,000 are rounded up behind each power of two.
it.each([7_000, 100_000, 250_000, 500_000, 4_190_000])(
  'a window that opens has its seconds to go, and not one more (%d ms after the start)',
  (start) => {
    const limits = new RateLimits({ requests: 10, windowSeconds: 60 });
    const clock = vi.spyOn(performance, 'now');
    const announced = new Set<number>();
    for (let client = 0; client < 1_000; client++) {
      clock.mockReturnValue(start + client / 7);
      announced.add(limits.count(`client-${client}`).resetSeconds);
    }
    expect([...announced]).toEqual([60]);
  },
);
