/** What the tables of evaluations hold of a selection. */
import type { Interval } from '../../model/interval.js';
import type { HeldCount, HeldEvaluation, HeldFormVersion, HeldSelection } from '../warehouse.js';
import { isNot, type Dialect } from './dialect.js';
import { described, missed, textOrNull } from './heldRecords.js';
import { runForIds } from './idQueries.js';
import type { RunQuery } from './reads.js';

/** Reads what the table `evaluations` holds of a selection; for pending scores also what was held back from it. */
export async function readHeld(
  dialect: Dialect,
  run: RunQuery,
  connection: string,
  selection: HeldSelection,
): Promise<HeldEvaluation[]> {
  return (await heldRows(dialect, run, connection, selection))
    .map((row) => ({
      id: String(row['evaluation_id']),
      ...described(row),
      absences: Number(row['absences']),
      heldBackSince: textOrNull(row['held_back_since']),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function heldRows(
  dialect: Dialect,
  run: RunQuery,
  connection: string,
  selection: HeldSelection,
): Promise<Record<string, unknown>[]> {
  if (selection.scorePending === true) return run(scorePending(dialect, connection));
  const { evaluationIds } = selection;
  if (evaluationIds === undefined) return run(selecting(dialect, connection, selection));
  return runForIds(dialect, run, evaluationIds, (list) => selecting(dialect, connection, selection, list));
}

/** @param ids a list of literals; all that are selected where it is missing */
function selecting(dialect: Dialect, connection: string, selection: HeldSelection, ids?: string): string {
  const { text, timestamp, types } = dialect;
  const { formContextId, formId, submitted, structureOtherThan } = selection;
  const conditions = [`E.connection = ${text(connection)}`, isNot('E.is_deleted')];
  if (formContextId !== undefined) conditions.push(`E.form_context_id = ${text(formContextId)}`);
  if (formId !== undefined) conditions.push(`E.form_id = ${text(formId)}`);
  if (structureOtherThan !== undefined) {
    // What cannot be read need not be read again.
    conditions.push(
      `(E.form_structure_hash IS NULL OR E.form_structure_hash <> ${text(structureOtherThan)})`,
      'A.record_id IS NULL',
    );
  }
  if (ids !== undefined) conditions.push(`E.evaluation_id IN (${ids})`);
  if (submitted !== undefined) {
    const within = (column: string) =>
      `${column} >= ${timestamp(submitted.start)} AND ${column} < ${timestamp(submitted.end)}`;
    conditions.push(`(${within('E.submitted_at')}
      OR (E.submitted_at IS NULL AND E.status = 'FINISHED' AND ${within('E.created_at')}))`);
  }
  return `SELECT E.evaluation_id, E.conversation_id, E.form_id, ${dialect.jsonText('E.division_ids')} AS division_ids,
      E.is_automated, E.created_at, E.submitted_at, coalesce(A.re_reads, 0) AS absences,
      CAST(NULL AS ${types.timestamp}) AS held_back_since
    FROM ${dialect.table('evaluations')} E
    LEFT JOIN (${missed(dialect, 'evaluations', connection)}) A ON A.record_id = E.evaluation_id
    WHERE ${conditions.join(' AND ')}`;
}

/** Held back and neither loaded nor looked for in vain since, and loaded while the score was still pending. */
function scorePending({ table, text, timestamp, types }: Dialect, connection: string): string {
  const unknown = `CAST(NULL AS ${types.string}) AS form_id, '[]' AS division_ids`;
  const since = (created: string, held: string) => `${created} AS created_at, submitted_at,
    0 AS absences, ${held} AS held_back_since`;
  return `
    SELECT evaluation_id, conversation_id, ${unknown}, is_automated, ${since(`CAST(NULL AS ${types.timestamp})`, 'extracted_at')} FROM (
      SELECT D.evaluation_id, D.conversation_id, D.is_automated, D.submitted_at, D.extracted_at,
        row_number() OVER (PARTITION BY D.evaluation_id ORDER BY D.extracted_at) AS position
      FROM ${table('deferred_evaluations')} D
      LEFT JOIN ${table('evaluations')} E ON E.connection = D.connection
        AND E.evaluation_id = D.evaluation_id AND E.extracted_at > D.extracted_at
      LEFT JOIN (
        SELECT connection, record_id, max(observed_at) AS observed_at FROM ${table('absences')}
        GROUP BY connection, record_id
      ) A ON A.connection = D.connection AND A.record_id = D.evaluation_id AND A.observed_at > D.extracted_at
      WHERE D.connection = ${text(connection)} AND E.evaluation_id IS NULL AND A.record_id IS NULL
    ) P WHERE position = 1
    UNION ALL
    SELECT evaluation_id, conversation_id, ${unknown}, is_automated, ${since('created_at', timestamp('1970-01-01T00:00:00.000Z'))}
    FROM ${table('evaluations')}
    WHERE connection = ${text(connection)} AND ${isNot('is_deleted')} AND score_calculation_status = 'pending'`;
}

export async function readFormVersions(
  dialect: Dialect,
  run: RunQuery,
  connection: string,
): Promise<HeldFormVersion[]> {
  const rows = await run(
    `SELECT E.form_id, E.form_structure_hash AS structure, count(*) AS evaluations
     FROM ${dialect.table('evaluations')} E
     LEFT JOIN (${missed(dialect, 'evaluations', connection)}) A ON A.record_id = E.evaluation_id
     WHERE E.connection = ${dialect.text(connection)} AND ${isNot('E.is_deleted')} AND E.form_id IS NOT NULL
       AND A.record_id IS NULL
     GROUP BY E.form_id, E.form_structure_hash`,
  );
  const order = ({ formId, structureHash }: HeldFormVersion) => `${formId} ${structureHash ?? '~'}`;
  return rows
    .map((row) => ({
      formId: String(row['form_id']),
      structureHash: textOrNull(row['structure']),
      evaluations: Number(row['evaluations']),
    }))
    .sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

export async function countByCreation(
  dialect: Dialect,
  run: RunQuery,
  connection: string,
  { start, end }: Interval,
): Promise<HeldCount[]> {
  const { jsonText, table, text, timestamp, types } = dialect;
  const created = (name: string) => `
    SELECT ${dialect.textOf(`CAST(created_at AS ${types.date})`)} AS day, ${jsonText('division_ids')} AS divisions
    FROM ${table(name)}
    WHERE connection = ${text(connection)} AND ${isNot('is_deleted')}
      AND created_at >= ${timestamp(start)} AND created_at < ${timestamp(end)}`;
  const rows = await run(
    `SELECT day, divisions, count(*) AS evaluations
     FROM (${created('evaluations')} UNION ALL ${created('calibration_evaluations')}) C GROUP BY day, divisions`,
  );
  const held = new Map<string, HeldCount>();
  for (const row of rows) {
    const divisions = JSON.parse(textOrNull(row['divisions']) ?? '[]') as string[];
    for (const divisionId of divisions.length === 0 ? [''] : divisions) {
      const day = String(row['day']);
      const key = `${day} ${divisionId}`;
      const before = held.get(key)?.evaluations ?? 0;
      held.set(key, { day, divisionId, evaluations: before + Number(row['evaluations']) });
    }
  }
  return [...held.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
}
