/**
 * What a perfect export by the guide contract of CXone holds: the organisation's rows as far as the contract carries
 * them, and in its terms where they differ.
 */
import type { Span } from '../../common/instants.js';
import { isShown } from '../../common/shown.js';
import type { EvaluationState, Organisation, TruthTable, Viewer } from '../../organisation/organisation.js';
import { answerRows, scorecardRow, type TruthRow } from '../../organisation/truthRows.js';
import { formQuestionRows, formRow } from '../../organisation/truthRowsOfForms.js';
import type { EvaluationForm } from '../../organisation/vendorModels.js';
import { formNumber, formStamp } from '../formNumber.js';
import { isAssessment } from './endpoints/assessments.js';
import { isPublished } from './endpoints/feedback.js';
import { siteOf } from './site.js';

const everything: Span = { from: -Infinity, to: Infinity };

const tables = {
  evaluations: function* (organisation, viewer, span) {
    for (const state of assessmentsOf(organisation, viewer, span)) yield evaluationRow(state, organisation);
  },
  evaluation_answers: function* (organisation, viewer, span) {
    for (const state of assessmentsOf(organisation, viewer, span)) {
      for (const row of answerRows(state)) yield answerRow(row, state);
    }
  },
  forms: function* (organisation, viewer, span) {
    for (const form of rubricsOf(organisation, viewer, span)) {
      const { form_id, name } = formRow(form);
      yield { form_id, form_context_id: null, name, form_version: versionStamp(form, organisation) };
    }
  },
  form_questions: function* (organisation, viewer, span) {
    for (const form of rubricsOf(organisation, viewer, span)) {
      for (const row of formQuestionRows(form)) {
        // Options are no questions of a rubric.
        if (row['parent_question_id'] === null) yield questionRow(row, form);
      }
    }
  },
  feedback: function* (organisation, viewer, span) {
    for (const entry of organisation.feedbackBy('dateCreated', -Infinity, Infinity)) {
      if (!isPublished(entry) || !isShown(entry, viewer)) continue;
      if (!isTouched([entry.dateCreated, entry.dateModified], span)) continue;
      yield {
        feedback_id: entry.id,
        kind: 'feedback',
        agent_id: entry.agent.id,
        attendee_ids: JSON.stringify([entry.agent.id]),
        author_id: entry.author.id,
        content: entry.content,
        tags: JSON.stringify(entry.tags.slice(0, 1)),
        status: 'published',
        conversation_id: entry.conversationId ?? null,
        external_reference: null,
        division_id: siteOf(entry),
        created_at: iso(entry.dateCreated),
        modified_at: iso(entry.dateModified),
        is_archived: false,
      };
    }
  },
} satisfies Partial<
  Record<TruthTable, (organisation: Organisation, viewer: Viewer, span: Span) => Generator<TruthRow>>
>;

/**
 * Rows of a table, of what was created or last changed in the span; of everything without one.
 * @throws RangeError for a table that the contract does not fill
 */
export function cxoneGuideTruth(
  organisation: Organisation,
  table: TruthTable,
  viewer: Viewer,
  span: Span = everything,
): Iterable<TruthRow> {
  if (!isCarried(table)) throw new RangeError(`The contract cxone-guide does not fill the table ${table}.`);
  return tables[table](organisation, viewer, span);
}

function isCarried(table: TruthTable): table is keyof typeof tables {
  return Object.hasOwn(tables, table);
}

function* assessmentsOf(organisation: Organisation, viewer: Viewer, span: Span): Generator<EvaluationState> {
  for (const state of organisation.evaluationsBy('createdDate', -Infinity, Infinity, 'ASC')) {
    if (!isAssessment(state) || !isShown(state, viewer)) continue;
    if (isTouched([state.createdDate, state.changedDate], span)) yield state;
  }
}

function rubricsOf(organisation: Organisation, viewer: Viewer, span: Span): Set<EvaluationForm> {
  const forms = new Set<EvaluationForm>();
  for (const { form } of assessmentsOf(organisation, viewer, span)) forms.add(form);
  return forms;
}

function isTouched(times: readonly number[], { from, to }: Span): boolean {
  return times.some((time) => time >= from && time < to);
}

function evaluationRow(state: EvaluationState, organisation: Organisation): TruthRow {
  const row = scorecardRow(state);
  const total = row['total_score'];
  return {
    evaluation_id: state.id,
    conversation_id: state.conversationId,
    status: total === null ? 'INPROGRESS' : 'FINISHED',
    score_calculation_status: 'final',
    is_automated: state.systemSubmitted,
    agent_id: state.agent.id,
    agent_name: null,
    evaluator_id: row['evaluator_id'],
    evaluator_name: null,
    queue_id: row['queue_id'],
    division_ids: JSON.stringify([siteOf(state)]),
    form_id: state.form.id,
    form_context_id: null,
    form_name: state.form.name,
    form_version: versionStamp(state.form, organisation),
    score_version_locked: true,
    total_score: total,
    recomputed_score: row['recomputed_score'],
    normalized_score: row['normalized_score'],
    // The contract does not tell of fatal questions.
    score_parity: row['score_parity'] === 'fatal_zero' ? 'different' : row['score_parity'],
    comments: row['comments'],
    created_at: iso(state.createdDate),
    submitted_at: null,
    released_at: null,
    changed_at: iso(state.changedDate),
    evaluation_month: monthOf(state),
  };
}

function answerRow(row: TruthRow, state: EvaluationState): TruthRow {
  const notApplicable = row['marked_na'] === true || row['system_marked_na'] === true;
  const scores = !notApplicable && row['max_score'] !== null;
  return {
    evaluation_id: state.id,
    question_id: row['question_id'],
    // A section is known by its title.
    question_group_id: row['group_name'],
    group_name: row['group_name'],
    group_weight: row['group_weight'],
    question_index: row['question_index'],
    question_text: row['question_text'],
    answer_text: notApplicable ? null : row['answer_text'],
    score: scores ? row['score'] : null,
    max_score: row['max_score'],
    // A person and a condition mark alike.
    marked_na: notApplicable,
    system_marked_na: false,
    comments: row['comments'],
    form_id: state.form.id,
    form_context_id: null,
    conversation_id: state.conversationId,
    agent_id: state.agent.id,
    evaluation_month: monthOf(state),
  };
}

/** A section is known by its title; each question has the weight that applies. */
function questionRow(row: TruthRow, { id, weightMode }: EvaluationForm): TruthRow {
  return {
    form_id: id,
    form_context_id: null,
    question_id: row['question_id'],
    question_group_id: row['group_name'],
    group_name: row['group_name'],
    group_index: row['group_index'],
    group_weight: weightMode === 'SCALED' ? row['group_weight'] : 1,
    question_index: row['question_index'],
    text: row['text'],
    max_score: row['max_score'],
  };
}

function versionStamp(form: EvaluationForm, organisation: Organisation): string {
  return formStamp(formNumber(form, organisation));
}

/** The conversation's start is not carried, and the creation never changes. */
function monthOf({ createdDate }: EvaluationState): string {
  return `${iso(createdDate).slice(0, 7)}-01`;
}

function iso(millis: number): string {
  return new Date(millis).toISOString();
}
