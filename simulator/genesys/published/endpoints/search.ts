import type { EvaluationState } from '../../../organisation/organisation.js';
import { renderEvaluation } from '../../../organisation/render.js';
import { ApiError } from '../../../common/apiError.js';
import type { Handlers } from '../call.js';
import { aggregateFound, type SearchAggregation } from '../searchAggregations.js';
import { readSearchRequest } from '../searchRequest.js';
import { findEvaluations } from '../searchResults.js';

/** POST /quality/evaluations/search. The answer has no total and no link to a next page. */
export const search: Handlers = {
  postQualityEvaluationsSearch: ({ api, body, client, viewer }) => {
    const request = readSearchRequest(body, api.searchResultWindow);
    const found = (): Iterable<EvaluationState> => findEvaluations(api.organisation, request, viewer);
    const aggregations = body['aggregations'] as SearchAggregation[] | null | undefined;
    if (aggregations && aggregations.length > 0) {
      if (new Set(aggregations.map(({ name }) => name)).size < aggregations.length) {
        throw new ApiError(400, 'bad.request', '[aggregations] must have names that differ.');
      }
      return {
        pageSize: 0,
        pageNumber: request.pageNumber,
        results: [],
        aggregations: aggregateFound(aggregations, [...found()], api.clock.now()),
      };
    }
    const key = JSON.stringify({ ...body, pageNumber: 0, client: client.clientId });
    const start = (request.pageNumber - 1) * request.pageSize;
    const view = { as: 'searchItem', answers: api.searchAnswers } as const;
    return {
      pageSize: request.pageSize,
      pageNumber: request.pageNumber,
      results: api.searches
        .page(key, start, request.pageSize, found)
        .map((evaluation) => renderEvaluation(evaluation, viewer, view)),
    };
  },
};
