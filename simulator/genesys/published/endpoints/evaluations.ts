import { visibility, type ChosenAnswer, type EvaluationState } from '../../../organisation/organisation.js';
import { scoreSheet } from '../../../organisation/score.js';
import type { EvaluationForm, ScoringSet } from '../../../organisation/vendorModels.js';
import { missingValue, notFound } from '../../../common/apiError.js';
import type { Call, Handlers } from '../call.js';
import { enumOf } from '../contract/contract.js';
import { dayMs } from '../../../common/instants.js';
import { pagedListing } from '../listing.js';
import { isReleased, renderListed, renderRead } from '../render.js';

const expansions = ['agent', 'assignee', 'evaluator', 'evaluationForm'];
/** Beyond this the vendor calls its totals inaccurate; here they stop growing. */
const accurateTotal = 1_000;

/** Evaluations one by one, by the people in them, and the scoring of answers that are not stored. */
export const evaluations: Handlers = {
  getQualityConversationEvaluation: ({ api, path, query, viewer }) => {
    const expand = query.oneOf('expand', expansions);
    const evaluation = api.organisation.evaluation(path('evaluationId'));
    if (
      evaluation === undefined ||
      evaluation.conversationId !== path('conversationId') ||
      visibility(evaluation, viewer) === 'hidden'
    ) {
      throw notFound('evaluation', path('evaluationId'));
    }
    return renderRead(evaluation, viewer, new Set(expand === undefined ? [] : [expand]));
  },

  getQualityEvaluationsQuery: (call) => {
    const { query, viewer } = call;
    const page = query.page({ max: 100 });
    const maximum = query.integer('maximum', { default: Number.MAX_SAFE_INTEGER, min: 1 });
    const expand = new Set(query.listOf('expand', expansions));
    const answers = query.flag('expandAnswerTotalScores') === true ? 'totals' : 'none';
    const found = queryEvaluations(call).slice(0, maximum);
    const start = (page.number - 1) * page.size;
    const listing = pagedListing(
      call.listing(page),
      found
        .slice(start, start + page.size)
        .map((evaluation) => renderListed(evaluation, viewer, answers, expand)),
      found.length,
    );
    const total = Math.min(found.length, accurateTotal);
    return { ...listing, total, pageCount: Math.ceil(total / page.size) };
  },

  postQualityEvaluationsScoring: ({ api, body }) => {
    const sent = body['evaluationForm'] as EvaluationForm | null | undefined;
    const answers = body['answers'] as ScoringSet | null | undefined;
    if (!sent) throw missingValue('evaluationForm');
    if (!answers) throw missingValue('answers');
    // How a failed fatal question counts is the organisation's secret, as it is the vendor's.
    const stored = api.organisation.formVersion(sent.id);
    const form: EvaluationForm = {
      ...sent,
      weightMode: sent.weightMode ?? stored?.weightMode ?? 'SCALED',
      fatalZeroesTotal: stored?.fatalZeroesTotal ?? false,
    };
    const groups = answers.questionGroupScores ?? [];
    const naGroups = new Set(groups.filter(({ markedNA }) => markedNA).map((group) => group.questionGroupId));
    return scoreSheet(
      form,
      groups.flatMap((group) => group.questionScores ?? []).map(chosenAnswer),
      naGroups,
    );
  },
};

function chosenAnswer(
  score: ScoringSet['questionGroupScores'][number]['questionScores'][number],
): ChosenAnswer {
  const options = score.multipleSelectQuestionOptionScores?.flatMap(({ questionId, answerId }) =>
    answerId === undefined ? [] : [{ questionId, answerId }],
  );
  return {
    questionId: score.questionId,
    markedNA: score.markedNA === true,
    systemMarkedNA: score.systemMarkedNA === true,
    ...(score.answerId ? { answerId: score.answerId } : {}),
    ...(options === undefined ? {} : { options }),
    ...(score.comments ? { comments: score.comments } : {}),
  };
}

function queryEvaluations({ api, query, viewer }: Call): EvaluationState[] {
  const conversationId = query.text('conversationId');
  const agentId = query.text('agentUserId');
  const evaluatorId = query.text('evaluatorUserId');
  const assigneeId = query.text('assigneeUserId');
  if ([conversationId, agentId, evaluatorId, assigneeId].every((id) => id === undefined)) {
    throw missingValue(
      'conversationId, agentUserId, evaluatorUserId or assigneeUserId',
      'one of them is required',
    );
  }
  const states = query.listOf('evaluationState', enumOf('Evaluation', 'status'));
  const descending = query.oneOf('sortOrder', ['asc', 'desc', 'ASC', 'DESC'])?.toLowerCase() === 'desc';
  const [from, to] = [query.instant('startTime') ?? -Infinity, query.instant('endTime') ?? Infinity];
  const released = query.flag('isReleased');
  const read = query.flag('agentHasRead');
  const deletedUsers = query.flag('includeDeletedUsers') === true;
  const [teamId, queueId] = [query.text('agentTeamId'), query.text('queueId')];
  const formContextId = query.text('formContextId');
  // Asked for by agent alone, evaluations go by their release, and those never released are left out.
  const byRelease = agentId !== undefined && conversationId === undefined && evaluatorId === undefined;
  const dateOf = (evaluation: EvaluationState) =>
    byRelease ? evaluation.releaseDate : evaluation.assignedDate;
  const now = api.clock.now();
  const all =
    conversationId === undefined
      ? api.organisation.evaluationsBy(
          'createdDate',
          api.organisation.options.from - 400 * dayMs,
          now + 1,
          'ASC',
        )
      : (api.organisation.conversation(conversationId)?.evaluations ?? []);
  const found: EvaluationState[] = [];
  for (const evaluation of all) {
    const date = dateOf(evaluation);
    if (
      visibility(evaluation, viewer) === 'hidden' ||
      (agentId !== undefined && evaluation.agent.id !== agentId) ||
      (evaluatorId !== undefined && evaluation.evaluator?.id !== evaluatorId) ||
      (assigneeId !== undefined && evaluation.assignee?.id !== assigneeId) ||
      (byRelease && (evaluation.neverRelease || date === undefined)) ||
      (date ?? 0) < from ||
      (date ?? 0) >= to ||
      (states.length > 0 && !states.includes(evaluation.status)) ||
      (released !== undefined && isReleased(evaluation, now) !== released) ||
      (read !== undefined && evaluation.agentHasRead !== read) ||
      (teamId !== undefined && evaluation.team.id !== teamId) ||
      (queueId !== undefined && evaluation.queue?.id !== queueId) ||
      (formContextId !== undefined && evaluation.form.contextId !== formContextId) ||
      (!deletedUsers && [evaluation.agent, evaluation.evaluator].some((user) => user?.state === 'deleted'))
    ) {
      continue;
    }
    found.push(evaluation);
  }
  found.sort((a, b) => (dateOf(a) ?? 0) - (dateOf(b) ?? 0) || (a.id < b.id ? -1 : 1));
  return descending ? found.reverse() : found;
}
