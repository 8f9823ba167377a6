/** The contracts that one organisation can be served under. */
import type { FastifyInstance } from 'fastify';
import type { VirtualClock } from './clock.js';
import { failureAnswer } from './common/admission.js';
import { Cursors } from './common/paging.js';
import { scopedSignIn } from './common/scopedSignIn.js';
import { guideStyle, registerGuideApi } from './genesys/guide/guideApi.js';
import type { Organisation } from './organisation/organisation.js';
import type { PublishedApi } from './genesys/published/call.js';
import { Jobs } from './genesys/published/jobs.js';
import { PageWalks } from './genesys/published/pageWalk.js';
import { publishedStyle, registerPublishedApi } from './genesys/published/publishedApi.js';
import type { Clients } from './http/clients.js';
import type { Counters } from './http/counters.js';
import { Exchanges, type Answer, type Arrival } from './http/exchange.js';
import type { Faults } from './http/faults.js';
import { RateLimits } from './http/rateLimits.js';
import { signIn } from './http/signIn.js';
import { defaults, type ContractName, type SimulatorOptions } from './options.js';

/** What all contracts share: one organisation, its clock and clients, and what is set and counted by the control API. */
export interface World {
  organisation: Organisation;
  clock: VirtualClock;
  clients: Clients;
  counters: Counters;
  faults: Faults;
  options: SimulatorOptions;
}

/** A contract, ready to be served. */
export interface Contract {
  rateLimits: readonly RateLimits[];
  /** Adds sign-in and the operations to a server. */
  register(server: FastifyInstance): void;
  /** Forgets what it kept of the organisation between two requests: that has changed. */
  forget(): void;
}

/** Makes a contract by its name. */
export const contracts: Record<ContractName, (world: World) => Contract> = {
  published: (world) => {
    const { organisation, clock, clients, options } = world;
    const rateLimits = clientLimits(options);
    const exchanges = exchangesOf('published', world, failureAnswer(publishedStyle, rateLimits));
    const searches: PublishedApi['searches'] = new PageWalks();
    const api: PublishedApi = {
      organisation,
      clock,
      rateLimits,
      jobs: new Jobs(clock),
      searches,
      searchAnswers: options.searchAnswers ?? 'complete',
      searchResultWindow: options.searchResultWindow ?? defaults.searchResultWindow,
    };
    const lifetime = options.tokenLifetimeSeconds ?? defaults.tokenLifetimeSeconds.published;
    return {
      rateLimits: [rateLimits],
      register: (server) => {
        registerSignIn(server, exchanges, (arrival) => signIn(clients, lifetime, arrival));
        registerPublishedApi(server, exchanges, api);
      },
      forget: () => searches.forget(),
    };
  },

  guide: (world) => {
    const { organisation, clock, clients, options } = world;
    const rateLimits = clientLimits(options);
    const metricsLimits = new RateLimits({
      requests: options.metricsAllowance ?? defaults.metricsAllowance,
      windowSeconds: options.windowSeconds ?? defaults.windowSeconds,
    });
    const exchanges = exchangesOf('guide', world, failureAnswer(guideStyle, rateLimits));
    const cursors = new Cursors();
    const lifetime = options.tokenLifetimeSeconds ?? defaults.tokenLifetimeSeconds.guide;
    return {
      rateLimits: [rateLimits, metricsLimits],
      register: (server) => {
        registerSignIn(server, exchanges, (arrival) => scopedSignIn(clients, lifetime, arrival));
        registerGuideApi(server, exchanges, {
          organisation,
          clock,
          rateLimits,
          metricsLimits,
          cursors,
        });
      },
      forget: () => cursors.forget(),
    };
  },
};

function clientLimits(options: SimulatorOptions): RateLimits {
  return new RateLimits({
    requests: options.allowance ?? defaults.allowance,
    windowSeconds: options.windowSeconds ?? defaults.windowSeconds,
  });
}

function exchangesOf(
  name: ContractName,
  { clients, faults, counters }: World,
  failure: ReturnType<typeof failureAnswer>,
): Exchanges {
  return new Exchanges(name, clients, faults, counters, failure);
}

function registerSignIn(
  server: FastifyInstance,
  exchanges: Exchanges,
  answer: (arrival: Arrival) => Answer,
): void {
  const traits = { endpoint: '/oauth/token', mayRepeat: true };
  server.post('/oauth/token', async (request, reply) => exchanges.serve(request, reply, traits, answer));
}
