import { contentHash } from '../../model/contentHash.js';
import type { CanonicalRows, Row } from '../../model/tables.js';
import type { Vendor } from '../../model/vendor.js';
import { answerRow, type ItemContext, type SaidAnswer } from './answerRow.js';
import { historyRow } from './historyRow.js';

type Base = Omit<Row<'evaluations'>, 'content_hash'>;

/** An evaluation of an agent with its answers, as one version of it. */
export function evaluationRows(vendor: Vendor, base: Base, said: readonly SaidAnswer[]): CanonicalRows {
  const context = contextOf(vendor, base);
  const answers = said.map((each) => answerRow(each, context));
  const row: Row<'evaluations'> = { ...base, content_hash: contentHash(base, ...answers) };
  return { evaluations: [row], evaluation_answers: answers, evaluation_history: [historyRow(row, answers)] };
}

const contextOf = (vendor: Vendor, base: Base): ItemContext => ({
  vendor,
  connection: base.connection,
  batchId: base.batch_id,
  extractedAt: base.extracted_at,
  evaluationMonth: base.evaluation_month,
  evaluationId: base.evaluation_id,
  formId: base.form_id,
  formContextId: base.form_context_id,
  conversationId: base.conversation_id,
  agentId: base.agent_id,
});
