import { isNot, type Dialect } from '../dialect.js';
import { columnsOf, computed, selectList, taken, vendorOf, type View } from './view.js';

/** Unfinished evaluations count too: what matters is which structure a row was made with. */
export function formVersionDrift(dialect: Dialect): View {
  const { table } = dialect;
  const selected = [
    ...taken('E', 'evaluations', ['connection', 'form_id']),
    computed(
      'coalesce(F.form_context_id, E.form_context_id)',
      'form_context_id',
      'string',
      'The form over all its versions.',
    ),
    computed('coalesce(F.name, E.form_name)', 'form_name', 'string', 'Name of this version.'),
    computed(
      'coalesce(F.form_version, E.form_version)',
      'form_version',
      'string',
      'Sortable stamp of the version. Genesys Cloud as published: its modification time (ISO 8601, UTC); guide ' +
        'contracts and CXone: its number in eight digits.',
    ),
    computed(
      'F.structure_hash',
      'structure_hash',
      'string',
      'SHA-256 over weights, questions and options of this version; null when the version is not loaded.',
    ),
    computed('Q.questions', 'questions', 'integer', 'Questions of this version; null when it is not loaded.'),
    computed(
      'Q.max_score',
      'max_score',
      'double',
      'Points possible on this version before weights; null when it is not loaded.',
    ),
    computed('E.evaluations', 'evaluations', 'integer', 'Evaluations that were scored on this version.'),
    computed(
      'E.drifted_evaluations',
      'drifted_evaluations',
      'integer',
      'Those made with another structure than the version has now: "tidemark reextract --form" reads them again.',
    ),
    computed(
      'E.unpinned_evaluations',
      'unpinned_evaluations',
      'integer',
      'Those made while the version was unknown, and all of them when it is not loaded.',
    ),
    computed(
      'E.first_month',
      'first_evaluation_month',
      'date',
      'First month of conversations that were scored on this version.',
    ),
    computed(
      'E.last_month',
      'last_evaluation_month',
      'date',
      'Last month of conversations that were scored on this version.',
    ),
    ...vendorOf('E'),
  ];
  return {
    name: 'v_form_version_drift',
    description:
      'One form version that evaluations were scored on, and whether they were made with its structure as it is now. ' +
      'Evaluations that the source no longer has are left out.',
    columns: columnsOf(selected),
    sql: `SELECT
  ${selectList(dialect, selected)}
FROM (
  SELECT V.connection, V.source_system, V.form_id, max(V.form_context_id) AS form_context_id, max(V.form_name) AS form_name,
    max(V.form_version) AS form_version, count(*) AS evaluations,
    count(CASE WHEN V.form_structure_hash <> W.structure_hash THEN 1 END) AS drifted_evaluations,
    count(CASE WHEN V.form_structure_hash IS NULL OR W.structure_hash IS NULL THEN 1 END) AS unpinned_evaluations,
    min(V.evaluation_month) AS first_month, max(V.evaluation_month) AS last_month
  FROM ${table('evaluations')} V
  LEFT JOIN ${table('forms')} W ON W.connection = V.connection AND W.form_id = V.form_id
  WHERE ${isNot('V.is_deleted')} AND V.form_id IS NOT NULL
  GROUP BY V.connection, V.source_system, V.form_id
) E
LEFT JOIN ${table('forms')} F ON F.connection = E.connection AND F.form_id = E.form_id
LEFT JOIN (
  SELECT P.connection, P.form_id, count(*) AS questions, sum(P.max_score) AS max_score
  FROM ${table('form_questions')} P
  WHERE ${isNot('P.is_deleted')} AND P.parent_question_id IS NULL
  GROUP BY P.connection, P.form_id
) Q ON Q.connection = E.connection AND Q.form_id = E.form_id`,
  };
}
