import { failureAnswer } from '../../common/admission.js';
import { Cursors } from '../../common/paging.js';
import { scopedSignIn } from '../../common/scopedSignIn.js';
import { clientLimits, exchangesOf, registerSignIn, type ContractFactory } from '../../contract.js';
import { defaults } from '../../options.js';
import { correlationHeader, guideStyle, registerGuideApi } from './guideApi.js';
import { isKnownScope } from './scopes.js';

/** NICE CXone as a guide describes it. */
export const cxoneGuideContract: ContractFactory = (world) => {
  const { organisation, clients, options } = world;
  const rateLimits = clientLimits(options);
  const exchanges = exchangesOf(
    'cxone-guide',
    world,
    failureAnswer(guideStyle, rateLimits),
    correlationHeader,
  );
  const cursors = new Cursors();
  const lifetime = options.tokenLifetimeSeconds ?? defaults.tokenLifetimeSeconds['cxone-guide'];
  return {
    rateLimits: [rateLimits],
    register: (server) => {
      registerSignIn(server, exchanges, (arrival) => scopedSignIn(clients, lifetime, arrival, isKnownScope));
      registerGuideApi(server, exchanges, { organisation, rateLimits, cursors });
    },
    forget: () => cursors.forget(),
  };
};
