/** What is made of a workflow with its questions: a record, or a reference to what was deleted. Pure. */
import type { RecordReference, SourceRecord } from '../../source.js';
import {
  changeStampOf,
  isDeleted,
  normalRow,
  parseQuestion,
  parseWorkflow,
  type Workflow,
} from './fields.js';
import type { JoinedWorkflow } from './joinedWorkflow.js';
import { formVersionOf } from './placedQuestions.js';
import { bodyOf } from './workflowBody.js';

/** The contact where it is known, else the recording. */
export const conversationIdOf = ({ acdid, segmentid }: Workflow): string | null => acdid ?? segmentid ?? null;

/**
 * Every row is checked: what is wrong with one is found while its page can still go to quarantine.
 * @throws TidemarkError SchemaMismatch naming the workflow, the column and what was there
 */
export function readRecord({
  workflow: row,
  questions: rows,
  extractedAt,
}: JoinedWorkflow): { record: SourceRecord } | { reference: RecordReference } {
  const texts = normalRow(row);
  const workflow = parseWorkflow(texts);
  const id = workflow.workflowid;
  if (isDeleted(workflow.workflowstatus)) {
    return {
      reference: {
        kind: 'evaluation',
        id,
        locator: '',
        changedAt: extractedAt,
        isAutomated: null,
        reason: 'deleted-event',
      },
    };
  }
  const questions = rows.map(normalRow);
  for (const question of questions) parseQuestion(question, `workflow ${id}`);
  const version = formVersionOf(texts, questions);
  return {
    record: {
      kind: 'evaluation',
      id,
      locator: conversationIdOf(workflow) ?? '',
      changeStamp: changeStampOf(workflow),
      formId: version?.formId ?? null,
      isAutomated: null,
      extractedAt,
      body: bodyOf(row, rows),
    },
  };
}
