/** Which scores are still being worked out: the contract tells it apart from the evaluations. */
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext } from '../../source.js';
import { recalculationSchema } from './schemas.js';

/** The contract's maximum of ids in one request. */
const idsPerCall = 100;

export type Recalculation = 'completed' | 'pending' | 'recalculating';

/** What is staged of an evaluation. */
export interface EvaluationBody {
  evaluation: unknown;
  /** Null where the source did not say: it was hidden or deleted between two requests. */
  recalculation: Recalculation | null;
}

/** By evaluation; those that do not exist any more, or are hidden, are not in it. */
export async function readRecalculations(
  api: ApiClient,
  evaluationIds: readonly string[],
  context: CallContext,
): Promise<Map<string, Recalculation>> {
  const statuses = new Map<string, Recalculation>();
  for (let start = 0; start < evaluationIds.length; start += idsPerCall) {
    const { data } = await api.call(
      {
        method: 'GET',
        path: '/api/v2/quality/evaluations/recalculate',
        query: { evaluationId: evaluationIds.slice(start, start + idsPerCall) },
        schema: recalculationSchema,
        repeatable: true,
      },
      context,
    );
    for (const { evaluationId, status } of data.entities) statuses.set(evaluationId, status);
  }
  return statuses;
}
