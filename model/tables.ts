import type { RowOf, Table } from './column.js';
import { calibrationAnswers, calibrationEvaluations, calibrations } from './tables/calibrations.js';
import { conversations } from './tables/conversations.js';
import { divisions, queues, users } from './tables/directory.js';
import {
  evaluationAnswers,
  evaluationGroupScores,
  evaluationHistory,
  evaluations,
} from './tables/evaluations.js';
import { feedback } from './tables/feedback.js';
import { formAnswerOptions, formQuestions, forms } from './tables/forms.js';
import { agentMetrics } from './tables/metrics.js';
import { intervalRuns, loadAudit, schemaChanges } from './tables/operations.js';
import { quarantinedPages } from './tables/quarantine.js';
import { reconciliations } from './tables/reconciliations.js';
import { selfAssessmentAnswers, selfAssessments } from './tables/selfAssessments.js';
import { surveyAnswers, surveys } from './tables/surveys.js';
import { absences, deferredEvaluations, tombstones } from './tables/unloaded.js';
import { visibility } from './tables/visibility.js';

/** Every table a warehouse holds, owners before their parts. The one place that knows the canonical model. */
export const tables = {
  divisions,
  users,
  queues,
  forms,
  form_questions: formQuestions,
  form_answer_options: formAnswerOptions,
  evaluations,
  evaluation_group_scores: evaluationGroupScores,
  evaluation_answers: evaluationAnswers,
  evaluation_history: evaluationHistory,
  calibrations,
  calibration_evaluations: calibrationEvaluations,
  calibration_answers: calibrationAnswers,
  self_assessments: selfAssessments,
  self_assessment_answers: selfAssessmentAnswers,
  conversations,
  surveys,
  survey_answers: surveyAnswers,
  feedback,
  tombstones,
  absences,
  deferred_evaluations: deferredEvaluations,
  load_audit: loadAudit,
  interval_runs: intervalRuns,
  quarantined_pages: quarantinedPages,
  reconciliations,
  visibility,
  agent_metrics: agentMetrics,
  schema_changes: schemaChanges,
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof tables;

/** Tables that batches bring rows for; the others are written by the load step itself. */
export type StagedTableName = {
  [N in TableName]: (typeof tables)[N]['kind'] extends 'operational' ? never : N;
}[TableName];

/** Tables whose rows say what runs did; workflows have them written by name. */
export type OperationalTableName = Exclude<TableName, StagedTableName>;

export type Row<N extends TableName> = RowOf<(typeof tables)[N]>;

/** Canonical rows by table, as a mapper returns them for one record of a source. */
export type CanonicalRows = { [N in StagedTableName]?: Row<N>[] };

export const tableNames = Object.keys(tables) as TableName[];

/** The staged tables in load order: owners before their parts. */
export const stagedTableNames = tableNames.filter(
  (name): name is StagedTableName => tables[name].kind !== 'operational',
);

/** Columns of a staged file of the table, in registry order. */
export function stagedColumns(name: TableName): Table['columns'] {
  const table: Table = tables[name];
  return table.columns.filter((column) => column.filledByLoad !== true);
}
