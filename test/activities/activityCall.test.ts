import { readdir, readFile } from 'node:fs/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { withHeartbeat } from '../../activities/activityCall.js';

const running = async <T>(work: (signal: AbortSignal) => Promise<T>) =>
  new MockActivityEnvironment().run<[], T, () => Promise<T>>(async () =>
    withHeartbeat(async ({ signal }) => work(signal)),
  );

describe('what an activity has begun', () => {
  it('ends when a part of it fails, and the failure is what is told', async () => {
    let other: Promise<unknown> = Promise.resolve('not begun');
    const failing = running(async (signal) => {
      other = new Promise((resolve) => signal.addEventListener('abort', resolve));
      await Promise.all([other, Promise.reject(new Error('refused'))]);
    });
    await expect(failing).rejects.toThrow('refused');
    await other;
  });

  it('goes on until the activity is over', async () => {
    const signal = await running(async (given) => {
      expect(given.aborted).toBe(false);
      return given;
    });
    expect(signal.aborted).toBe(true);
  });

  it('ends with the cancellation of the activity', async () => {
    const environment = new MockActivityEnvironment();
    const cancelled = environment.run(async () =>
      withHeartbeat(async ({ signal }) => {
        const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
        environment.cancel();
        await aborted;
        signal.throwIfAborted();
      }),
    );
    await expect(cancelled).rejects.toThrow('CANCELLED');
  });
});

it('every activity beats: one that is silent is tried again after seconds, and again', async () => {
  const folder = new URL('../../activities/', import.meta.url);
  const silent: string[] = [];
  for (const name of await readdir(folder)) {
    const text = await readFile(new URL(name, folder), 'utf8');
    if (/return async function \w+\(/.test(text) && !text.includes('return withHeartbeat('))
      silent.push(name);
  }
  expect(silent).toEqual([]);
});
