/** The control API: what a test or a curious person tells the organisation, and asks it, past the vendor's API. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { VirtualClock } from '../clock.js';
import type { Organisation, Viewer } from '../organisation/organisation.js';
import type { PageWalks } from '../genesys/published/pageWalk.js';
import type { ClientGrant, Clients } from '../http/clients.js';
import type { Counters } from '../http/counters.js';
import type { Faults } from '../http/faults.js';
import type { RateLimits } from '../http/rateLimits.js';
import { truths } from '../truths.js';
import { clockSchema, eventSchema, faultSchema, pickSchema, truthSchema } from './controlRequests.js';
import { jsonBody, read, Refusal, type ControlRoute } from './controlRoute.js';

export interface Controlled {
  organisation: Organisation;
  clock: VirtualClock;
  clients: Clients;
  /** Of every contract that is served. */
  rateLimits: readonly RateLimits[];
  searches: Pick<PageWalks<unknown>, 'forget'>;
  faults: Faults;
  counters: Counters;
  /** What contracts add. */
  routes: readonly ControlRoute[];
}

export function registerControl(server: FastifyInstance, controlled: Controlled): void {
  const { organisation, clock, clients, rateLimits, searches, faults, counters, routes } = controlled;

  const route = (method: ControlRoute['method'], path: string, handle: ControlRoute['handle']): void => {
    server.route({
      method,
      url: `/_simulator/${path}`,
      handler: async (request, reply) => {
        try {
          const result = handle(request);
          if (result instanceof Readable) return reply.type('application/x-ndjson').send(result);
          return reply.type('application/json').send(JSON.stringify(result ?? {}));
        } catch (error) {
          if (!(error instanceof Refusal) && !(error instanceof RangeError)) throw error;
          return reply
            .code(400)
            .type('application/json')
            .send(JSON.stringify({ message: error.message }));
        }
      },
    });
  };

  const clientOf = (clientId: string | undefined): ClientGrant => {
    const client = clientId === undefined ? clients.all()[0] : clients.find(clientId);
    if (client === undefined)
      throw new Refusal(`clientId "${clientId}" is no client: GET /_simulator/organisation lists them.`);
    return client;
  };
  const viewerOf = (clientId: string | undefined): Viewer => ({
    divisionIds: clientOf(clientId).divisionIds,
  });

  route('GET', 'clock', () => describeClock(clock));
  route('POST', 'clock', (request) => {
    const wanted = read(clockSchema, jsonBody(request));
    // First, or it would stand still a moment behind what it is set to.
    if (wanted.freeze === true) clock.freeze();
    if (wanted.set !== undefined) clock.set(Date.parse(wanted.set));
    if (wanted.advanceSeconds !== undefined) clock.advance(wanted.advanceSeconds * 1_000);
    if (wanted.freeze === false) clock.resume();
    searches.forget();
    return describeClock(clock);
  });

  route('POST', 'events', (request) => {
    const event = read(eventSchema, jsonBody(request));
    searches.forget();
    switch (event.kind) {
      case 'grantDivision':
      case 'revokeDivision': {
        const client = clientOf(event.clientId);
        const all = organisation.divisions().map(({ id }) => id);
        const held = new Set(client.divisionIds === 'all' ? all : client.divisionIds);
        if (!all.includes(event.divisionId))
          throw new Refusal(`divisionId "${event.divisionId}" is no division.`);
        if (event.kind === 'grantDivision') held.add(event.divisionId);
        else held.delete(event.divisionId);
        client.divisionIds = held;
        return { divisionIds: [...held] };
      }
      case 'revokeTokens':
        return { revoked: clients.revoke(event.clientId) };
      case 'setPermissions': {
        const client = clientOf(event.clientId);
        client.permissions = new Set(event.permissions);
        return { permissions: event.permissions };
      }
      case 'restorePermissions': {
        const client = clientOf(event.clientId);
        clients.restorePermissions(client);
        return { permissions: [...client.permissions] };
      }
      default:
        return organisation.apply(event);
    }
  });

  route('GET', 'faults', () => ({ faults: faults.list() }));
  route('POST', 'faults', (request) => {
    const { fault, where, when } = read(faultSchema, jsonBody(request));
    return faults.add(fault, where, when);
  });
  route('DELETE', 'faults', () => ({ removed: faults.remove() }));

  route('GET', 'counters', () => ({
    ...counters.snapshot(),
    tokensIssued: clients.issued,
    windows: rateLimits.flatMap((limits) => limits.windows()),
  }));
  route('DELETE', 'counters', () => {
    counters.reset();
    for (const limits of rateLimits) limits.reset();
    return {};
  });

  route('GET', 'organisation', () => ({
    ...organisation.options,
    now: undefined,
    clients: clients.all().map(({ clientId }) => clientId),
    divisions: organisation.divisions().map(({ id, name }) => ({
      id,
      name,
      restricted: organisation.restrictedDivisionIds.includes(id),
    })),
    forms: organisation.publishedForms().map(({ contextId, name }) => ({
      contextId,
      name,
      versions: organisation.formVersions(contextId).map(({ id, modifiedDate }) => ({ id, modifiedDate })),
    })),
  }));

  route('GET', 'pick', (request) => {
    const { kind, n, formId, clientId } = read(pickSchema, request.query);
    if (formId !== undefined && organisation.formVersion(formId) === undefined)
      throw new Refusal(`formId "${formId}" is no form version of the organisation.`);
    return { ids: organisation.pick(kind, n, viewerOf(clientId), formId) };
  });

  route('GET', 'truth', (request) => {
    const { table, contract, from, to, clientId } = read(truthSchema, request.query);
    const span =
      from === undefined && to === undefined
        ? undefined
        : {
            from: from === undefined ? -Infinity : Date.parse(from),
            to: to === undefined ? Infinity : Date.parse(to),
          };
    return Readable.from(lines(truths[contract](organisation, table, viewerOf(clientId), span)));
  });

  for (const { method, path, handle } of routes) route(method, path, handle);
}

/** Rows as lines, some hundred at a time, as a stream of single lines would spend its time in hand-overs. */
function* lines(rows: Iterable<Record<string, unknown>>): Generator<string> {
  let chunk: string[] = [];
  for (const row of rows) {
    chunk.push(JSON.stringify(row));
    if (chunk.length < 200) continue;
    yield `${chunk.join('\n')}\n`;
    chunk = [];
  }
  if (chunk.length > 0) yield `${chunk.join('\n')}\n`;
}

function describeClock(clock: VirtualClock) {
  return { now: new Date(clock.now()).toISOString(), frozen: clock.frozen };
}
