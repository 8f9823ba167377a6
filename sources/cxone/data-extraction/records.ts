/** What is made of a workflow with its questions: a record, or a reference to what is to be looked at. Pure. */
import type { RecordReference, SourceRecord } from '../../source.js';
import {
  changeStampOf,
  isDeleted,
  normalRow,
  parseQuestion,
  parseWorkflow,
  type Workflow,
} from './fields.js';
import { lacksQuestions, type JoinedWorkflow } from './joinedWorkflow.js';
import { formVersionOf } from './placedQuestions.js';
import { bodyOf } from './workflowBody.js';

/** The contact where it is known, else the recording. */
export const conversationIdOf = ({ acdid, segmentid }: Workflow): string | null => acdid ?? segmentid ?? null;

/**
 * Every row is checked: what is wrong with one is found while its page can still go to quarantine. A workflow that
 * should have questions and has none is only referred to: what is held of it stays, with its answers, unless it has
 * changed.
 * @param page number of the page that it is on
 * @throws TidemarkError SchemaMismatch naming the workflow, the column and what was there
 */
export function readRecord(
  joined: JoinedWorkflow,
  page: number,
): { record: SourceRecord } | { reference: RecordReference } {
  const workflow = parseWorkflow(normalRow(joined.workflow));
  const reference = { kind: 'evaluation', id: workflow.workflowid, isAutomated: null } as const;
  if (isDeleted(workflow.workflowstatus)) {
    const { extractedAt } = joined;
    return { reference: { ...reference, locator: '', changedAt: extractedAt, reason: 'deleted-event' } };
  }
  if (!lacksQuestions(joined)) return { record: recordOf(joined) };
  const { scorepercentage: totalScore } = workflow;
  return {
    reference: {
      ...reference,
      locator: String(page),
      changedAt: changeStampOf(workflow),
      ...(totalScore === undefined ? {} : { totalScore }),
      reason: 'incomplete',
    },
  };
}

/** @throws TidemarkError SchemaMismatch naming the workflow, the column and what was there */
export function recordOf({ workflow: row, questions: rows, extractedAt }: JoinedWorkflow): SourceRecord {
  const texts = normalRow(row);
  const workflow = parseWorkflow(texts);
  const questions = rows.map(normalRow);
  for (const question of questions) parseQuestion(question, `workflow ${workflow.workflowid}`);
  return {
    kind: 'evaluation',
    id: workflow.workflowid,
    locator: conversationIdOf(workflow) ?? '',
    changeStamp: changeStampOf(workflow),
    formId: formVersionOf(texts, questions)?.formId ?? null,
    isAutomated: null,
    extractedAt,
    body: bodyOf(row, rows),
  };
}
