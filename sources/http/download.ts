/** A file from a store that asks for no token, as a stream to a local path. Repeats nothing, follows no redirect. */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { got, RequestError } from 'got';
import { TidemarkError } from '../../model/errors.js';
import { abortReason, throwIfAborted } from '../../model/waiting.js';
import { createProxy } from './proxy.js';
import { textIn, type Headers } from './vendorDialect.js';

export interface Download {
  /** May be a secret itself, as pre-signed ones are: no message names more of it than its host. */
  url: URL;
  /** What lies there is replaced; after a failure nothing does. */
  path: string;
  /** For messages: who downloads what. */
  purpose: string;
}

export interface DownloadTimeouts {
  /** To look up and connect, TLS included, milliseconds. */
  connectMs: number;
  /** Until the answer begins, and between any two of its parts, milliseconds. */
  silenceMs: number;
}

const defaultTimeouts: DownloadTimeouts = { connectMs: 10_000, silenceMs: 60_000 };

/**
 * Bytes of the file as it lies at the path.
 * @throws TidemarkError UpstreamUnavailable whatever went wrong, a refusal by the store too: the next try may have
 *   another URL. The signal's reason after an abort.
 */
export async function download(
  { url, path, purpose }: Download,
  signal: AbortSignal,
  timeouts: DownloadTimeouts = defaultTimeouts,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  throwIfAborted(signal);
  let bytes = 0;
  const counting = new Transform({
    transform: (part: Buffer, _, done) => {
      bytes += part.length;
      done(null, part);
    },
  });
  const tunnel = createProxy({ connectMs: timeouts.connectMs, environment })(url);
  const source = got.stream(url, {
    ...(tunnel === undefined ? {} : { agent: { https: tunnel } }),
    headers: { 'user-agent': 'tidemark' },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    timeout: {
      lookup: timeouts.connectMs,
      connect: timeouts.connectMs,
      secureConnect: timeouts.connectMs,
      response: timeouts.silenceMs,
      socket: timeouts.silenceMs,
    },
  });
  let stated: number | undefined;
  let refused: Refused | undefined;
  source.on('response', ({ statusCode, headers }: { statusCode: number; headers: Headers }) => {
    stated = statedLength(headers);
    const isPage = /^text\/html\b/iu.test(textIn(headers, 'content-type') ?? '');
    if (statusCode === 200 && !isPage) return;
    refused = new Refused(statusCode, isPage ? `${statusCode} and a web page` : String(statusCode));
    source.destroy();
  });
  const file = createWriteStream(path);
  const closed = new Promise<void>((resolve) => file.once('close', resolve));
  try {
    await pipeline(source, counting, file, { signal });
    if (refused !== undefined) throw refused;
    if (stated !== undefined && bytes !== stated) throw new CutOff(bytes, stated);
    return bytes;
  } catch (error) {
    // One that is being opened would be there again.
    await closed;
    await rm(path, { force: true });
    if (signal.aborted) throw abortReason(signal);
    // However the streams take to being stopped.
    throw failureOf(refused ?? error, url, purpose);
  }
}

class Refused extends Error {
  constructor(
    readonly status: number,
    /** What came, for people. */
    readonly answer: string,
  ) {
    super();
  }
}

class CutOff extends Error {
  constructor(
    readonly bytes: number,
    readonly stated: number,
  ) {
    super();
  }
}

/** Undefined where it is not said, or says how long the file is while it is compressed. */
function statedLength(headers: Headers): number | undefined {
  const length = Number(headers['content-length'] ?? Number.NaN);
  return headers['content-encoding'] === undefined && Number.isSafeInteger(length) ? length : undefined;
}

/** The client's own error is dropped on purpose: it holds the URL. What is wrong on this machine is not the store's. */
function failureOf(error: unknown, { host }: URL, purpose: string): unknown {
  const start = `${purpose}: ${host}`;
  if (error instanceof Refused) {
    const { status, answer } = error;
    return new TidemarkError('UpstreamUnavailable', `${start} answered ${answer} instead of the file.`, {
      status,
      remedy: 'It is tried again with a new URL; if it stays, look for a proxy in between.',
    });
  }
  if (error instanceof CutOff) {
    return new TidemarkError(
      'UpstreamUnavailable',
      `${start} sent ${error.bytes} of ${error.stated} bytes of the file.`,
      { remedy: 'It is tried again; if it stays, look for a proxy or firewall in between.' },
    );
  }
  if (isLocal(error)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause';
  return new TidemarkError('UpstreamUnavailable', `${start} did not send the whole file (${code}).`, {
    remedy: 'It is tried again; if it stays, check the network and look for a proxy or firewall in between.',
  });
}

/** E.g. a full disk: what the network does comes wrapped. */
const isLocal = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && !(error instanceof RequestError);
