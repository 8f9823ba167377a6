/** Where files lie: whoever has a URL that was signed gets one, for some seconds and without any other sign-in. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { VirtualClock } from '../../clock.js';
import type { Answer, Arrival } from '../../http/exchange.js';
import type { ExtractionSettings } from './settings.js';

export const storePath = '/_store/{file}';

export class Store {
  constructor(
    private readonly clock: VirtualClock,
    private readonly settings: ExtractionSettings,
    private readonly key: Uint8Array,
  ) {}

  /** A URL of its own each time it is asked for. */
  urlOf(jobId: string, origin: string): string {
    const signedAt = String(Math.floor(this.clock.elapsed()));
    const expires = String(this.settings.urlLifetimeSeconds);
    const query = new URLSearchParams({
      'X-Amz-Date': signedAt,
      'X-Amz-Expires': expires,
      'X-Amz-Signature': this.#signature(jobId, signedAt, expires),
    });
    return `${origin}/_store/${jobId}.csv?${query}`;
  }

  /** The job whose file this is, or why it is not handed out. */
  open({ authorization, query, pathParameters }: Arrival): { jobId: string } | { refusal: Answer } {
    const jobId = (pathParameters['file'] ?? '').replace(/\.csv$/, '');
    const text = (name: string) => query.get(`X-Amz-${name}`) ?? '';
    if (authorization !== undefined) {
      return refused(
        400,
        'InvalidArgument',
        'Only one auth mechanism allowed; only the X-Amz-Signature query string parameter or the Authorization header should be specified',
      );
    }
    const given = Buffer.from(text('Signature'));
    const expected = Buffer.from(this.#signature(jobId, text('Date'), text('Expires')));
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return refused(403, 'SignatureDoesNotMatch', 'The signature does not match the one we calculated');
    if (this.clock.elapsed() >= Number(text('Date')) + Number(text('Expires')) * 1_000)
      return refused(403, 'AccessDenied', 'Request has expired');
    return { jobId };
  }

  /** For a file that is no longer kept. */
  missing(): Answer {
    return refused(404, 'NoSuchKey', 'The specified key does not exist.').refusal;
  }

  #signature(...parts: readonly string[]): string {
    return createHmac('sha256', this.key).update(parts.join('\n')).digest('hex');
  }
}

function refused(status: number, code: string, message: string): { refusal: Answer } {
  return {
    refusal: {
      status,
      headers: { 'content-type': 'application/xml' },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    },
  };
}
