import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { patiently } from '../../warehouses/bigquery/jobs.js';

describe('a request to BigQuery', () => {
  it('is not made for work that was stopped, and leaves no error that nobody takes', async () => {
    let requests = 0;
    const signal = AbortSignal.abort(new Error('stopped'));
    const request = async () => {
      requests += 1;
      throw new Error('refused');
    };
    await expect(patiently(signal, request)).rejects.toThrow('stopped');
    // Vitest fails on rejections that nobody has handled by then.
    await sleep(10);
    expect(requests).toBe(0);
  });

  it('is let go of when its work is stopped, whatever becomes of it', async () => {
    const stopping = new AbortController();
    const request = async () => {
      stopping.abort(new Error('stopped'));
      await sleep(5);
      throw new Error('refused');
    };
    await expect(patiently(stopping.signal, request)).rejects.toThrow('stopped');
    await sleep(20);
  });
});
