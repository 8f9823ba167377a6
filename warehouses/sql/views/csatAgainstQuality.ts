import type { Dialect } from '../dialect.js';
import { finishedSurveys, subjectOf, surveyFormName } from './finishedSurveys.js';
import {
  columnsOf,
  computed,
  selectList,
  settled,
  stableForm,
  taken,
  vendorOf,
  type Selected,
  type View,
} from './view.js';

/** Both sides are summed up before they meet: several surveys and several evaluations would multiply each other. */
export function csatAgainstQuality(dialect: Dialect): View {
  const [form, formColumn] = stableForm('E');
  const selected: Selected[] = [
    ...taken('Q', 'evaluations', ['connection', 'conversation_id', 'agent_id', 'agent_name']),
    ['Q.form_context_id', formColumn],
    ...taken('Q', 'evaluations', ['form_name', 'evaluation_month']),
    computed(
      'Q.evaluations',
      'evaluations',
      'integer',
      'Finished evaluations on the form that have a score.',
    ),
    computed(
      'Q.quality_score',
      'quality_score',
      'double',
      "Average of the source's total scores of these evaluations, in percent.",
    ),
    computed(
      'Q.normalized_quality_score',
      'normalized_quality_score',
      'double',
      'Average of their normalized scores, in percent.',
    ),
    computed(
      'V.surveys',
      'surveys',
      'integer',
      'Finished surveys of the conversation that have CSAT or NPS.',
    ),
    computed(
      'V.survey_form_name',
      'survey_form_name',
      'string',
      `Name of their form, one of several, ${surveyFormName}`,
    ),
    computed(
      'V.csat_value',
      'csat_value',
      'double',
      'Average of the CSAT of these surveys, on the scale of the questions; null when it was not given.',
    ),
    computed(
      'V.survey_score',
      'survey_score',
      'double',
      'Average of the scores of these surveys, in percent; null when nothing was scored.',
    ),
    computed(
      'V.nps_score',
      'nps_score',
      'double',
      'Average likelihood to recommend in these surveys, 0 to 10; null when it was not given.',
    ),
    ...vendorOf('Q'),
  ];
  return {
    name: 'v_csat_against_quality',
    description:
      'One conversation that was both evaluated and rated by its customer, by agent, form and month. Only finished ' +
      'evaluations with a score and finished surveys with CSAT or NPS: deleted, archived and retracted evaluations, ' +
      'those whose score is pending, calibrations and deleted surveys are left out.',
    columns: columnsOf(selected),
    sql: `SELECT
  ${selectList(dialect, selected)}
FROM (
  SELECT E.connection, E.source_system, ${subjectOf('E')} AS subject_id, max(E.conversation_id) AS conversation_id, E.agent_id,
    max(E.agent_name) AS agent_name, ${form} AS form_context_id, max(E.form_name) AS form_name, E.evaluation_month,
    count(*) AS evaluations, avg(E.total_score) AS quality_score, avg(E.normalized_score) AS normalized_quality_score
  FROM ${dialect.table('evaluations')} E
  WHERE ${settled('E')} AND E.total_score IS NOT NULL
  GROUP BY E.connection, E.source_system, ${subjectOf('E')}, E.agent_id, ${form}, E.evaluation_month
) Q
JOIN (
  SELECT S.connection, S.subject_id, count(*) AS surveys, max(S.form_name) AS survey_form_name,
    avg(S.csat_value) AS csat_value, avg(S.total_score) AS survey_score, avg(S.nps_score) AS nps_score
  FROM ${finishedSurveys(dialect, 'conversation')} S
  WHERE S.csat_value IS NOT NULL OR S.nps_score IS NOT NULL
  GROUP BY S.connection, S.subject_id
) V ON V.connection = Q.connection AND V.subject_id = Q.subject_id`,
  };
}
