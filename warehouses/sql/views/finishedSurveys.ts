import { isNot, type Dialect } from '../dialect.js';
import { counts } from './view.js';

/** A conversation, or an evaluation of none: what evaluations and surveys have in common. */
export const subjectOf = (evaluation: string) =>
  `coalesce(${evaluation}.conversation_id, ${evaluation}.evaluation_id)`;

/**
 * What customers answered, as a query in parentheses: finished surveys that the source still has. Answers that an
 * evaluation carries count when it does, as it is now: their own status is that of when they were read, and nothing
 * reads them again when the evaluation is finished. A calibration repeats them, and so does each further evaluation of
 * the conversation: `copy_of_conversation` is 1 for one copy alone, `copy_of_agent` for one that each agent of the
 * conversation has. That is the last one of those that say most: an evaluation may repeat the questions of a template
 * without the customer's answers.
 */
export const finishedSurveys = ({ table }: Pick<Dialect, 'table'>) => `(
  SELECT S.*,
    ${copyOf('S.connection, S.said')} AS copy_of_conversation,
    ${copyOf('S.connection, S.said, S.agent_id')} AS copy_of_agent
  FROM (
    SELECT S.connection, S.source_system, S.survey_id, ${said} AS said,
      CASE WHEN C.evaluation_id IS NULL THEN S.conversation_id ELSE ${subjectOf('C')} END AS subject_id,
      coalesce(S.agent_id, C.agent_id) AS agent_id, coalesce(S.agent_name, C.agent_name) AS agent_name,
      coalesce(S.form_name, C.form_name, S.form_id) AS form_name, S.total_score, S.csat_value, S.nps_score,
      S.completed_at, coalesce(S.conversation_start, S.completed_at) AS spoken_at
    FROM ${table('surveys')} S
    LEFT JOIN ${table('evaluations')} C ON C.connection = S.connection AND C.evaluation_id = S.evaluation_id
    LEFT JOIN ${table('calibration_evaluations')} K
      ON K.connection = S.connection AND K.evaluation_id = S.evaluation_id
    WHERE ${isNot('S.is_deleted')} AND K.evaluation_id IS NULL
      AND CASE WHEN C.evaluation_id IS NULL THEN S.status = 'FINISHED' ELSE ${counts('C')} END
  ) S
)`;

/** Some contracts know the template of carried answers by its id alone. */
export const surveyFormName =
  'where the survey has none that of the evaluation that carries it, else the id of its version.';

/**
 * What copies of the same answers have in common: the conversation, also of an evaluation that is not loaded. A survey
 * of its own is no copy.
 */
const said = `coalesce(C.conversation_id, C.evaluation_id,
        CASE WHEN S.evaluation_id IS NOT NULL THEN S.conversation_id END, S.survey_id)`;

// Not by NULLS LAST, which the parser of BigQuery's emulator does not know.
const copyOf = (whose: string) =>
  `row_number() OVER (PARTITION BY ${whose}
      ORDER BY CASE WHEN S.csat_value IS NULL THEN 1 ELSE 0 END + CASE WHEN S.nps_score IS NULL THEN 1 ELSE 0 END,
        CASE WHEN S.completed_at IS NULL THEN 1 ELSE 0 END, S.completed_at DESC, S.survey_id DESC)`;
