import { failureAnswer } from '../../common/admission.js';
import { clientLimits, exchangesOf, registerSignIn, type ContractFactory } from '../../contract.js';
import { signIn } from '../../http/signIn.js';
import { defaults } from '../../options.js';
import type { PublishedApi } from './call.js';
import { Jobs } from './jobs.js';
import { PageWalks } from './pageWalk.js';
import { publishedStyle, registerPublishedApi } from './publishedApi.js';

/** Genesys Cloud as the vendor publishes it. */
export const publishedContract: ContractFactory = (world) => {
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
};
