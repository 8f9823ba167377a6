/** A simulated Genesys Cloud organisation over HTTP: sign-in, the published API, and a control API beside them. */
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { VirtualClock } from './clock.js';
import { registerControl } from './control/control.js';
import { createOrganisation } from './genesys/organisation/createOrganisation.js';
import type { EvaluationState, Organisation } from './genesys/organisation/organisation.js';
import { operations } from './genesys/published/contract/contract.js';
import { Jobs } from './genesys/published/jobs.js';
import { PageWalks } from './genesys/published/pageWalk.js';
import { failureAnswer, registerPublishedApi } from './genesys/published/publishedApi.js';
import { Clients, type ClientGrant } from './http/clients.js';
import { Counters } from './http/counters.js';
import { Exchanges } from './http/exchange.js';
import { Faults } from './http/faults.js';
import { RateLimits } from './http/rateLimits.js';
import { signIn } from './http/signIn.js';

export interface SimulatorOptions {
  /** 0 takes a free port. */
  port?: number;
  /** Address to listen on; loopback by default. */
  host?: string;
  /** Evaluations of the organisation, hidden ones included. */
  evaluations?: number;
  /** The same seed and span give the same organisation. */
  seed?: number;
  /** Span of the submissions, ISO 8601; by default the 30 days before the last midnight UTC. */
  from?: string;
  to?: string;
  /** Credentials of the client; generated when absent. */
  clientId?: string;
  clientSecret?: string;
  /** Whether items of a search carry question-level answers. */
  searchAnswers?: 'complete' | 'totals';
  /** Requests allowed for each client in each window. */
  allowance?: { requests: number; windowSeconds: number };
  /** Lifetime of access tokens, seconds. */
  tokenLifetimeSeconds?: number;
}

export interface Simulator {
  apiUrl: string;
  loginUrl: string;
  clientId: string;
  clientSecret: string;
  organisation: Organisation;
  clock: VirtualClock;
  close(): Promise<void>;
}

const day = 86_400_000;
const defaultSpanDays = 30;

/** Starts a simulated organisation; resolves when it listens. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = new VirtualClock();
  const to = options.to === undefined ? Math.floor(Date.now() / day) * day : Date.parse(options.to);
  const from = options.from === undefined ? to - defaultSpanDays * day : Date.parse(options.from);
  const organisation = createOrganisation({
    seed: options.seed ?? 1,
    evaluations: options.evaluations ?? 5_000,
    from,
    to,
    now: () => clock.now(),
  });
  const client = defaultClient(organisation, options);
  const clients = new Clients(clock, [client], options.tokenLifetimeSeconds ?? 86_400);
  const rateLimits = new RateLimits(options.allowance ?? { requests: 300, windowSeconds: 60 });
  const faults = new Faults();
  const counters = new Counters();
  const exchanges = new Exchanges(clients, faults, counters, failureAnswer(rateLimits));

  const server = fastify({ bodyLimit: 16 * 1024 * 1024, forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body));
  server.post('/oauth/token', async (request, reply) =>
    exchanges.serve(request, reply, { endpoint: '/oauth/token', mayRepeat: true }, (arrival) =>
      signIn(clients, arrival, request.headers['content-type']),
    ),
  );
  registerControl(server, { organisation, clock, clients, rateLimits, faults, counters });
  registerPublishedApi(server, exchanges, {
    organisation,
    clock,
    rateLimits,
    jobs: new Jobs(clock),
    searches: new PageWalks<EvaluationState>(),
    searchResultWindow: 10_000,
    searchAnswers: options.searchAnswers ?? 'complete',
  });
  const url = await server.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  return {
    apiUrl: url,
    loginUrl: url,
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    organisation,
    clock,
    close: async () => server.close(),
  };
}

/** What `tidemark simulate` prints when the organisation is ready. */
export function readyLine({ apiUrl, loginUrl, clientId, clientSecret, organisation }: Simulator) {
  return {
    apiUrl,
    loginUrl,
    clientId,
    clientSecret,
    from: new Date(organisation.options.from).toISOString(),
    to: new Date(organisation.options.to).toISOString(),
  };
}

/** May read everything the contract serves, in all divisions but the restricted ones. */
function defaultClient(organisation: Organisation, options: SimulatorOptions): ClientGrant {
  const restricted = new Set(organisation.restrictedDivisionIds);
  const divisionIds = organisation.divisions().map(({ id }) => id);
  return {
    clientId: options.clientId ?? randomUUID(),
    clientSecret: options.clientSecret ?? randomUUID(),
    permissions: new Set(
      operations.flatMap(({ permissions }) => [...(permissions?.any ?? []), ...(permissions?.all ?? [])]),
    ),
    divisionIds: new Set(divisionIds.filter((id) => !restricted.has(id))),
  };
}
