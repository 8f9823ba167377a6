import {
  listValue,
  LIST,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { HeldEvaluation, HeldSelection } from '../warehouse.js';
import { toPlainRow } from './plainValues.js';

/** Reads what the table `evaluations` holds of a selection. */
export async function readHeld(
  connection: DuckDBConnection,
  connectionName: string,
  selection: HeldSelection,
): Promise<HeldEvaluation[]> {
  const conditions = ['connection = $connection', 'NOT is_deleted'];
  const values: Record<string, DuckDBValue> = { connection: connectionName };
  const types: Record<string, DuckDBType> = { connection: VARCHAR };
  const add = (condition: string, name: string, value: DuckDBValue, type: DuckDBType = VARCHAR) => {
    conditions.push(condition);
    values[name] = value;
    types[name] = type;
  };
  const { formContextId, formId, evaluationIds, submitted } = selection;
  if (formContextId !== undefined) add('form_context_id = $context', 'context', formContextId);
  if (formId !== undefined) add('form_id = $form', 'form', formId);
  if (evaluationIds !== undefined) {
    add('list_contains($ids, evaluation_id)', 'ids', listValue([...evaluationIds]), LIST(VARCHAR));
  }
  if (submitted !== undefined) {
    add('submitted_at >= $start::TIMESTAMPTZ', 'start', submitted.start);
    add('submitted_at < $end::TIMESTAMPTZ', 'end', submitted.end);
  }
  const result = await connection.runAndReadAll(
    `SELECT evaluation_id, conversation_id, form_id, is_automated, submitted_at
     FROM evaluations WHERE ${conditions.join(' AND ')} ORDER BY evaluation_id`,
    values,
    types,
  );
  return result.getRowObjects().map((row) => {
    const plain = toPlainRow(row);
    return {
      id: String(plain['evaluation_id']),
      conversationId: String(plain['conversation_id'] ?? ''),
      formId: textOrNull(plain['form_id']),
      isAutomated: typeof plain['is_automated'] === 'boolean' ? plain['is_automated'] : null,
      submittedAt: textOrNull(plain['submitted_at']),
    };
  });
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
