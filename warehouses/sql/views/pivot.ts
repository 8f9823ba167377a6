/** A view with a column for each question group of a form. */
import { createHash } from 'node:crypto';
import { isNot, type Dialect } from '../dialect.js';
import type { RunQuery } from '../reads.js';
import { columnNames, slug } from './columnNames.js';
import { columnsOf, computed, selectList, settled, stableForm, taken, type View } from './view.js';

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

export function pivotView(dialect: Dialect, { contextId, versionId, name, groups }: PivotedForm): View {
  const { table, text } = dialect;
  const fixed = taken('E', 'evaluations', [
    ...[
      'connection',
      'source_system',
      'evaluation_id',
      'evaluation_month',
      'conversation_id',
      'agent_id',
      'agent_name',
    ],
    ...['evaluator_id', 'queue_id', 'form_context_id', 'form_id', 'form_version', 'conversation_start'],
    ...['submitted_at', 'total_score', 'normalized_score'],
  ]);
  const names = columnNames(
    'score_',
    groups.map((group) => group.name),
  );
  const selected = [
    ...fixed,
    ...groups.map((group, index) =>
      computed(
        `max(CASE WHEN ${groupId('G')} = ${text(group.id)} AND ${isNot('G.marked_na')} AND ${isNot('G.system_marked_na')}
    THEN 100.0 * G.total_score / nullif(G.max_total_score, 0) END)`,
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
FROM ${table('evaluations')} E
LEFT JOIN ${table('evaluation_group_scores')} G
  ON G.connection = E.connection AND G.evaluation_id = E.evaluation_id AND G.evaluation_month = E.evaluation_month
    AND ${isNot('G.is_deleted')}
WHERE ${settled('E')} AND ${stableForm('E')[0]} = ${text(contextId)}${only}
GROUP BY ${fixed.map(([value]) => value).join(', ')}`,
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
