/** Bodies too large to be held: files. Nobody knows their length before they end. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { FaultKind } from './faults.js';

/** The connection breaks, though more was to come. */
class Cut extends Error {}

/**
 * Sends a stream, with what goes wrong on the way: `truncated` cuts it within its first piece, `malformed` ends it
 * there as if it were complete. What only JSON can have leaves a file as it is.
 * @param done is told how many bytes were sent, however it ended
 */
export async function sendStream(
  reply: FastifyReply,
  body: Readable,
  fault: FaultKind | undefined,
  done: (bytes: number) => void,
): Promise<void> {
  let bytes = 0;
  async function* pieces(): AsyncGenerator<Buffer> {
    for await (const piece of body as AsyncIterable<string | Buffer>) {
      const whole = Buffer.from(piece);
      const damaged = fault?.kind === 'truncated' || fault?.kind === 'malformed';
      const part = damaged ? whole.subarray(0, Math.floor(whole.length / 2)) : whole;
      bytes += part.length;
      yield part;
      if (fault?.kind === 'truncated') throw new Cut('cut as the fault says');
      if (damaged) return;
    }
  }
  if (fault?.kind === 'contentType') {
    body.destroy();
    const page = '<html><body>Service temporarily unavailable</body></html>';
    done(page.length);
    await reply.header('content-type', 'text/html; charset=utf-8').send(page);
    return;
  }
  try {
    await reply.send(Readable.from(pieces(), { objectMode: false }));
  } catch (error) {
    // Whoever went away or was cut off got no answer that could still be changed.
    if (!reply.sent) throw error;
  } finally {
    done(bytes);
  }
}
