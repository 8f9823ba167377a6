import { listPage } from '../../../common/datedList.js';
import { formatInstant } from '../../../common/instants.js';
import { only } from '../../../common/shown.js';
import { orderTies } from '../../../organisation/merge.js';
import type { EvaluationState } from '../../../organisation/organisation.js';
import { scoredSections } from '../../../organisation/scoredItems.js';
import type { CxoneGuideOperation } from '../call.js';
import { readScope } from '../scopes.js';
import { siteOf } from '../site.js';
import { spanNames } from '../spanNames.js';

/** Whether an evaluation is an assessment: of an agent, not of evaluators, and not withdrawn. */
export function isAssessment({ calibrationId, status }: EvaluationState): boolean {
  return calibrationId === undefined && status !== 'RETRACTED';
}

/** Assessments by creation or by change. */
export const assessments: readonly CxoneGuideOperation[] = [
  {
    method: 'GET',
    path: '/api/v2/quality/assessments',
    scope: readScope,
    handle: (call) => {
      const { organisation } = call.api;
      return listPage<EvaluationState>(call, {
        name: 'assessments',
        spans: spanNames,
        filters: {
          siteId: (each, site) => siteOf(each) === site,
          queueId: ({ queue }, id) => queue?.id === id,
        },
        items: (date, { from, to }) =>
          only(
            date === 'change'
              ? organisation.evaluationsChanged(from, to)
              : orderTies(
                  organisation.evaluationsBy('createdDate', from, to, 'ASC'),
                  ({ createdDate }) => createdDate,
                ),
            isAssessment,
          ),
        timeOf: ({ createdDate, changedDate }, date) => (date === 'change' ? changedDate : createdDate),
        render,
      });
    },
  },
];

function render(evaluation: EvaluationState) {
  return {
    id: evaluation.id,
    rubricId: evaluation.form.id,
    qualityScore: evaluation.scoring?.totalScore ?? null,
    agentId: evaluation.agent.id,
    evaluatorId: evaluation.evaluator?.id,
    interactionId: evaluation.conversationId,
    siteId: siteOf(evaluation),
    queueId: evaluation.queue?.id,
    createdAt: formatInstant(evaluation.createdDate),
    updatedAt: formatInstant(evaluation.changedDate),
    comments: evaluation.scoring?.comments ?? null,
    answers: (scoredSections(evaluation) ?? []).flatMap(({ items }) =>
      items.map(({ question, answer, score, response }) => ({
        questionId: question.id,
        score,
        answer: response,
        comments: answer.comments,
      })),
    ),
  };
}
