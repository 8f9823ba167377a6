/**
 * What a perfect export by the Data Extraction API holds. Sums and shares are worked out from the organisation's own
 * scores, not from what files say.
 */
import type { Span } from '../../common/instants.js';
import type { EvaluationState, Organisation, TruthTable, Viewer } from '../../organisation/organisation.js';
import { effectiveWeight } from '../../organisation/score.js';
import { scorecardRow, type TruthRow } from '../../organisation/truthRows.js';
import { formStamp } from '../formNumber.js';
import { workflowsSubmitted } from './extract.js';
import { acdIdOf, interactionTypes, reviewRemark } from './workflowColumns.js';
import { answeredQuestions, type AnsweredQuestion, type Workflow } from './workflow.js';

type Kind = Workflow['submission']['kind'];
type Workflows = (kind?: Kind) => Iterable<Workflow>;

/** Which calibration they belong to is not said. */
const ofNoCalibration = { calibration_id: '' } as const;

const tables = {
  evaluations: function* (workflows) {
    for (const workflow of workflows('evaluation')) yield scorecard(workflow);
  },
  evaluation_group_scores: function* (workflows) {
    for (const workflow of workflows('evaluation')) yield* groupScores(workflow);
  },
  evaluation_answers: function* (workflows) {
    for (const workflow of workflows('evaluation')) yield* answers(workflow);
  },
  self_assessments: function* (workflows) {
    for (const workflow of workflows('selfAssessment')) yield scorecard(workflow);
  },
  self_assessment_answers: function* (workflows) {
    for (const workflow of workflows('selfAssessment')) yield* answers(workflow);
  },
  calibration_evaluations: function* (workflows) {
    for (const workflow of workflows('calibration'))
      yield { ...scorecard(workflow), ...ofNoCalibration, is_scoring_index: null };
  },
  calibration_answers: function* (workflows) {
    for (const workflow of workflows('calibration'))
      for (const answer of answers(workflow)) yield { ...answer, ...ofNoCalibration };
  },
  forms: function* (workflows) {
    for (const workflow of firstOfForms(workflows())) {
      const { form_id, form_context_id, form_version } = formOf(workflow);
      yield { form_id, form_context_id, name: workflow.state.form.name, form_version };
    }
  },
  form_questions: function* (workflows) {
    for (const workflow of firstOfForms(workflows())) yield* formQuestions(workflow);
  },
} satisfies Partial<Record<TruthTable, (workflows: Workflows) => Generator<TruthRow>>>;

/**
 * Rows of a table, of what was submitted in the span; of everything without one.
 * @throws RangeError for a table that the contract does not fill
 */
export function dataExtractionTruth(
  organisation: Organisation,
  table: TruthTable,
  viewer: Viewer,
  span: Span = { from: -Infinity, to: Infinity },
): Iterable<TruthRow> {
  if (!isFilled(table))
    throw new RangeError(`The contract cxone-data-extraction does not fill the table ${table}.`);
  return tables[table](function* (kind) {
    for (const workflow of workflowsSubmitted(organisation, span, viewer)) {
      if (workflow.status !== 'Completed') continue;
      if (kind === undefined || workflow.submission.kind === kind) yield workflow;
    }
  });
}

function isFilled(table: TruthTable): table is keyof typeof tables {
  return Object.hasOwn(tables, table);
}

function scorecard(workflow: Workflow): TruthRow {
  const { state, submission } = workflow;
  const row = scorecardRow(state);
  return {
    evaluation_id: state.id,
    conversation_id: acdIdOf(state) ?? submission.segmentId,
    status: state.status,
    score_calculation_status: 'final',
    is_automated: null,
    agent_id: state.agent.id,
    agent_name: state.agent.name,
    agent_team_id: state.team.id,
    evaluator_id: null,
    evaluator_name: state.evaluator?.name ?? null,
    queue_id: null,
    division_ids: '[]',
    media_types: JSON.stringify([interactionTypes[state.mediaType[0] ?? '']?.toUpperCase()]),
    ...formOf(workflow),
    form_name: state.form.name,
    score_version_locked: true,
    total_score: workflow.percentage ?? null,
    max_total_raw_score: workflow.maxScore ?? null,
    recomputed_score: row['recomputed_score'],
    normalized_score: row['normalized_score'],
    score_parity: row['score_parity'],
    any_failed_kill_questions: workflow.failedCritical,
    comments: null,
    agent_comments: reviewRemark(state) ?? null,
    conversation_start: iso(state.conversationDate),
    conversation_end: iso(state.conversationEndDate),
    created_at: iso(state.createdDate),
    submitted_at: state.submittedDate === undefined ? null : iso(state.submittedDate),
    released_at: null,
    changed_at: iso(workflow.lastUpdated),
    evaluation_month: monthOf(state),
  };
}

function* groupScores({ state }: Workflow): Generator<TruthRow> {
  const { form, scoring } = state;
  for (const [index, group] of form.questionGroups.entries()) {
    const score = scoring?.questionGroupScores.find(({ questionGroupId }) => questionGroupId === group.id);
    const weight = effectiveWeight(form, group);
    const reached = (score?.totalScoreUnweighted ?? 0) * weight;
    const possible = (score?.maxTotalScoreUnweighted ?? 0) * weight;
    yield {
      evaluation_id: state.id,
      ...groupOf({ group }),
      group_index: index,
      total_score: reached,
      max_total_score: possible,
      total_score_unweighted: reached,
      max_total_score_unweighted: possible,
      evaluation_month: monthOf(state),
    };
  }
}

function* answers(workflow: Workflow): Generator<TruthRow> {
  const { state, submission } = workflow;
  const { form_id, form_context_id } = formOf(workflow);
  for (const answered of answeredQuestions(workflow)) {
    const { question, answer } = answered;
    const isFreeText = question.type === 'freeTextQuestion';
    const isLeftOut = answer === 'N/A';
    const text = isLeftOut || answer === '' ? null : answer;
    yield {
      evaluation_id: state.id,
      question_id: question.contextId,
      question_context_id: question.contextId,
      ...groupOf(answered),
      question_index: answered.index,
      question_text: question.text,
      question_type: question.type,
      is_critical: null,
      is_kill: answered.critical,
      answer_id: null,
      answer_text: isFreeText ? null : text,
      score: answered.score ?? null,
      max_score: answered.maxScore ?? null,
      marked_na: isLeftOut,
      system_marked_na: false,
      failed_kill_question: answered.failedCritical,
      comments: isFreeText ? text : null,
      form_id,
      form_context_id,
      conversation_id: acdIdOf(state) ?? submission.segmentId,
      agent_id: state.agent.id,
      evaluation_month: monthOf(state),
    };
  }
}

function* formQuestions(workflow: Workflow): Generator<TruthRow> {
  const { form_id, form_context_id } = formOf(workflow);
  const { questionGroups } = workflow.state.form;
  for (const answered of answeredQuestions(workflow)) {
    const { group, question, index } = answered;
    yield {
      form_id,
      form_context_id,
      question_id: question.contextId,
      question_context_id: question.contextId,
      parent_question_id: null,
      ...groupOf(answered),
      group_index: questionGroups.indexOf(group),
      question_index: index,
      text: question.text,
      type: question.type,
      max_score: answered.maxScore ?? null,
      is_critical: null,
      is_kill: answered.critical,
    };
  }
}

/** One workflow of each form version. */
function firstOfForms(workflows: Iterable<Workflow>): Iterable<Workflow> {
  const found = new Map<string, Workflow>();
  for (const workflow of workflows)
    if (!found.has(workflow.state.form.id)) found.set(workflow.state.form.id, workflow);
  return found.values();
}

function formOf({ state, formVersion }: Workflow) {
  const { contextId } = state.form;
  return {
    form_id: `${contextId}/${formVersion}`,
    form_context_id: contextId,
    form_version: formStamp(formVersion),
  };
}

/** Points carry their weights. */
const groupOf = ({ group }: Pick<AnsweredQuestion, 'group'>) => ({
  question_group_id: group.contextId,
  group_context_id: group.contextId,
  group_name: group.name,
  group_weight: 1,
});

const iso = (millis: number) => new Date(millis).toISOString();
const monthOf = ({ conversationDate }: EvaluationState) => `${iso(conversationDate).slice(0, 7)}-01`;
