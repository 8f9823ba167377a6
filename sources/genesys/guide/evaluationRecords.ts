/** Evaluations of an answer as records, with the state of their scores. */
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourceRecord } from '../../source.js';
import type { Listed } from '../../lists/listing.js';
import { readRecalculations, type EvaluationBody, type Recalculation } from './recalculation.js';
import type { Evaluation } from './schemas.js';

/** Reads the states of the scores, too. */
export async function toRecords(
  api: ApiClient,
  listed: readonly Listed<Evaluation>[],
  receivedAt: string,
  context: CallContext,
): Promise<SourceRecord[]> {
  const statuses = await readRecalculations(
    api,
    listed.map(({ entity }) => entity.id),
    context,
  );
  return listed.map((each) => toRecord(each, statuses.get(each.entity.id) ?? null, receivedAt));
}

function toRecord(
  { entity, body }: Listed<Evaluation>,
  recalculation: Recalculation | null,
  extractedAt: string,
): SourceRecord {
  return {
    kind: 'evaluation',
    id: entity.id,
    locator: entity.interactionId,
    conversationId: entity.interactionId,
    changeStamp: entity.dateModified,
    formId: entity.evaluationTemplateId ?? null,
    isAutomated: submittedBySystem(entity.evaluatorId, entity.submitDate),
    extractedAt,
    body: { evaluation: body, recalculation } satisfies EvaluationBody,
  };
}

/** Automated ones have no evaluator; neither need those have that nobody has begun. */
export function submittedBySystem(
  evaluatorId: string | null | undefined,
  submitDate: string | null | undefined,
): boolean | null {
  if (evaluatorId) return false;
  return submitDate ? true : null;
}
