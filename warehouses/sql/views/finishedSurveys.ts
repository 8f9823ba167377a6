import { isNot, type Dialect } from '../dialect.js';
import { counts } from './view.js';

/** A conversation, or an evaluation of none: what evaluations and surveys have in common. */
export const subjectOf = (evaluation: string) =>
  `coalesce(${evaluation}.conversation_id, ${evaluation}.evaluation_id)`;

/**
 * What customers answered, as a query in parentheses: finished surveys that the source still has. Answers that an
 * evaluation carries count when it does, as it is now: their own status is that of when they were read, and nothing
 * reads them again when the evaluation is finished. A calibration repeats them, and so does each further evaluation of
 * the conversation: they are one row for the conversation, or for each agent of it. That is the last copy of those
 * that have CSAT, because its form says on which scale; NPS and score that it lacks are those of the last copy that has
 * them: an evaluation may repeat the questions of a template without all of the customer's answers.
 */
export const finishedSurveys = ({ table }: Pick<Dialect, 'table'>, of: 'conversation' | 'agent') => `(
  SELECT S.connection, S.source_system, S.subject_id, S.agent_id, S.agent_name, S.form, S.form_name, S.spoken_at,
    S.csat_value, S.shared_nps_score AS nps_score, S.shared_total_score AS total_score
  FROM (
    SELECT S.connection, S.source_system, S.subject_id, S.agent_id, S.agent_name, S.form, S.spoken_at, S.csat_value,
      row_number() OVER (PARTITION BY ${copiesOf[of]} ORDER BY ${lastCopy}) AS copy_number,
      ${first('nps_score', copiesOf[of], lastCopy)} AS shared_nps_score,
      ${first('total_score', copiesOf[of], lastCopy)} AS shared_total_score,
      coalesce(${first('form_name', 'S.connection, S.form', lastAnswered)}, S.form_id) AS form_name
    FROM (
      SELECT S.connection, S.source_system, S.survey_id, ${said} AS said,
        CASE WHEN C.evaluation_id IS NULL THEN S.conversation_id ELSE ${subjectOf('C')} END AS subject_id,
        coalesce(S.agent_id, C.agent_id) AS agent_id, coalesce(S.agent_name, C.agent_name) AS agent_name,
        coalesce(${formOverVersions}, CASE WHEN S.form_name IS NULL THEN C.form_context_id END, S.form_name, C.form_name,
          S.form_id) AS form,
        S.form_id, coalesce(S.form_name, C.form_name) AS form_name, S.total_score, S.csat_value, S.nps_score,
        S.completed_at, coalesce(S.conversation_start, S.completed_at) AS spoken_at
      FROM ${table('surveys')} S
      LEFT JOIN ${table('evaluations')} C ON C.connection = S.connection AND C.evaluation_id = S.evaluation_id
      LEFT JOIN ${table('calibration_evaluations')} K
        ON K.connection = S.connection AND K.evaluation_id = S.evaluation_id
      WHERE ${isNot('S.is_deleted')} AND K.evaluation_id IS NULL
        AND CASE WHEN C.evaluation_id IS NULL THEN S.status = 'FINISHED' ELSE ${counts('C')} END
    ) S
  ) S
  WHERE S.copy_number = 1
)`;

/** Some contracts know the template of carried answers by its id alone. */
export const surveyFormName =
  'as the last survey on it has it; where surveys have none that of the evaluations that carry them, else the id of a version.';

/**
 * What copies of the same answers have in common: the conversation, also of an evaluation that is not loaded. A survey
 * of its own is no copy.
 */
const said = `coalesce(C.conversation_id, C.evaluation_id,
          CASE WHEN S.evaluation_id IS NOT NULL THEN S.conversation_id END, S.survey_id)`;

/** A version belongs to one form for good: what any survey on it says holds for all of them. */
const formOverVersions = `S.form_context_id,
          CASE WHEN S.form_id IS NOT NULL THEN max(S.form_context_id) OVER (PARTITION BY S.connection, S.form_id) END`;

const copiesOf = { conversation: 'S.connection, S.said', agent: 'S.connection, S.said, S.agent_id' };

// Not by NULLS LAST, which the parser of BigQuery's emulator does not know.
const without = (column: string) => `CASE WHEN S.${column} IS NULL THEN 1 ELSE 0 END`;

const lastAnswered = `${without('completed_at')}, S.completed_at DESC, S.survey_id DESC`;

const lastCopy = `${without('csat_value')}, ${without('nps_score')}, ${lastAnswered}`;

/** Of the first row that has a value. Redshift wants the frame to be said. */
const first = (column: string, rows: string, order: string) =>
  `first_value(S.${column}) OVER (PARTITION BY ${rows} ORDER BY ${without(column)}, ${order}
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`;
