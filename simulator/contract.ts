/** What a contract is made of and what it gives: the same for every vendor. */
import type { FastifyInstance } from 'fastify';
import type { VirtualClock } from './clock.js';
import type { failureAnswer } from './common/admission.js';
import type { ControlRoute } from './control/controlRoute.js';
import type { ClientGrant, Clients } from './http/clients.js';
import type { Counters } from './http/counters.js';
import { Exchanges, type Answer, type Arrival } from './http/exchange.js';
import type { Faults } from './http/faults.js';
import { RateLimits } from './http/rateLimits.js';
import { defaults, type ContractName, type SimulatorOptions } from './options.js';
import type { Organisation } from './organisation/organisation.js';

/** What all contracts share: one organisation, its clock and clients, and what is set and counted by the control API. */
export interface World {
  organisation: Organisation;
  clock: VirtualClock;
  clients: Clients;
  counters: Counters;
  faults: Faults;
  options: SimulatorOptions;
}

/** What the first client signs in with, and where, as far as a contract asks for it. */
export interface ContractAccess {
  /** Base of the discovery documents. */
  issuer?: string;
  tokenUrl?: string;
  clientId?: string;
  clientSecret?: string;
  accessKeyId?: string;
  accessKeySecret?: string;
  tenantId?: string;
}

/** A contract, ready to be served. */
export interface Contract {
  rateLimits: readonly RateLimits[];
  /** Adds sign-in and the operations to a server. */
  register(server: FastifyInstance): void;
  /** Forgets what it kept of the organisation between two requests: that has changed. */
  forget(): void;
  /** What a client needs besides the URL that it is served at; nothing that the ready line says already. */
  access?(client: ClientGrant, url: string): ContractAccess;
  /** What of it can be told and asked by the control API. */
  controls?: readonly ControlRoute[];
}

/** Makes a contract. */
export type ContractFactory = (world: World) => Contract;

/** The allowance of each client under a contract. */
export function clientLimits(options: SimulatorOptions): RateLimits {
  return new RateLimits({
    requests: options.allowance ?? defaults.allowance,
    windowSeconds: options.windowSeconds ?? defaults.windowSeconds,
  });
}

/** How requests of a contract go through faults and counters. */
export function exchangesOf(
  name: ContractName,
  { clients, faults, counters, clock }: World,
  failure: ReturnType<typeof failureAnswer>,
  correlationHeader?: string,
): Exchanges {
  return new Exchanges(name, clients, faults, counters, failure, clock, correlationHeader);
}

/** Adds the sign-in of contracts that have it at /oauth/token. */
export function registerSignIn(
  server: FastifyInstance,
  exchanges: Exchanges,
  answer: (arrival: Arrival) => Answer,
): void {
  const traits = { endpoint: '/oauth/token', mayRepeat: true };
  server.post('/oauth/token', async (request, reply) => exchanges.serve(request, reply, traits, answer));
}
