import type { SpanNames } from '../../common/datedList.js';

/** How the lists of the contract are asked for a span. */
export const spanNames: SpanNames = {
  creation: ['dateFrom', 'dateTo'],
  change: ['updatedFrom', 'updatedTo'],
};
