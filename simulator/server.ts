import { randomBytes, randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { VirtualClock } from './clock.js';
import { registerControl } from './control/control.js';
import { createOrganisation } from './genesys/organisation/createOrganisation.js';
import type { Organisation } from './genesys/organisation/organisation.js';
import type { PublishedApi } from './genesys/published/call.js';
import { Jobs } from './genesys/published/jobs.js';
import { PageWalks } from './genesys/published/pageWalk.js';
import { failureAnswer, registerPublishedApi } from './genesys/published/publishedApi.js';
import { Clients, type ClientGrant } from './http/clients.js';
import { Counters } from './http/counters.js';
import { Exchanges } from './http/exchange.js';
import { Faults } from './http/faults.js';
import { RateLimits } from './http/rateLimits.js';
import { signIn } from './http/signIn.js';
import { defaults, exporterPermissions, type ClientOptions, type SimulatorOptions } from './options.js';

export type { SimulatorOptions } from './options.js';

/** A simulator that listens. */
export interface Simulator {
  /** Base of the API, to be followed by `/api/v2/...`. */
  apiUrl: string;
  /** Base of the login service, to be followed by `/oauth/token`. */
  loginUrl: string;
  /** Base of the control API. */
  controlUrl: string;
  /** The default client. */
  clientId: string;
  clientSecret: string;
  /** Span of the organisation's submissions, half-open, ISO 8601. */
  from: string;
  to: string;
  clock: VirtualClock;
  organisation: Organisation;
  close(): Promise<void>;
}

/** What the command prints when the simulator is ready, as one line of JSON. */
export interface ReadyLine {
  apiUrl: string;
  loginUrl: string;
  clientId: string;
  clientSecret: string;
  from: string;
  to: string;
}

/** The ready line of a simulator. */
export function readyLine({ apiUrl, loginUrl, clientId, clientSecret, from, to }: Simulator): ReadyLine {
  return { apiUrl, loginUrl, clientId, clientSecret, from, to };
}

/** Starts a simulated Genesys Cloud organisation; resolves when it listens. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const to = instant('to', options.to) ?? Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const from = instant('from', options.from) ?? to - defaults.spanDays * 86_400_000;
  if (from >= to) throw new RangeError(`from (${options.from}) must be before to (${options.to})`);
  const clock = new VirtualClock(instant('now', options.now));
  const organisation = createOrganisation({
    seed: options.seed ?? defaults.seed,
    evaluations: options.evaluations ?? defaults.evaluations,
    from,
    to,
    ...(options.sameMillisecond === undefined ? {} : { sameMillisecond: options.sameMillisecond }),
    now: () => clock.now(),
  });
  const grants = [
    grantOf(organisation, {
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      ...options.client,
    }),
    ...(options.clients ?? []).map((client) => grantOf(organisation, client)),
  ] as const;
  const clients = new Clients(clock, grants, options.tokenLifetimeSeconds ?? defaults.tokenLifetimeSeconds);
  const rateLimits = new RateLimits({
    requests: options.allowance ?? defaults.allowance,
    windowSeconds: options.windowSeconds ?? defaults.windowSeconds,
  });
  const counters = new Counters();
  const faults = new Faults();
  const exchanges = new Exchanges(clients, faults, counters, failureAnswer(rateLimits));
  const api: PublishedApi = {
    organisation,
    clock,
    rateLimits,
    jobs: new Jobs(clock),
    searches: new PageWalks(),
    searchAnswers: options.searchAnswers ?? 'complete',
    searchResultWindow: options.searchResultWindow ?? defaults.searchResultWindow,
  };

  const server = createServer();
  // Whoever compares times of the organisation with the time of an answer must find them on one clock.
  server.addHook('onSend', async (_request, reply) => {
    reply.header('date', new Date(clock.now()).toUTCString());
  });
  registerSignIn(server, exchanges);
  registerControl(server, { ...api, clients, counters, faults });
  registerPublishedApi(server, exchanges, api);
  const url = await server.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  return {
    apiUrl: url,
    loginUrl: url,
    controlUrl: `${url}/_simulator`,
    clientId: grants[0].clientId,
    clientSecret: grants[0].clientSecret,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    clock,
    organisation,
    close: async () => {
      server.server.closeAllConnections();
      await server.close();
    },
  };
}

function createServer(): FastifyInstance {
  const server = Fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: 512_000,
    routerOptions: { maxParamLength: 500 },
  });
  // Bodies are read as text: the contract decides what is understood, and the counters tell requests apart by it.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  return server;
}

function registerSignIn(server: FastifyInstance, exchanges: Exchanges): void {
  const traits = { endpoint: '/oauth/token', mayRepeat: true };
  server.post('/oauth/token', async (request, reply) =>
    exchanges.serve(request, reply, traits, (arrival) =>
      signIn(exchanges.clients, arrival, request.headers['content-type']),
    ),
  );
}

function grantOf(organisation: Organisation, client: ClientOptions): ClientGrant {
  const restricted = new Set(organisation.restrictedDivisionIds);
  const granted = organisation.divisions().flatMap(({ id }) => (restricted.has(id) ? [] : [id]));
  return {
    clientId: client.clientId ?? randomUUID(),
    clientSecret: client.clientSecret ?? randomBytes(24).toString('base64url'),
    permissions: new Set(client.permissions ?? exporterPermissions),
    divisionIds: client.divisionIds === 'all' ? 'all' : new Set(client.divisionIds ?? granted),
  };
}

function instant(name: string, value: string | number | Date | undefined): number | undefined {
  if (value === undefined) return undefined;
  const time = new Date(value).getTime();
  if (Number.isNaN(time)) throw new RangeError(`${name} (${String(value)}) is no date and time`);
  return time;
}
