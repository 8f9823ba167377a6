/** What the views of surveys, feedback and comments must say of a drawn organisation, reckoned without any database. */
import type { Row } from '../../../model/tables.js';
import type { EvaluationTruth, Truth } from './drawnQuality.js';
import { counts, formOf } from './reckonedQuality.js';
import { average, distinct, groups, lastText, type Reckoned } from './reckoning.js';

/** A finished survey with what it takes from the evaluation that carries it. */
interface Answered {
  row: Row<'surveys'>;
  subject: string | null;
  /** Copies of the same answers have the same. */
  said: string;
  agent: string | null;
  agentName: string | null;
  form: string | null;
  formName: string | null;
}

function answeredSurveys({ surveys, evaluations, calibrations }: Truth): Answered[] {
  const carrying = new Map(evaluations.map((each) => [each.row.evaluation_id, each]));
  const carrierOf = (row: Row<'surveys'>) =>
    row.evaluation_id === null ? undefined : carrying.get(row.evaluation_id);
  const calibrated = new Set(calibrations.map((each) => each.evaluation_id));
  const finished = surveys.filter((row) => {
    if (row.evaluation_id !== null && calibrated.has(row.evaluation_id)) return false;
    const carrier = carrierOf(row);
    return carrier === undefined ? row.status === 'FINISHED' : counts(carrier);
  });
  const known = new Map(
    finished.map((row) => [row.form_id, row.form_context_id] as const).filter(([, id]) => id !== null),
  );
  return finished.map((row) => {
    const carrier = carrierOf(row)?.row;
    const conversation =
      carrier === undefined ? row.conversation_id : (carrier.conversation_id ?? carrier.evaluation_id);
    const isCarried = row.evaluation_id !== null;
    return {
      row,
      subject: conversation,
      said: (isCarried ? conversation : null) ?? row.survey_id,
      agent: row.agent_id ?? carrier?.agent_id ?? null,
      agentName: row.agent_name ?? carrier?.agent_name ?? null,
      form:
        row.form_context_id ??
        (row.form_id === null ? null : known.get(row.form_id)) ??
        row.form_name ??
        carrier?.form_context_id ??
        carrier?.form_name ??
        row.form_id,
      formName: row.form_name ?? carrier?.form_name ?? null,
    };
  });
}

/** The last first; those of which nobody knows when, behind. */
const byCompletion = (a: Answered, b: Answered) =>
  (b.row.completed_at ?? '').localeCompare(a.row.completed_at ?? '') ||
  (a.row.survey_id < b.row.survey_id ? 1 : -1);

/** One for all copies of the same answers: the last with CSAT, filled up from the last ones that have the rest. */
function merged(copies: readonly Answered[]): Answered {
  const last = [...copies].sort(byCompletion);
  const withBoth = last.filter(({ row }) => row.csat_value !== null && row.nps_score !== null);
  const withCsat = last.filter(({ row }) => row.csat_value !== null);
  const withNps = last.filter(({ row }) => row.nps_score !== null);
  const order = [...withBoth, ...withCsat, ...withNps, ...last];
  const counting = order[0];
  if (counting === undefined) throw new Error('no copy');
  const value = (column: 'nps_score' | 'total_score') =>
    order.map(({ row }) => row[column]).find((each) => each !== null) ?? null;
  return {
    ...counting,
    row: { ...counting.row, nps_score: value('nps_score'), total_score: value('total_score') },
  };
}

function againstQuality(truth: Truth): Reckoned[] {
  const surveys = groups(answeredSurveys(truth), ({ said }) => [said])
    .map(merged)
    .filter(({ row }) => row.csat_value !== null || row.nps_score !== null);
  const scored = truth.evaluations.filter(
    (each) =>
      counts(each) && each.row.score_calculation_status !== 'pending' && each.row.total_score !== null,
  );
  const subjectOf = ({ row }: EvaluationTruth) => row.conversation_id ?? row.evaluation_id;
  return groups(scored, (each) => [
    subjectOf(each),
    each.row.agent_id,
    formOf(each.row),
    each.row.evaluation_month,
  ]).flatMap((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const about = surveys.filter(({ subject }) => subject === subjectOf(first));
    if (about.length === 0) return [];
    return [
      {
        conversation_id: first.row.conversation_id,
        agent_id: first.row.agent_id,
        form_context_id: formOf(first.row),
        evaluation_month: first.row.evaluation_month,
        evaluations: rows.length,
        quality_score: average(rows.map(({ row }) => row.total_score)),
        normalized_quality_score: average(rows.map(({ row }) => row.normalized_score)),
        surveys: about.length,
        csat_value: average(about.map(({ row }) => row.csat_value)),
        survey_score: average(about.map(({ row }) => row.total_score)),
        nps_score: average(about.map(({ row }) => row.nps_score)),
      },
    ];
  });
}

function ofAgents(truth: Truth): Reckoned[] {
  const all = answeredSurveys(truth);
  const nameOf = (form: string | null) =>
    all
      .filter((each) => each.form === form && each.formName !== null)
      .sort(byCompletion)
      .at(0)?.formName;
  const monthOf = ({ row }: Answered) => {
    const at = row.conversation_start ?? row.completed_at;
    return at === null ? null : `${at.slice(0, 7)}-01`;
  };
  const surveys = groups(all, ({ said, agent }) => [said, agent]).map(merged);
  return groups(surveys, (each) => [each.agent, monthOf(each), each.form]).map((rows) => {
    const [first] = rows;
    const nps = rows.map(({ row }) => row.nps_score).filter((score) => score !== null);
    const promoters = nps.filter((score) => score >= 9).length;
    const detractors = nps.filter((score) => score <= 6).length;
    return {
      agent_id: first?.agent,
      survey_month: first === undefined ? null : monthOf(first),
      form_context_id: first?.form,
      form_name: nameOf(first?.form ?? null) ?? lastText(rows.map(({ row }) => row.form_id)),
      agent_name: lastText(rows.map(({ agentName }) => agentName)),
      surveys: rows.length,
      conversations: distinct(rows.map(({ subject }) => subject)),
      rated_surveys: rows.filter(({ row }) => row.csat_value !== null).length,
      average_csat: average(rows.map(({ row }) => row.csat_value)),
      average_score: average(rows.map(({ row }) => row.total_score)),
      nps_surveys: nps.length,
      promoters,
      detractors,
      net_promoter_score: nps.length === 0 ? null : (100 * (promoters - detractors)) / nps.length,
    };
  });
}

function toAgents({ feedback, evaluations }: Truth): Reckoned[] {
  const entries = feedback
    .filter((row) => !row.is_archived && row.status !== 'draft')
    .map((row) => ({ ...row, evaluation_id: null }));
  const comments = evaluations.filter(counts).flatMap(({ row }) => {
    const common = {
      agent_id: row.agent_id,
      is_private: false,
      created_at: row.submitted_at ?? row.created_at,
      conversation_id: row.conversation_id,
      feedback_id: null,
      evaluation_id: row.evaluation_id,
    };
    return [
      { ...common, kind: 'evaluator_comment', author_id: row.evaluator_id, content: row.comments },
      { ...common, kind: 'agent_comment', author_id: row.agent_id, content: row.agent_comments },
    ].filter(({ content }) => content !== null && content !== '');
  });
  const columns = ['kind', 'agent_id', 'author_id', 'content', 'is_private', 'created_at'];
  return [...entries, ...comments].map((entry) =>
    Object.fromEntries(
      [...columns, 'conversation_id', 'feedback_id', 'evaluation_id'].map((column) => [
        column,
        (entry as Reckoned)[column],
      ]),
    ),
  );
}

export const reckonVoices = (truth: Truth): Record<string, Reckoned[]> => ({
  v_csat_against_quality: againstQuality(truth),
  v_agent_csat_monthly: ofAgents(truth),
  v_agent_feedback: toAgents(truth),
});
