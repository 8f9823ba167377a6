import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { VirtualClock } from '../clock.js';
import type { ClientGrant, Clients } from './clients.js';
import type { Counters } from './counters.js';
import type { FaultKind, Faults } from './faults.js';
import { sendStream } from './streamedBody.js';

/** A request, read but not yet judged. */
export interface Arrival {
  method: string;
  /** Scheme, host and port as the client wrote them. */
  origin: string;
  /** Path without the query. */
  path: string;
  /** Path and query. */
  url: string;
  query: URLSearchParams;
  pathParameters: Record<string, string>;
  body: string;
  authorization: string | undefined;
  contentType: string | undefined;
  /** Goes back in a header and in the context id of errors. */
  correlationId: string;
}

/** What to answer. A body that is a string or a stream is sent as it is, anything else as JSON. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** How an endpoint takes part in faults and counters. */
export interface EndpointTraits {
  /** Method and path template to count it under. */
  endpoint: string;
  /** Asking the same twice is in the nature of it: sign-in, polling. */
  mayRepeat: boolean;
}

/** What an injected status looks like in the contract at hand. */
export type FailureAnswer = (fault: Extract<FaultKind, { kind: 'status' }>, correlationId: string) => Answer;

/** Takes requests through faults, their handler and the counters, whatever contract they belong to. */
export class Exchanges {
  /**
   * @param contract its name, which tells requests of the same path apart
   * @param correlationHeader where the id of an exchange goes back
   */
  constructor(
    private readonly contract: string,
    readonly clients: Clients,
    readonly faults: Faults,
    readonly counters: Counters,
    private readonly failure: FailureAnswer,
    private readonly clock: VirtualClock,
    private readonly correlationHeader = 'inin-correlation-id',
  ) {}

  /** Serves one request. */
  async serve(
    request: FastifyRequest,
    reply: FastifyReply,
    traits: EndpointTraits,
    handle: (arrival: Arrival) => Answer | Promise<Answer>,
  ): Promise<void> {
    const arrival = readArrival(request);
    const client = this.#clientOf(arrival);
    const fault = this.faults.strike({
      method: arrival.method,
      path: arrival.path,
      endpoint: traits.endpoint,
      clientId: client?.clientId,
    });
    if (fault?.kind === 'reset' && !fault.handled) {
      this.#count(arrival, traits, 0, 0);
      return reset(reply);
    }
    if (fault?.kind === 'slow') await delay(fault.milliseconds);
    if (fault?.kind === 'revoked' && client !== undefined) this.clients.revoke(client.clientId);
    if (fault?.kind === 'clockSkew') {
      reply.header('date', new Date(this.clock.now() + fault.milliseconds).toUTCString());
    }
    const answer =
      fault?.kind === 'status' ? this.failure(fault, arrival.correlationId) : await handle(arrival);
    const headers = { [this.correlationHeader]: arrival.correlationId, ...answer.headers };
    if (answer.body instanceof Readable && fault?.kind !== 'reset') {
      const counted = (bytes: number) => this.#count(arrival, traits, answer.status, bytes);
      return sendStream(reply.code(answer.status).headers(headers), answer.body, fault, counted);
    }
    const body = writeBody(answer.body);
    if (fault?.kind === 'reset') {
      this.#count(arrival, traits, 0, 0);
      return reset(reply);
    }
    if (fault?.kind === 'truncated') {
      this.#count(arrival, traits, 0, 0);
      return truncate(reply, answer.status, headers, body);
    }
    const corrupted = corrupt(fault, body, answer.headers?.['content-type']);
    this.#count(arrival, traits, answer.status, Buffer.byteLength(corrupted.body));
    // Awaiting the reply itself tells fastify that the answer is complete.
    await reply
      .code(answer.status)
      .headers({ ...headers, ...(body === '' ? {} : { 'content-type': corrupted.contentType }) })
      .send(corrupted.body);
  }

  #clientOf(arrival: Arrival): ClientGrant | undefined {
    const token = bearerToken(arrival.authorization);
    if (token === undefined) return undefined;
    const bearer = this.clients.bearer(token);
    return bearer.state === 'valid' ? bearer.client : undefined;
  }

  #count(arrival: Arrival, traits: EndpointTraits, status: number, bytes: number): void {
    this.counters.record({
      contract: this.contract,
      method: arrival.method,
      endpoint: traits.endpoint,
      url: arrival.url,
      body: arrival.body,
      status,
      bytes,
      mayRepeat: traits.mayRepeat,
    });
  }
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

function readArrival(request: FastifyRequest): Arrival {
  const mark = request.url.indexOf('?');
  return {
    method: request.method,
    origin: `${request.protocol}://${request.host}`,
    path: mark < 0 ? request.url : request.url.slice(0, mark),
    url: request.url,
    query: new URLSearchParams(mark < 0 ? '' : request.url.slice(mark + 1)),
    pathParameters: (request.params ?? {}) as Record<string, string>,
    body: typeof request.body === 'string' ? request.body : '',
    authorization: request.headers.authorization,
    contentType: request.headers['content-type'],
    correlationId: randomUUID(),
  };
}

function writeBody(body: unknown): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function corrupt(
  fault: FaultKind | undefined,
  body: string,
  contentType = 'application/json',
): { body: string; contentType: string } {
  if (fault?.kind === 'malformed') {
    return { body: `${body.slice(0, Math.floor(body.length / 2))}\u0000`, contentType: 'application/json' };
  }
  if (fault?.kind === 'invalidItem') {
    return { body: withInvalidItem(body, fault.field), contentType: 'application/json' };
  }
  if (fault?.kind === 'contentType') {
    return {
      body: '<html><head><title>Gateway</title></head><body>Service temporarily unavailable</body></html>',
      contentType: 'text/html; charset=utf-8',
    };
  }
  return { body, contentType };
}

/** An answer that is no listing is taken for an item; one without any stays as it is. */
function withInvalidItem(body: string, field: string | undefined): string {
  const answer: unknown = body === '' ? null : JSON.parse(body);
  const lists = isObject(answer) ? [answer['results'], answer['entities']] : [answer];
  const listed = lists.find(Array.isArray) as unknown[] | undefined;
  const item = listed === undefined ? answer : listed[0];
  if (!isObject(item)) return body;
  const name = field ?? ['status', 'name'].find((each) => each in item) ?? Object.keys(item)[0];
  if (name === undefined) return body;
  const before = item[name];
  const isDate = typeof before === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(before);
  item[name] = typeof before === 'string' && !isDate ? 7 : 'soon';
  return JSON.stringify(answer);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reset(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
}

async function truncate(
  reply: FastifyReply,
  status: number,
  headers: Record<string, string>,
  body: string,
): Promise<void> {
  reply.hijack();
  const bytes = Buffer.from(body);
  reply.raw.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': bytes.length,
  });
  await new Promise<void>((resolve) => {
    reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => resolve());
  });
  reply.raw.socket?.destroy();
}
