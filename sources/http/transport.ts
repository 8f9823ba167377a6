/** One HTTP request, one answer. Whatever happens on the way becomes UpstreamUnavailable. */
import http from 'node:http';
import https from 'node:https';
import { got, type Agents, type Got } from 'got';
import { TidemarkError } from '../../model/errors.js';
import { abortReason, throwIfAborted } from '../../model/waiting.js';
import { createProxy } from './proxy.js';
import type { Headers } from './vendorDialect.js';

export interface Timeouts {
  /** To look up and connect, TLS included, milliseconds. */
  connectMs: number;
  /** From sending to the last byte of the answer, milliseconds. */
  answerMs: number;
}

export const defaultTimeouts: Timeouts = { connectMs: 10_000, answerMs: 60_000 };

export interface OutgoingRequest {
  method: 'GET' | 'POST';
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
  /** For messages: who is called for what. */
  purpose: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: string;
  /** When the last byte was here, ISO 8601 UTC. */
  receivedAt: string;
}

/** The connection broke without a full answer; whether the vendor acted on the request is unknown. */
export class ConnectionLost extends TidemarkError {}

export interface Transport {
  /** Throws TidemarkError UpstreamUnavailable, or the signal's reason after an abort. */
  send(request: OutgoingRequest, signal: AbortSignal): Promise<Answer>;
}

/** Keeps connections open between requests, follows no redirect and repeats nothing. */
export function createTransport(
  timeouts: Timeouts = defaultTimeouts,
  environment: NodeJS.ProcessEnv = process.env,
): Transport {
  const { connectMs } = timeouts;
  const proxy = createProxy({ connectMs, keepAlive: true, environment });
  const direct = createClient(timeouts, {
    http: new http.Agent({ keepAlive: true }),
    https: new https.Agent({ keepAlive: true }),
  });
  let proxied: Got | undefined;
  const clientFor = (url: URL): Got => {
    const tunnel = proxy(url);
    if (tunnel === undefined) return direct;
    proxied ??= createClient(timeouts, { https: tunnel });
    return proxied;
  };
  return {
    send: async (request, signal) => {
      throwIfAborted(signal);
      try {
        const response = await clientFor(request.url)<string>(request.url, {
          method: request.method,
          headers: { ...request.headers },
          signal,
          ...(request.body === undefined ? {} : { body: request.body }),
        });
        return {
          status: response.statusCode,
          headers: response.headers,
          body: response.body,
          receivedAt: vendorTime(response.headers.date, Date.now()),
        };
      } catch (error) {
        if (signal.aborted) throw abortReason(signal);
        throw failureOf(error, request, timeouts);
      }
    },
  };
}

/** Once for many requests: checking the options takes as long as the rest of a request. */
function createClient(timeouts: Timeouts, agent: Agents): Got {
  return got.extend({
    agent,
    retry: { limit: 0 },
    // A redirect would carry the token to wherever it points.
    followRedirect: false,
    throwHttpErrors: false,
    decompress: true,
    responseType: 'text',
    timeout: {
      lookup: timeouts.connectMs,
      connect: timeouts.connectMs,
      secureConnect: timeouts.connectMs,
      request: timeouts.answerMs,
    },
  });
}

/** Closer than this, our own clock is the better one: the header has whole seconds. */
const clockTolerance = 2_000;

/**
 * When an answer was given, by the vendor's own clock where that differs from ours. Times that the vendor states are
 * compared with it, and a clock of ours that runs ahead would make a copy look newer than the change it lacks.
 */
export function vendorTime(dateHeader: string | undefined, now: number): string {
  const stated = Date.parse(dateHeader ?? '');
  const isOurs = Number.isNaN(stated) || Math.abs(now - stated) < clockTolerance;
  return new Date(isOurs ? now : stated).toISOString();
}

const lostCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_BODY_PARSE_FAILURE', 'Z_BUF_ERROR']);

/** The client's own error is dropped on purpose: it holds the request's headers, and with them the token. */
function failureOf(error: unknown, request: OutgoingRequest, timeouts: Timeouts): TidemarkError {
  const code = codeOf(error);
  const start = `${request.purpose}: `;
  if (lostCodes.has(code)) {
    return new ConnectionLost(
      'UpstreamUnavailable',
      `${start}${request.url.host} broke the connection before its answer was complete (${code}).`,
      { remedy: 'It is tried again; if it stays, look for a proxy or firewall in between.' },
    );
  }
  if (code === 'ETIMEDOUT') {
    return new TidemarkError(
      'UpstreamUnavailable',
      `${start}no complete answer from ${request.url.host} in time (${timeouts.connectMs} ms to connect, ${timeouts.answerMs} ms to answer).`,
      { remedy: "It is tried again; if it stays, check the network and the vendor's status page." },
    );
  }
  return new TidemarkError(
    'UpstreamUnavailable',
    `${start}${request.url.host} could not be reached (${code}).`,
    {
      remedy:
        'It is tried again; if it stays, check the base URL, name resolution, certificates, HTTPS_PROXY and NO_PROXY.',
    },
  );
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown cause';
}
