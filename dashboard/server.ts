/** The intraday dashboard: a feed of scores over HTTP, and the page that shows it. */
import Fastify from 'fastify';
import type { Warehouse } from '../warehouses/warehouse.js';
import { checkOrigin, checkToken } from './access.js';
import { DaySnapshots, type DashboardConnection } from './daySnapshots.js';
import { registerFeed } from './feedRoutes.js';
import { guardRequests } from './guard.js';
import { readPageFiles } from './pageFiles.js';
import { isUnchanged } from './conditional.js';
import { ScoreEvents } from './scoreEvents.js';

export interface DashboardOptions {
  /** Only asked for metric readings and polls. */
  warehouse: Pick<Warehouse, 'agentMetrics' | 'intervalRuns'>;
  /** Those served, the first one where nothing is said. */
  connections: readonly [DashboardConnection, ...DashboardConnection[]];
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 8234; 0 takes a free one. */
  port?: number;
  /** Origins of other sites whose pages may read the feed. */
  origins?: readonly string[];
  /** What requests must carry; needed beyond loopback. */
  token?: string | undefined;
  /** Milliseconds between looks at the warehouse while a page is open. Default 5 seconds. */
  refreshEvery?: number;
  /** Milliseconds after which all readings are read again though no poll has ended. Default 12 looks. */
  readInFullEvery?: number;
  /** Milliseconds after which the last poll is too long ago. Default 30 minutes. */
  staleAfter?: number;
  /** Milliseconds between signs of life to open pages. Default 15 seconds. */
  heartbeatEvery?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Told why the warehouse cannot be read, once for each new reason. */
  onProblem?: (error: unknown) => void;
}

export interface Dashboard {
  /** Where the page is. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves until it is closed; resolves when it listens. Throws InvalidConfig when it is to be reached from other
 * machines without a token, and the system's error when it cannot listen there.
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const host = options.host ?? '127.0.0.1';
  const port = options.port ?? 8234;
  const token = checkToken(host, options.token);
  const origins = (options.origins ?? []).map(checkOrigin);
  const refreshEvery = options.refreshEvery ?? 5_000;
  const snapshots = new DaySnapshots(options.warehouse, {
    // Who was told of a change asks for it at once.
    keepFor: refreshEvery / 2,
    readInFullEvery: options.readInFullEvery ?? 12 * refreshEvery,
    staleAfter: options.staleAfter ?? 30 * 60_000,
    now: options.now ?? Date.now,
    onProblem: options.onProblem ?? (() => {}),
  });
  const events = new ScoreEvents(snapshots, {
    refreshEvery,
    heartbeatEvery: options.heartbeatEvery ?? 15_000,
  });

  const server = Fastify({ logger: false, forceCloseConnections: true, exposeHeadRoutes: true });
  guardRequests(server, { token, origins, onProblem: options.onProblem ?? (() => {}) });
  registerFeed(server, { connections: options.connections, snapshots, events });
  for (const { path, contentType, body, etag } of await readPageFiles()) {
    server.get(path, async (request, reply) => {
      reply.header('etag', etag).header('cache-control', 'no-cache');
      if (isUnchanged(request.headers['if-none-match'], etag)) return reply.code(304).send();
      return reply.type(contentType).send(body);
    });
  }
  try {
    const url = await server.listen({ host, port });
    return {
      url,
      close: async () => {
        events.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}
