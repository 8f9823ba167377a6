/** What the views of evaluations must say of a drawn organisation, reckoned without any database. */
import type { Row } from '../../../model/tables.js';
import type { EvaluationTruth, Truth } from './drawnQuality.js';
import { average, distinct, groups, lastText, least, most, type Reckoned } from './reckoning.js';

type Evaluation = Row<'evaluations'>;

export const counts = ({ row, isDeleted }: EvaluationTruth) => !isDeleted && row.status === 'FINISHED';
const settled = (each: EvaluationTruth) => counts(each) && each.row.score_calculation_status !== 'pending';
export const formOf = (row: Pick<Evaluation, 'form_context_id' | 'form_id'>) =>
  row.form_context_id ?? row.form_id;

interface Answered {
  evaluation: Evaluation;
  answer: Row<'evaluation_answers'>;
  percent: number | null;
}

const answered = ({ evaluations }: Truth): Answered[] =>
  evaluations.filter(settled).flatMap(({ row, answers }) =>
    answers.map((answer) => {
      const isScored =
        !answer.marked_na && !answer.system_marked_na && answer.score !== null && answer.max_score;
      return {
        evaluation: row,
        answer,
        percent: isScored ? (100 * (answer.score ?? 0)) / (answer.max_score ?? 0) : null,
      };
    }),
  );

const currentAnswers = (truth: Truth): Reckoned[] =>
  answered(truth).map(({ evaluation, answer, percent }) => ({
    evaluation_id: answer.evaluation_id,
    question_id: answer.question_id,
    evaluation_month: evaluation.evaluation_month,
    agent_id: evaluation.agent_id,
    form_context_id: evaluation.form_context_id,
    total_score: evaluation.total_score,
    question_text: answer.question_text,
    score: answer.score,
    score_percent: percent,
  }));

const scorecards = ({ evaluations }: Truth): Reckoned[] =>
  groups(
    evaluations.filter(settled).map(({ row }) => row),
    (row) => [row.agent_id, row.evaluation_month, formOf(row)],
  ).map((rows) => {
    const [first] = rows;
    const scores = rows.map((row) => row.total_score);
    return {
      agent_id: first?.agent_id,
      evaluation_month: first?.evaluation_month,
      form_context_id: first === undefined ? null : formOf(first),
      form_name: lastText(rows.map((row) => row.form_name)),
      form_versions: distinct(rows.map((row) => row.form_id)),
      evaluations: rows.length,
      scored_evaluations: scores.filter((score) => score !== null).length,
      average_score: average(scores),
      lowest_score: least(scores),
      highest_score: most(scores),
      average_critical_score: average(rows.map((row) => row.total_critical_score)),
      average_normalized_score: average(rows.map((row) => row.normalized_score)),
      failed_fatal_evaluations: rows.filter((row) => row.any_failed_kill_questions === true).length,
      automated_evaluations: rows.filter((row) => row.is_automated === true).length,
      disputed_evaluations: rows.filter((row) => (row.dispute_count ?? 0) > 0).length,
    };
  });

const versionTrends = ({ evaluations }: Truth): Reckoned[] =>
  groups(
    evaluations.filter((each) => settled(each) && each.row.form_id !== null).map(({ row }) => row),
    (row) => [row.form_id, row.evaluation_month],
  ).map((rows) => {
    const [first] = rows;
    const scores = rows.map((row) => row.total_score);
    const locked = rows.filter((row) => row.score_version_locked).map((row) => row.normalized_score);
    return {
      form_context_id: first === undefined ? null : formOf(first),
      form_id: first?.form_id,
      evaluation_month: first?.evaluation_month,
      form_name: lastText(rows.map((row) => row.form_name)),
      form_version: lastText(rows.map((row) => row.form_version)),
      agents: distinct(rows.map((row) => row.agent_id)),
      evaluations: rows.length,
      scored_evaluations: scores.filter((score) => score !== null).length,
      average_score: average(scores),
      locked_evaluations: locked.filter((score) => score !== null).length,
      average_normalized_score: average(locked),
    };
  });

/** The text of the newest of some versions. */
function newest(texts: readonly { version: string | null; text: string | null }[]): string | null {
  const last = lastText(texts.map(({ version }) => version));
  return lastText(texts.filter(({ version }) => version === last).map(({ text }) => text));
}

function trends(truth: Truth): Reckoned[] {
  const questionOf = (row: { question_context_id: string | null; question_id: string }) =>
    row.question_context_id ?? row.question_id;
  const versionOf = new Map(truth.forms.map((form) => [form.form_id, form.form_version]));
  return groups(answered(truth), ({ evaluation, answer }) => [
    formOf(evaluation),
    questionOf(answer),
    evaluation.evaluation_month,
  ]).map((rows) => {
    const [first] = rows;
    if (first === undefined) return {};
    const form = formOf(first.evaluation);
    const question = questionOf(first.answer);
    const known = truth.questions.filter((each) => formOf(each) === form && questionOf(each) === question);
    const name = (column: 'text' | 'group_name', answerColumn: 'question_text' | 'group_name') =>
      newest(known.map((each) => ({ version: versionOf.get(each.form_id) ?? null, text: each[column] }))) ??
      newest(
        rows.map(({ evaluation, answer }) => ({
          version: evaluation.form_version,
          text: answer[answerColumn],
        })),
      );
    const percents = rows.map(({ percent }) => percent);
    return {
      form_context_id: form,
      question_context_id: question,
      evaluation_month: first.evaluation.evaluation_month,
      question_text: name('text', 'question_text'),
      group_name: name('group_name', 'group_name'),
      form_versions: distinct(rows.map(({ evaluation }) => evaluation.form_id)),
      max_scores: distinct(rows.map(({ answer }) => answer.max_score)),
      answers: rows.length,
      scored_answers: percents.filter((percent) => percent !== null).length,
      not_applicable_answers: rows.filter(({ answer }) => answer.marked_na || answer.system_marked_na).length,
      average_score_percent: average(percents),
      failed_fatal_answers: rows.filter(({ answer }) => answer.failed_kill_question).length,
    };
  });
}

const drift = ({ evaluations, forms, questions }: Truth): Reckoned[] =>
  groups(
    evaluations.filter(({ row, isDeleted }) => !isDeleted && row.form_id !== null).map(({ row }) => row),
    (row) => [row.form_id],
  ).map((rows) => {
    const formId = rows[0]?.form_id ?? '';
    const form = forms.find((each) => each.form_id === formId);
    const asked = questions.filter((each) => each.form_id === formId);
    const isUnpinned = (row: Evaluation) => form === undefined || row.form_structure_hash === null;
    const inOrder = rows.map((row) => row.evaluation_month).sort();
    return {
      form_id: formId,
      form_name: form?.name ?? lastText(rows.map((row) => row.form_name)),
      structure_hash: form?.structure_hash ?? null,
      questions: form === undefined ? null : asked.length,
      max_score: form === undefined ? null : asked.reduce((sum, each) => sum + (each.max_score ?? 0), 0),
      evaluations: rows.length,
      drifted_evaluations: rows.filter(
        (row) => !isUnpinned(row) && row.form_structure_hash !== form?.structure_hash,
      ).length,
      unpinned_evaluations: rows.filter(isUnpinned).length,
      first_evaluation_month: inOrder[0],
      last_evaluation_month: inOrder.at(-1),
    };
  });

/** Groups of a form by their ids over versions. */
export const pivot = (
  { evaluations }: Truth,
  form: string,
  columns: ReadonlyMap<string, string>,
): Reckoned[] =>
  evaluations
    .filter((each) => settled(each) && formOf(each.row) === form)
    .map(({ row, groups: scored }) => ({
      evaluation_id: row.evaluation_id,
      total_score: row.total_score,
      ...Object.fromEntries(
        [...columns].map(([group, column]) => {
          const found = scored.find((each) => (each.group_context_id ?? each.question_group_id) === group);
          const isScored = found !== undefined && !found.marked_na && !found.system_marked_na;
          const percent =
            isScored && found.total_score !== null && found.max_total_score
              ? (100 * found.total_score) / found.max_total_score
              : null;
          return [column, percent];
        }),
      ),
    }));

export const reckonQuality = (truth: Truth): Record<string, Reckoned[]> => ({
  v_answers_current: currentAnswers(truth),
  v_agent_scorecard_monthly: scorecards(truth),
  v_form_version_trend: versionTrends(truth),
  v_question_trend: trends(truth),
  v_form_version_drift: drift(truth),
});
