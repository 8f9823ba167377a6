import type { Readable } from 'node:stream';

/** Long enough for any storage that answers at all. */
export const stalledAfterMillis = 20_000;

/**
 * The content of an object as it comes, or a failure of the network once nothing has come for a while: the libraries
 * of the vendors wait for the rest of an answer for ever, and their limits of time end where its content begins.
 *
 * @param patience milliseconds without a byte after which the download has failed
 */
export async function* unlessStalled(content: Readable, patience: number): AsyncGenerator<Buffer> {
  const stalled = Object.assign(new Error(`nothing more came for ${patience / 1_000} s`), {
    code: 'ETIMEDOUT',
  });
  const timer = setTimeout(() => content.destroy(stalled), patience);
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      yield chunk;
      timer.refresh();
    }
  } finally {
    clearTimeout(timer);
  }
}
