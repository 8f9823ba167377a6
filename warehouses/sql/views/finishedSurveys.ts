import type { Dialect } from '../dialect.js';
import { counts } from './view.js';

/** A conversation, or an evaluation of none: what evaluations and surveys have in common. */
export const subjectOf = (evaluation: string) =>
  `coalesce(${evaluation}.conversation_id, ${evaluation}.evaluation_id)`;

/** The conversation of answers whose evaluation may not be loaded. A survey of its own repeats no other. */
const carriedFrom = 'CASE WHEN S.evaluation_id IS NOT NULL THEN S.conversation_id END';

/**
 * What customers answered, as a query in parentheses: finished surveys that the source still has. Answers that an
 * evaluation carries count when it does, as it is now: their own status is that of when they were read, and nothing
 * reads them again when the evaluation is finished. A calibration repeats them, and so does each further evaluation of the
 * conversation: `repetition` is 1 for those of the last one alone.
 */
export const finishedSurveys = ({ table }: Pick<Dialect, 'table'>) => `(
  SELECT S.connection, S.source_system, CASE WHEN C.evaluation_id IS NULL THEN S.conversation_id ELSE ${subjectOf('C')} END AS subject_id,
    coalesce(S.agent_id, C.agent_id) AS agent_id, coalesce(S.agent_name, C.agent_name) AS agent_name, S.form_name,
    S.total_score, S.csat_value, S.nps_score, coalesce(S.conversation_start, S.completed_at) AS spoken_at,
    row_number() OVER (
      PARTITION BY S.connection, coalesce(C.conversation_id, C.evaluation_id, ${carriedFrom}, S.survey_id),
        coalesce(S.agent_id, C.agent_id)
      ORDER BY S.completed_at DESC, S.survey_id DESC
    ) AS repetition
  FROM ${table('surveys')} S
  LEFT JOIN ${table('evaluations')} C ON C.connection = S.connection AND C.evaluation_id = S.evaluation_id
  LEFT JOIN ${table('calibration_evaluations')} K
    ON K.connection = S.connection AND K.evaluation_id = S.evaluation_id
  WHERE NOT S.is_deleted AND K.evaluation_id IS NULL
    AND CASE WHEN C.evaluation_id IS NULL THEN S.status = 'FINISHED' ELSE ${counts('C')} END
)`;
