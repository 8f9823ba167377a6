import { randomBytes, randomUUID } from 'node:crypto';
import { VirtualClock } from './clock.js';
import type { ContractAccess, World } from './contract.js';
import { contracts } from './contracts.js';
import { registerControl } from './control/control.js';
import { createOrganisation } from './organisation/createOrganisation.js';
import type { Organisation } from './organisation/organisation.js';
import { Clients, type ClientGrant } from './http/clients.js';
import { Counters } from './http/counters.js';
import { Faults } from './http/faults.js';
import { createHttpServer } from './http/httpServer.js';
import {
  defaults,
  exporterPermissions,
  exporterScopes,
  type ClientOptions,
  type ContractName,
  type SimulatorOptions,
} from './options.js';

export type { ContractName, SimulatorOptions } from './options.js';

/** Where a contract is served. */
export interface ContractUrls {
  /** Base of the API, to be followed by `/api/v2/...`. */
  apiUrl: string;
  /** Base of the login service, to be followed by `/oauth/token`. */
  loginUrl: string;
  /** Base of the control API, which is the same for every contract. */
  controlUrl: string;
}

/** A simulator that listens; its own URLs are those of the first contract. */
export interface Simulator extends ContractUrls {
  /** Every contract that is served, with what its clients need besides. */
  contracts: Partial<Record<ContractName, ContractUrls & ContractAccess>>;
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
  contracts: Simulator['contracts'];
}

/** The ready line of a simulator. */
export function readyLine(simulator: Simulator): ReadyLine {
  const { apiUrl, loginUrl, clientId, clientSecret, from, to, contracts: served } = simulator;
  return { apiUrl, loginUrl, clientId, clientSecret, from, to, contracts: served };
}

/** The span of submissions that options mean, in epoch milliseconds; nothing says yet that it has a length. */
export function submissionSpan(options: Pick<SimulatorOptions, 'from' | 'to'>): { from: number; to: number } {
  const to = instant('to', options.to) ?? Math.floor(Date.now() / 86_400_000) * 86_400_000;
  return { from: instant('from', options.from) ?? to - defaults.spanDays * 86_400_000, to };
}

/** Starts a simulated organisation; resolves when it listens. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { from, to } = submissionSpan(options);
  const names = options.contracts ?? ['published'];
  if (new Set(names).size < Math.max(1, names.length))
    throw new RangeError(`contracts (${names.join(', ')}) must name at least one, and none twice`);
  if (from >= to) throw new RangeError(`from (${isoOf(from)}) must be before to (${isoOf(to)})`);
  const clock = new VirtualClock(instant('now', options.now));
  const organisation = createOrganisation({
    seed: options.seed ?? defaults.seed,
    evaluations: options.evaluations ?? defaults.evaluations,
    from,
    to,
    ...(options.sameMillisecond === undefined ? {} : { sameMillisecond: options.sameMillisecond }),
    tenantId: options.tenantId,
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
  const world: World = {
    organisation,
    clock,
    clients: new Clients(clock, grants),
    counters: new Counters(),
    faults: new Faults(),
    options,
  };
  const listening = await listen(world, names);
  const [first] = Object.values(listening.urls);
  if (first === undefined) throw new Error('no contract is served');
  return {
    apiUrl: first.apiUrl,
    loginUrl: first.loginUrl,
    controlUrl: first.controlUrl,
    contracts: listening.urls,
    clientId: grants[0].clientId,
    clientSecret: grants[0].clientSecret,
    from: isoOf(from),
    to: isoOf(to),
    clock,
    organisation,
    close: listening.close,
  };
}

/** Serves every contract on a port of its own; the control API is on each. */
async function listen(world: World, names: readonly ContractName[]) {
  const { options, ...shared } = world;
  const made = names.map((name) => ({ name, contract: contracts[name](world) }));
  const controlled = {
    ...shared,
    rateLimits: made.flatMap(({ contract }) => contract.rateLimits),
    searches: { forget: () => made.forEach(({ contract }) => contract.forget()) },
    routes: made.flatMap(({ contract }) => contract.controls ?? []),
  };
  const servers = made.map(({ name, contract }) => {
    const server = createHttpServer(world.clock);
    contract.register(server);
    registerControl(server, controlled);
    return { name, server, contract };
  });
  const close = async () => {
    for (const { server } of servers) server.server.closeAllConnections();
    await Promise.all(servers.map(async ({ server }) => server.close()));
  };
  const urls: Simulator['contracts'] = {};
  const [client] = world.clients.all();
  try {
    for (const [index, { name, server, contract }] of servers.entries()) {
      const port = options.ports?.[name] ?? (index === 0 ? options.port : undefined) ?? 0;
      const url = await server.listen({ port, host: options.host ?? '127.0.0.1' });
      const access = client === undefined ? {} : contract.access?.(client, url);
      urls[name] = { apiUrl: url, loginUrl: url, controlUrl: `${url}/_simulator`, ...access };
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { urls, close };
}

function grantOf(organisation: Organisation, client: ClientOptions): ClientGrant {
  const restricted = new Set(organisation.restrictedDivisionIds);
  const granted = organisation.divisions().flatMap(({ id }) => (restricted.has(id) ? [] : [id]));
  return {
    clientId: client.clientId ?? randomUUID(),
    clientSecret: client.clientSecret ?? secret(),
    accessKeyId: client.accessKeyId ?? randomUUID(),
    accessKeySecret: client.accessKeySecret ?? secret(),
    permissions: new Set(client.permissions ?? exporterPermissions),
    scopes: new Set(client.scopes ?? exporterScopes),
    divisionIds: client.divisionIds === 'all' ? 'all' : new Set(client.divisionIds ?? granted),
  };
}

const isoOf = (time: number) => new Date(time).toISOString();

const secret = () => randomBytes(24).toString('base64url');

function instant(name: string, value: string | number | Date | undefined): number | undefined {
  if (value === undefined) return undefined;
  const time = new Date(value).getTime();
  if (Number.isNaN(time)) throw new RangeError(`${name} (${String(value)}) is no date and time`);
  return time;
}
