/** The feed: scores, what there is to ask for, and events. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Vendor } from '../model/vendor.js';
import { isUnchanged } from './conditional.js';
import type { DashboardConnection, DaySnapshots } from './daySnapshots.js';
import description from './openapi.json' with { type: 'json' };
import { BadParameter, parseConnectionsQuery, parseScoresQuery, type ScoresQuery } from './parameters.js';
import { mostListeners, type ScoreEvents } from './scoreEvents.js';
import { renderScores } from './scores.js';

export interface Feed {
  connections: readonly [DashboardConnection, ...DashboardConnection[]];
  snapshots: DaySnapshots;
  events: ScoreEvents;
}

export function registerFeed(server: FastifyInstance, { connections, snapshots, events }: Feed): void {
  const ask = async (request: FastifyRequest) => {
    const query = parseScoresQuery(request.query);
    const connection = connectionOf(connections, query);
    const answer = renderScores(await snapshots.read(connection, query.day), query);
    return { query, connection, answer };
  };

  server.get('/api/v1/scores', async (request, reply) => {
    const { answer } = await ask(request);
    // Personal data, and as old as its last check.
    reply.header('etag', answer.etag).header('cache-control', 'private, no-cache');
    if (isUnchanged(request.headers['if-none-match'], answer.etag)) return reply.code(304).send();
    return reply.type(answer.contentType).send(answer.body);
  });

  server.get('/api/v1/connections', async (request, reply) => {
    const { sourceSystem } = parseConnectionsQuery(request.query);
    reply.header('cache-control', 'private, no-cache');
    return {
      connections: ofVendor(connections, sourceSystem).map(({ days, ...connection }) => ({
        ...connection,
        timeZone: days?.timeZone ?? null,
      })),
    };
  });

  server.get('/api/v1/events', { exposeHeadRoute: false }, async (request, reply) => {
    if (events.listeners >= mostListeners) {
      reply.code(503).header('retry-after', '60');
      return {
        error: { message: `${mostListeners} others listen already.`, remedy: 'Poll /api/v1/scores.' },
      };
    }
    const { query, connection, answer } = await ask(request);
    takeOver(reply);
    events.add(connection, query, answer.etag, reply.raw);
    return reply;
  });

  server.get('/api/v1/openapi.json', async (_request, reply) => {
    reply.header('cache-control', 'no-cache');
    return description;
  });

  server.get('/healthz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { status: 'ok' };
  });
}

/** Begins a stream of events, with the headers that hooks have set. */
function takeOver(reply: FastifyReply): void {
  reply.hijack();
  const headers = Object.fromEntries(
    Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  reply.raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies that collect an answer before they pass it on would pass on nothing.
    'x-accel-buffering': 'no',
  });
}

const ofVendor = (connections: readonly DashboardConnection[], vendor: Vendor | undefined) =>
  connections.filter(({ sourceSystem }) => vendor === undefined || sourceSystem === vendor);

/** The one that is named, else the first that scores are polled of, else the first. */
function connectionOf(
  connections: readonly DashboardConnection[],
  { connection: name, sourceSystem }: ScoresQuery,
): DashboardConnection {
  const eligible = ofVendor(connections, sourceSystem);
  const found =
    name === undefined
      ? (eligible.find(({ isPolled }) => isPolled) ?? eligible[0])
      : eligible.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = (all: readonly DashboardConnection[]) => all.map((each) => each.name).join(', ');
  if (eligible.length === 0) {
    throw new BadParameter(
      'sourceSystem',
      String(sourceSystem),
      `No connection is of that vendor; there are ${names(connections)}.`,
    );
  }
  throw new BadParameter('connection', String(name), `Write one of ${names(eligible)}.`);
}
