import { mergeOrdered, orderTies } from '../../../organisation/merge.js';
import type { EvaluationState } from '../../../organisation/organisation.js';
import { scoredSections } from '../../../organisation/scoredItems.js';
import { formatInstant, type Span } from '../../../common/instants.js';
import { only } from '../../../common/shown.js';
import type { GuideCall, GuideOperation } from '../call.js';
import { assessmentStatuses, divisionOf, isShownIn } from '../vocabulary.js';

/** Evaluations as assessments: in the order of their submission, calibrations left out. */
export const assessments: readonly GuideOperation[] = [
  {
    method: 'GET',
    path: '/api/v2/quality/assessments',
    scope: 'quality:assessment:read',
    handle: (call) => {
      const { api, clientId, viewer } = call;
      const query = call.parameters([
        'dateFrom',
        'dateTo',
        'status',
        'divisionId',
        'pageSize',
        'nextPageToken',
      ]);
      const span = query.inclusiveSpan('dateFrom', 'dateTo');
      const status = query.oneOf('status', Object.values(assessmentStatuses));
      const division = divisionOf(query);
      const isWanted = (each: EvaluationState) =>
        each.calibrationId === undefined &&
        (status === undefined || assessmentStatuses[each.status] === status) &&
        isShownIn(each, viewer, division);
      const { items, next } = api.cursors.page(
        {
          name: 'nextPageToken',
          token: query.text('nextPageToken'),
          size: query.integer('pageSize', { default: 100, min: 1, max: 500 }),
        },
        {
          filters: ['assessments', clientId, span, status ?? null, division ?? null],
          start: span.from,
          positionOf: (each: EvaluationState) => ({ time: dateOf(each), id: each.id }),
          itemsFrom: (time) => only(byDate(call, { ...span, from: time }), isWanted),
        },
      );
      return { entities: items.map((each) => render(each, call)), nextPageToken: next ?? null };
    },
  },
];

/** The date an assessment is found by: its submission, or its creation until then. */
function dateOf({ submittedDate, createdDate }: EvaluationState): number {
  return submittedDate ?? createdDate;
}

function byDate({ api }: GuideCall, { from, to }: Span): Iterable<EvaluationState> {
  const { organisation } = api;
  const sources = [
    organisation.evaluationsBy('submittedDate', from, to, 'ASC'),
    only(
      organisation.evaluationsBy('createdDate', from, to, 'ASC'),
      ({ submittedDate }) => submittedDate === undefined,
    ),
  ];
  return orderTies(
    mergeOrdered(sources, (a, b) => dateOf(a) < dateOf(b)),
    dateOf,
  );
}

function render(evaluation: EvaluationState, { api }: GuideCall) {
  const { scoring, submittedDate } = evaluation;
  return {
    id: evaluation.id,
    formVersionId: evaluation.form.id,
    status: assessmentStatuses[evaluation.status],
    agentId: evaluation.agent.id,
    evaluatorId: evaluation.evaluator?.id,
    interactionId: evaluation.conversationId,
    externalReferenceId: api.organisation.conversation(evaluation.conversationId)?.externalReference,
    divisionId: evaluation.divisionIds[0],
    score: scoring?.totalScore ?? null,
    comments: scoring?.comments ?? null,
    dateSubmitted: submittedDate === undefined ? null : formatInstant(submittedDate),
    dateModified: formatInstant(evaluation.changedDate),
    questions: (scoredSections(evaluation) ?? []).flatMap(({ items }) =>
      items.map(({ question, answer, weight, score, maxScore, response }) => ({
        id: question.id,
        text: question.text,
        weight,
        score,
        maxScore,
        answer: response,
        comments: answer.comments,
      })),
    ),
  };
}
