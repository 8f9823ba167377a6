import type { FastifyInstance } from 'fastify';
import type { ContractStyle } from '../../common/admission.js';
import { remainingHeaders, serveScopedOperations } from '../../common/scopedOperations.js';
import type { Exchanges } from '../../http/exchange.js';
import type { CxoneGuideApi } from './call.js';
import { assessments } from './endpoints/assessments.js';
import { feedback } from './endpoints/feedback.js';
import { rubrics } from './endpoints/rubrics.js';

/** Headers and errors of the contract. */
export const guideStyle: ContractStyle = {
  rateLimitHeaders: remainingHeaders,
  errorBody: ({ message, code, status }, contextId) => ({ message, code, status, contextId }),
};

/** Where the id of an exchange goes back. */
export const correlationHeader = 'x-correlation-id';

/** Serves the contract on a fastify instance. */
export function registerGuideApi(server: FastifyInstance, exchanges: Exchanges, api: CxoneGuideApi): void {
  const operations = [...assessments, ...feedback, ...rubrics];
  serveScopedOperations(server, exchanges, { style: guideStyle, operations }, api);
}
