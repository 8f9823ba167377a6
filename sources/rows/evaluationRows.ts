import { contentHash } from '../../model/contentHash.js';
import type { CanonicalRows, Row } from '../../model/tables.js';
import { historyRow } from './historyRow.js';

/** An evaluation of an agent with its answers, as one version of it. */
export function evaluationRows(
  base: Omit<Row<'evaluations'>, 'content_hash'>,
  answers: Row<'evaluation_answers'>[],
): CanonicalRows {
  const row: Row<'evaluations'> = { ...base, content_hash: contentHash(base, ...answers) };
  return { evaluations: [row], evaluation_answers: answers, evaluation_history: [historyRow(row, answers)] };
}
