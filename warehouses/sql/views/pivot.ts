/** A view with a column for each question group of a form. */
import { createHash } from 'node:crypto';
import { isNot, type Dialect } from '../dialect.js';
import type { RunQuery } from '../reads.js';
import { columnNames, slug } from './columnNames.js';
import {
  columnsOf,
  computed,
  selectList,
  settled,
  stableForm,
  taken,
  type Selected,
  type View,
} from './view.js';

export interface PivotedGroup {
  /** The group over all versions of the form, or its id where the source gives no such. */
  id: string;
  name: string;
}

export interface PivotedForm {
  /** Over all versions, or that of its only one where the source gives no such. */
  contextId: string;
  /** One version alone. */
  versionId?: string;
  name: string;
  /** In the order of the form. */
  groups: PivotedGroup[];
}

const groupId = (row: string) => `coalesce(${row}.group_context_id, ${row}.question_group_id)`;

/**
 * Forms of the warehouse by their ids over all versions, with the groups as the newest version has them and then
 * those that only older versions had. The query is in the SQL that all warehouses speak.
 */
export async function readPivotedForms(run: RunQuery, versionId?: string): Promise<Map<string, PivotedForm>> {
  const rows = await run(
    `SELECT DISTINCT ${stableForm('F')[0]} AS form_context_id, F.form_id, F.name AS form_name, coalesce(F.form_version, '') AS form_version,
       Q.group_index, ${groupId('Q')} AS group_id, coalesce(Q.group_name, '') AS group_name
     FROM forms F JOIN form_questions Q ON Q.connection = F.connection AND Q.form_id = F.form_id
     WHERE ${isNot('Q.is_deleted')}`,
  );
  const newestFirst = rows
    .map((row) => ({
      contextId: String(row['form_context_id']),
      formId: String(row['form_id']),
      form: String(row['form_name']),
      version: String(row['form_version']),
      index: Number(row['group_index']),
      group: { id: String(row['group_id']), name: String(row['group_name']) },
    }))
    .filter(({ formId }) => versionId === undefined || formId === versionId)
    .sort(
      (a, b) =>
        compare(b.version, a.version) ||
        compare(a.formId, b.formId) ||
        a.index - b.index ||
        compare(a.group.id, b.group.id),
    );
  const forms = new Map<string, PivotedForm>();
  for (const { contextId, form, group } of newestFirst) {
    const known = forms.get(contextId) ?? {
      contextId,
      ...(versionId === undefined ? {} : { versionId }),
      name: form,
      groups: [],
    };
    if (known.groups.every(({ id }) => id !== group.id)) known.groups.push(group);
    forms.set(contextId, known);
  }
  return forms;
}

/** Not a join: only a condition on their own month lets every warehouse skip the other months of the groups. */
export function pivotView(dialect: Dialect, { contextId, versionId, name, groups }: PivotedForm): View {
  const { table, text, types } = dialect;
  const key = taken('E', 'evaluations', ['connection', 'source_system', 'evaluation_id', 'evaluation_month']);
  const described = taken('E', 'evaluations', [
    ...[
      'conversation_id',
      'agent_id',
      'agent_name',
      'evaluator_id',
      'queue_id',
      'form_context_id',
      'form_id',
    ],
    ...['form_version', 'conversation_start', 'submitted_at', 'total_score', 'normalized_score'],
  ]);
  const names = columnNames(
    'score_',
    groups.map((group) => group.name),
  );
  const selected = [
    ...key.map(([, column]): Selected => [`P.${column.name}`, column]),
    ...described.map(([, column]): Selected => [`max(P.${column.name})`, column]),
    ...groups.map((group, index) =>
      computed(
        `max(CASE WHEN P.group_id = ${text(group.id)} THEN P.score_percent END)`,
        names[index] ?? '',
        'double',
        `Weighted points reached in the group "${group.name}", in percent of those possible; null when not scored.`,
      ),
    ),
  ];
  const only = versionId === undefined ? '' : ` AND E.form_id = ${text(versionId)}`;
  return {
    name: viewName(name, [contextId, ...(versionId === undefined ? [] : [versionId])]),
    description:
      `One finished evaluation on the form "${name}"${versionId === undefined ? '' : `, version ${versionId},`} with ` +
      'a column for each of its question groups. Deleted, archived and retracted ones, those whose score is pending, calibrations and self-assessments are left out.',
    columns: columnsOf(selected),
    sql: `SELECT
  ${selectList(dialect, selected)}
FROM (
  SELECT ${selectList(dialect, [...key, ...described])},
    CAST(NULL AS ${types.string}) AS group_id, CAST(NULL AS ${types.double}) AS score_percent, 1 AS evaluations
  FROM ${table('evaluations')} E
  WHERE ${settled('E')} AND ${stableForm('E')[0]} = ${text(contextId)}${only}
  UNION ALL
  SELECT ${key.map(([, { name: column }]) => `G.${column}`).join(', ')}, ${described.map(([, { type }]) => `CAST(NULL AS ${types[type]})`).join(', ')},
    ${groupId('G')},
    CASE WHEN ${isNot('G.marked_na')} AND ${isNot('G.system_marked_na')}
      THEN 100.0 * G.total_score / nullif(G.max_total_score, 0) END, 0
  FROM ${table('evaluation_group_scores')} G
  WHERE ${isNot('G.is_deleted')} AND ${groupId('G')} IN (${groups.map(({ id }) => text(id)).join(', ')})
) P
GROUP BY ${key.map(([, column]) => `P.${column.name}`).join(', ')}
HAVING max(P.evaluations) = 1`,
  };
}

/**
 * By the form's ids too: forms whose names are alike would replace each other's views, and their order in the warehouse
 * must not decide. A hash, because ids of a source may all begin alike, and six characters, because PostgreSQL cuts
 * names at 63 bytes.
 */
const viewName = (form: string, ids: readonly string[]) =>
  ['v_group_scores', slug(form), createHash('sha256').update(JSON.stringify(ids)).digest('hex').slice(0, 6)]
    .filter(Boolean)
    .join('_');

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
