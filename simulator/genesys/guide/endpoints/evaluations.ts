import { z } from 'zod';
import { orderTies } from '../../../organisation/merge.js';
import type { EvaluationState } from '../../../organisation/organisation.js';
import { analyticsMediaType } from '../../../organisation/mediaTypes.js';
import { scoredSections } from '../../../organisation/scoredItems.js';
import { invalidValue, missingValue, notFound } from '../../../common/apiError.js';
import type { Parameters } from '../../../common/parameters.js';
import { isShown, only } from '../../../common/shown.js';
import type { GuideCall, GuideOperation } from '../call.js';
import { evaluationFields, renderEvaluation, type EvaluationField } from '../evaluationFields.js';
import { readRange } from '../ranges.js';
import { parseObject, readBody } from '../requestBody.js';
import { divisionOf, isShownIn } from '../vocabulary.js';

const scope = 'quality:evaluation:read';
const listPath = '/api/v2/quality/evaluations';
const maxPageSize = 250;
const maxIds = 100;
const interactionTypes = ['voice', 'callback', 'chat', 'email', 'message'];
/** Named with the sections they are parts of. */
const partsOfSections = 'items';

const submittedBody = z.strictObject({
  from: z.string().optional(),
  to: z.string().optional(),
  interactionTypes: z.array(z.string()).optional(),
  pageSize: z.int().optional(),
});

/** Evaluations: those changed in a range, those submitted in a span, one by its id, and what is recalculated. */
export const evaluations: readonly GuideOperation[] = [
  {
    method: 'GET',
    path: listPath,
    scope,
    takesBody: true,
    handle: (call) => {
      if (call.query.has('dateModifiedRange')) return changed(call);
      return submitted(call);
    },
  },
  {
    method: 'GET',
    path: '/api/v2/quality/conversations/{conversationId}/evaluations/{evaluationId}',
    scope,
    handle: (call) => {
      call.parameters([]);
      const { api, path, viewer } = call;
      const evaluation = api.organisation.evaluation(path('evaluationId'));
      if (
        evaluation === undefined ||
        !isShown(evaluation, viewer) ||
        evaluation.conversationId !== path('conversationId')
      ) {
        throw notFound('evaluation', path('evaluationId'));
      }
      return { ...renderEvaluation(evaluation, sourceOf(call)), ...otherNames(evaluation) };
    },
  },
  {
    method: 'GET',
    path: `${listPath}/recalculate`,
    scope,
    mayRepeat: true,
    handle: (call) => {
      const query = call.parameters(['evaluationId']);
      query.required('evaluationId');
      const ids = new Set(query.list('evaluationId'));
      if (ids.size > maxIds) {
        throw invalidValue('evaluationId', `${ids.size} ids`, `At most ${maxIds} can be asked for.`);
      }
      const entities = [...ids].flatMap((id) => {
        const evaluation = call.api.organisation.evaluation(id);
        return evaluation === undefined || !isShown(evaluation, call.viewer)
          ? []
          : [{ evaluationId: id, status: calculationStatus(evaluation) }];
      });
      return { entities };
    },
  },
];

function changed(call: GuideCall) {
  const { api, clientId, viewer } = call;
  if (call.body !== '') throw invalidValue('body', call.body, 'It cannot stand beside dateModifiedRange.');
  const query = call.parameters(['dateModifiedRange', 'pageSize', 'cursor', 'fields', 'divisionId']);
  const text = query.required('dateModifiedRange');
  const range = readRange('dateModifiedRange', text, '..');
  if (range.to < range.from)
    throw invalidValue('dateModifiedRange', text, 'It must not end before it starts.');
  const [size, shown, division] = [pageSize(query, 25), readFields(query), divisionOf(query)];
  const { items, next } = api.cursors.page(
    { name: 'cursor', token: query.text('cursor'), size },
    {
      filters: ['changed', clientId, range, division ?? null],
      start: range.from,
      positionOf: ({ changedDate, id }: EvaluationState) => ({ time: changedDate, id }),
      itemsFrom: (time) =>
        only(api.organisation.evaluationsChanged(time, range.to + 1), (each) =>
          isShownIn(each, viewer, division),
        ),
    },
  );
  const entities = items.map((each) => renderEvaluation(each, sourceOf(call), shown));
  return { entities, pageSize: size, nextPage: next };
}

function submitted(call: GuideCall) {
  const { api, clientId, viewer } = call;
  const query = call.parameters(
    ['from', 'to', 'interactionTypes', 'pageSize', 'cursor'],
    withBody(call.query, call.body),
  );
  if (query.text('from') === undefined && query.text('to') === undefined) {
    throw missingValue('dateModifiedRange, or from and to', 'must be given');
  }
  const span = query.inclusiveSpan('from', 'to');
  const size = pageSize(query, 100);
  const types = query.listOf('interactionTypes', interactionTypes).sort();
  const isWanted = (each: EvaluationState) =>
    isShown(each, viewer) &&
    (types.length === 0 || each.mediaType.some((type) => types.includes(analyticsMediaType(type))));
  const { items, next } = api.cursors.page(
    { name: 'cursor', token: query.text('cursor'), size },
    {
      filters: ['submitted', clientId, span, types],
      start: span.from,
      positionOf: ({ submittedDate = 0, id }: EvaluationState) => ({ time: submittedDate, id }),
      itemsFrom: (time) =>
        only(
          orderTies(
            api.organisation.evaluationsBy('submittedDate', time, span.to, 'ASC'),
            ({ submittedDate = 0 }) => submittedDate,
          ),
          isWanted,
        ),
    },
  );
  return {
    entities: items.map((each) => renderEvaluation(each, sourceOf(call))),
    pageSize: size,
    nextPageUri: next === undefined ? undefined : `${listPath}?${query.with({ cursor: next })}`,
  };
}

/** What a body says, as if it stood in the query; one name cannot stand in both. */
function withBody(query: URLSearchParams, body: string): URLSearchParams {
  if (body.trim() === '') return query;
  const together = new URLSearchParams(query);
  for (const [name, value] of Object.entries(readBody(submittedBody, parseObject(body)))) {
    if (query.has(name)) throw invalidValue(name, value, 'It stands in the query and in the body.');
    together.set(name, String(value));
  }
  return together;
}

function pageSize(query: Parameters, standard: number): number {
  return query.integer('pageSize', { default: standard, min: 1, max: maxPageSize });
}

function readFields(query: Parameters): EvaluationField[] {
  const named = new Set(query.listOf('fields', [...evaluationFields, partsOfSections]));
  return evaluationFields.filter((name) => (named.size === 0 ? name !== 'scorecards' : named.has(name)));
}

function sourceOf({ api }: GuideCall) {
  return { organisation: api.organisation, now: api.clock.now() };
}

/** What a scorecard read by id shows besides: the same under other names. */
function otherNames(evaluation: EvaluationState) {
  const { conversationId, agent, evaluator, form, scoring } = evaluation;
  return {
    conversation: { id: conversationId },
    agent: { id: agent.id },
    ...(evaluator === undefined ? {} : { evaluator: { id: evaluator.id } }),
    evaluationFormId: form.id,
    evaluationScore: scoring?.totalScore ?? null,
    answers: {
      questionGroupScores: (scoredSections(evaluation) ?? []).map(({ totals, weight, items }) => ({
        questionGroupId: totals.questionGroupId,
        score: totals.totalScore,
        maxScore: totals.maxTotalScore,
        questionScores: items.map(({ question, score, response }) => ({
          questionId: question.id,
          score: score === null ? null : score * weight,
          answer: response,
        })),
      })),
    },
  };
}

/** A score that is worked out anew waits at first, or is at work already: which of the two hangs on the id. */
function calculationStatus({ aiScoring, index }: EvaluationState): string {
  if (aiScoring?.pending !== true) return 'completed';
  return index % 2 === 0 ? 'pending' : 'recalculating';
}
