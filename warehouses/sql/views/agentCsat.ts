import type { Dialect } from '../dialect.js';
import { finishedSurveys, surveyFormName } from './finishedSurveys.js';
import { columnsOf, computed, selectList, taken, vendorOf, type Selected, type View } from './view.js';

/** By form too, because scales of different forms do not compare. */
export function agentCsat(dialect: Dialect): View {
  const number = (condition: string) => `count(CASE WHEN ${condition} THEN 1 END)`;
  const [isPromoter, isDetractor] = ['S.nps_score >= 9', 'S.nps_score <= 6'];
  const grouped: Selected[] = [
    ...taken('S', 'surveys', ['connection', 'agent_id']),
    computed(
      dialect.monthOf('S.spoken_at'),
      'survey_month',
      'date',
      'First day of the month of the conversation, or of the answer where that is not known (UTC).',
    ),
  ];
  const form = computed(
    'S.form',
    'form_context_id',
    'string',
    'The survey form over all its versions; its name where the source gives no such id, else the id of its version.',
  );
  const selected: Selected[] = [
    ...grouped,
    computed('max(S.form_name)', 'form_name', 'string', `Name of the survey form, ${surveyFormName}`),
    computed(
      'max(S.agent_name)',
      'agent_name',
      'string',
      'Name of the agent as the source sent it; one of them where it changed.',
      true,
    ),
    computed('count(*)', 'surveys', 'integer', 'Finished surveys.'),
    computed('count(DISTINCT S.subject_id)', 'conversations', 'integer', 'Conversations they are about.'),
    computed('count(S.csat_value)', 'rated_surveys', 'integer', 'Surveys with CSAT.'),
    computed('avg(S.csat_value)', 'average_csat', 'double', 'Average CSAT, on the scale of the questions.'),
    computed(
      'avg(S.total_score)',
      'average_score',
      'double',
      'Average of the scores of surveys, in percent.',
    ),
    computed('count(S.nps_score)', 'nps_surveys', 'integer', 'Surveys with a likelihood to recommend.'),
    computed(number(isPromoter), 'promoters', 'integer', 'Those of them with 9 or 10.'),
    computed(number(isDetractor), 'detractors', 'integer', 'Those of them with 0 to 6.'),
    computed(
      `avg(CAST(CASE WHEN ${isPromoter} THEN 100 WHEN ${isDetractor} THEN -100 WHEN S.nps_score IS NOT NULL THEN 0 END
    AS ${dialect.types.double}))`,
      'net_promoter_score',
      'double',
      'Percent of promoters less percent of detractors, -100 to 100; null without any likelihood to recommend.',
    ),
    ...vendorOf('S'),
    form,
  ];
  return {
    name: 'v_agent_csat_monthly',
    description:
      'One agent, month and survey form. Months are those of the conversations. Unfinished and deleted surveys are ' +
      'left out, and those that a calibration or an evaluation that does not count carries.',
    columns: columnsOf(selected),
    sql: `SELECT
  ${selectList(dialect, selected)}
FROM ${finishedSurveys(dialect, 'agent')} S
GROUP BY ${[...grouped, form, ...vendorOf('S')].map(([value]) => value).join(', ')}`,
  };
}
