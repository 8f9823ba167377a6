import { failureAnswer } from '../../common/admission.js';
import { Cursors } from '../../common/paging.js';
import { scopedSignIn } from '../../common/scopedSignIn.js';
import { clientLimits, exchangesOf, registerSignIn, type ContractFactory } from '../../contract.js';
import { RateLimits } from '../../http/rateLimits.js';
import { defaults } from '../../options.js';
import { guideStyle, registerGuideApi } from './guideApi.js';

/** Genesys Cloud as guides describe it. */
export const guideContract: ContractFactory = (world) => {
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
      registerGuideApi(server, exchanges, { organisation, clock, rateLimits, metricsLimits, cursors });
    },
    forget: () => cursors.forget(),
  };
};
