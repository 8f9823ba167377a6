/** What the tables of evaluations hold of a selection. */
import {
  listValue,
  LIST,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Interval } from '../../model/interval.js';
import type { HeldCount, HeldEvaluation, HeldFormVersion, HeldSelection } from '../warehouse.js';
import { plainRows, toPlainRow } from './plainValues.js';

const scorePending = `
  SELECT evaluation_id, any_value(conversation_id) AS conversation_id, NULL AS form_id, '[]' AS division_ids,
         any_value(is_automated) AS is_automated, NULL AS created_at, max(submitted_at) AS submitted_at, 0 AS absences,
         min(extracted_at) AS held_back_since
  FROM deferred_evaluations D
  WHERE connection = $connection
    AND NOT EXISTS (SELECT 1 FROM evaluations E WHERE E.connection = D.connection
                    AND E.evaluation_id = D.evaluation_id AND E.extracted_at > D.extracted_at)
    AND NOT EXISTS (SELECT 1 FROM absences A WHERE A.connection = D.connection
                    AND A.record_id = D.evaluation_id AND A.observed_at > D.extracted_at)
  GROUP BY evaluation_id
  UNION
  SELECT evaluation_id, conversation_id, NULL, '[]', is_automated, NULL, submitted_at, 0, TIMESTAMPTZ '1970-01-01'
  FROM evaluations
  WHERE connection = $connection AND NOT is_deleted AND score_calculation_status = 'pending'
  ORDER BY evaluation_id`;

/** Not looked for in vain since it was last read: what cannot be read need not be read again. */
const findable = `NOT EXISTS (SELECT 1 FROM absences A WHERE A.connection = E.connection AND A.entity = 'evaluations'
  AND A.record_id = E.evaluation_id AND A.observed_at > E.extracted_at)`;

/** Reads what the table `evaluations` holds of a selection; for pending scores also what was held back from it. */
export async function readHeld(
  connection: DuckDBConnection,
  connectionName: string,
  selection: HeldSelection,
): Promise<HeldEvaluation[]> {
  const { sql, values, types } =
    selection.scorePending === true
      ? { sql: scorePending, values: { connection: connectionName }, types: { connection: VARCHAR } }
      : selecting(connectionName, selection);
  const result = await connection.runAndReadAll(sql, values, types);
  return result.getRowObjects().map((row) => {
    const plain = toPlainRow(row);
    return {
      id: String(plain['evaluation_id']),
      conversationId: String(plain['conversation_id'] ?? ''),
      formId: textOrNull(plain['form_id']),
      divisionIds: JSON.parse(String(plain['division_ids'])) as string[],
      isAutomated: typeof plain['is_automated'] === 'boolean' ? plain['is_automated'] : null,
      createdAt: textOrNull(plain['created_at']),
      submittedAt: textOrNull(plain['submitted_at']),
      absences: Number(plain['absences']),
      heldBackSince: textOrNull(plain['held_back_since']),
    };
  });
}

function selecting(connectionName: string, selection: HeldSelection) {
  const conditions = ['E.connection = $connection', 'NOT E.is_deleted'];
  const values: Record<string, DuckDBValue> = { connection: connectionName };
  const types: Record<string, DuckDBType> = { connection: VARCHAR };
  const add = (condition: string, name: string, value: DuckDBValue, type: DuckDBType = VARCHAR) => {
    conditions.push(condition);
    values[name] = value;
    types[name] = type;
  };
  const addSpan = (condition: string, { start, end }: Interval) => {
    add(condition, 'start', start);
    Object.assign(values, { end });
    Object.assign(types, { end: VARCHAR });
  };
  const within = (column: string) => `E.${column} >= $start::TIMESTAMPTZ AND E.${column} < $end::TIMESTAMPTZ`;
  const { formContextId, formId, evaluationIds, submitted, listedIn, structureOtherThan } = selection;
  if (formContextId !== undefined) add('E.form_context_id = $context', 'context', formContextId);
  if (formId !== undefined) add('E.form_id = $form', 'form', formId);
  if (structureOtherThan !== undefined) {
    add(`E.form_structure_hash IS DISTINCT FROM $structure AND ${findable}`, 'structure', structureOtherThan);
  }
  if (evaluationIds !== undefined) {
    add('list_contains($ids, E.evaluation_id)', 'ids', listValue([...evaluationIds]), LIST(VARCHAR));
  }
  if (submitted !== undefined) addSpan(within('submitted_at'), submitted);
  if (listedIn !== undefined) {
    addSpan(
      `E.status <> 'RETRACTED' AND (${within('submitted_at')} OR
       (E.submitted_at IS NULL AND E.status IN ('PENDING', 'INPROGRESS') AND ${within('created_at')}))`,
      listedIn,
    );
  }
  const sql = `
    SELECT E.evaluation_id, E.conversation_id, E.form_id, E.division_ids::VARCHAR AS division_ids, E.is_automated,
           E.created_at, E.submitted_at,
           (SELECT count(*) FROM absences A WHERE A.connection = E.connection AND A.entity = 'evaluations'
            AND A.record_id = E.evaluation_id AND A.observed_at > E.extracted_at AND A.basis = 're-read') AS absences,
           NULL AS held_back_since
    FROM evaluations E WHERE ${conditions.join(' AND ')} ORDER BY E.evaluation_id`;
  return { sql, values, types };
}

export async function readFormVersions(
  connection: DuckDBConnection,
  connectionName: string,
): Promise<HeldFormVersion[]> {
  const rows = await plainRows(
    connection,
    `SELECT form_id, form_structure_hash AS hash, count(*) AS evaluations FROM evaluations E
     WHERE connection = $1 AND NOT is_deleted AND form_id IS NOT NULL AND ${findable} GROUP BY ALL ORDER BY ALL`,
    [connectionName],
  );
  return rows.map((row) => ({
    formId: String(row['form_id']),
    structureHash: textOrNull(row['hash']),
    evaluations: Number(row['evaluations']),
  }));
}

export async function countByCreation(
  connection: DuckDBConnection,
  connectionName: string,
  { start, end }: Interval,
): Promise<HeldCount[]> {
  const one = (table: string) => `
    SELECT created_at::DATE AS day, coalesce(division_ids::VARCHAR[], []) AS divisions FROM ${table}
    WHERE connection = $1 AND NOT is_deleted
      AND created_at >= $2::TIMESTAMPTZ AND created_at < $3::TIMESTAMPTZ`;
  const rows = await plainRows(
    connection,
    `SELECT day, division, count(*) AS held FROM (
       SELECT day, unnest(CASE WHEN len(divisions) = 0 THEN [''] ELSE divisions END) AS division
       FROM (${one('evaluations')} UNION ALL ${one('calibration_evaluations')})
     ) GROUP BY ALL ORDER BY ALL`,
    [connectionName, start, end],
  );
  return rows.map((row) => ({
    day: String(row['day']),
    divisionId: String(row['division']),
    evaluations: Number(row['held']),
  }));
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
