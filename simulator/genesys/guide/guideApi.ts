import type { FastifyInstance } from 'fastify';
import type { ContractStyle } from '../../common/admission.js';
import { remainingHeaders, serveScopedOperations } from '../../common/scopedOperations.js';
import type { Exchanges } from '../../http/exchange.js';
import type { GuideApi } from './call.js';
import { operations } from './endpoints/operations.js';
import { broader } from './scopes.js';

/** Headers and errors as the guides name them. */
export const guideStyle: ContractStyle = {
  rateLimitHeaders: remainingHeaders,
  errorBody: ({ message, code, status }, contextId) => ({
    message,
    code,
    status,
    contextId,
    details: [],
    errors: [],
  }),
};

/** Serves the guide contract on a fastify instance. */
export function registerGuideApi(server: FastifyInstance, exchanges: Exchanges, api: GuideApi): void {
  serveScopedOperations(server, exchanges, { style: guideStyle, operations, broader }, api);
}
