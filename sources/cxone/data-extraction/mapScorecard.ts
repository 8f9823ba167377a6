/** One workflow as canonical rows: an evaluation, a calibration's scorecard or a self-assessment. */
import { contentHash } from '../../../model/contentHash.js';
import { jsonText } from '../../../model/jsonText.js';
import { normalizedScore, scoreParity } from '../../../model/score.js';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import type { ItemContext } from '../../rows/answerRow.js';
import { monthOf } from '../../rows/evaluationMonth.js';
import { historyRow } from '../../rows/historyRow.js';
import { orNull, rawOf } from '../../rows/parse.js';
import { versionStamp } from '../../rows/versionStamp.js';
import type { MappingContext, SourceRecord } from '../../source.js';
import { stamps } from '../stamps.js';
import { normalRow, parseWorkflow, type Workflow } from './fields.js';
import { mapQuestions, type MappedQuestions } from './mapQuestions.js';
import { silentWorkflow, unnamedCalibration } from './notCarried.js';
import { formVersionOf, type FormVersion } from './placedQuestions.js';
import { conversationIdOf } from './records.js';
import { questionsIn, type WorkflowBody } from './workflowBody.js';
import { inCapitals, statusOf } from './vocabulary.js';

export function mapScorecard(record: SourceRecord, context: MappingContext): CanonicalRows {
  const body = record.body as WorkflowBody;
  const texts = normalRow(body.workflow);
  const questions = questionsIn(body).map(normalRow);
  const workflow = parseWorkflow(texts);
  const version = formVersionOf(texts, questions);
  const itemContext: ItemContext = {
    ...context,
    vendor: 'cxone',
    extractedAt: record.extractedAt,
    evaluationMonth: monthOf(workflow.interactionstartdate ?? workflow.startdate ?? workflow.submissiondate),
    evaluationId: workflow.workflowid,
    formId: orNull(version?.formId),
    formContextId: orNull(version?.contextId),
    conversationId: conversationIdOf(workflow),
    agentId: orNull(workflow.agentid),
  };
  const mapped = mapQuestions(questions, itemContext);
  const base = {
    ...stamps(itemContext),
    ...silentWorkflow,
    evaluation_id: workflow.workflowid,
    ...scorecard(workflow, version, mapped, itemContext),
    raw: rawOf(record),
    change_stamp: record.changeStamp,
  };
  return rowsOf(workflow, base, mapped);
}

/** Self-assessments and calibrations never count for an agent: they have tables of their own. */
function rowsOf(
  { type }: Workflow,
  base: Omit<Row<'evaluations'>, 'content_hash'>,
  { answers, groups }: MappedQuestions,
): CanonicalRows {
  switch (type) {
    case 'evaluation': {
      const row = { ...base, content_hash: contentHash(base, ...groups, ...answers) };
      return {
        evaluations: [row],
        evaluation_group_scores: groups,
        evaluation_answers: answers,
        evaluation_history: [historyRow(row, answers)],
      };
    }
    case 'self-assessment':
      return {
        self_assessments: [{ ...base, content_hash: contentHash(base, ...answers) }],
        self_assessment_answers: answers,
      };
    case 'calibration': {
      const calibration = { calibration_id: unnamedCalibration };
      const row = { ...base, ...calibration, is_scoring_index: null };
      return {
        calibration_evaluations: [{ ...row, content_hash: contentHash(row, ...answers) }],
        calibration_answers: answers.map((answer) => ({ ...answer, ...calibration })),
      };
    }
  }
}

function scorecard(
  workflow: Workflow,
  version: FormVersion | null,
  { scored }: MappedQuestions,
  { agentId, conversationId, formId, formContextId, evaluationMonth }: ItemContext,
) {
  const score = normalizedScore(scored);
  const total = orNull(workflow.scorepercentage);
  return {
    conversation_id: conversationId,
    status: statusOf(workflow.workflowstatus, workflow.workflowstate),
    score_calculation_status: 'final' as const,
    agent_id: agentId,
    agent_name: nameOf(workflow.firstnameagent, workflow.lastnameagent),
    agent_team_id: orNull(workflow.teamid),
    evaluator_name: nameOf(workflow.firstnameeva, workflow.lastnameeva),
    media_types: jsonText(
      workflow.interactiontype === undefined ? [] : [inCapitals(workflow.interactiontype)],
    ),
    form_id: formId,
    form_context_id: formContextId,
    form_name: orNull(version?.name),
    form_version: formStampOf(version?.version),
    // Texts and points come with the evaluation itself.
    score_version_locked: true,
    total_score: total,
    max_total_raw_score: orNull(workflow.maximumpossiblescore),
    recomputed_score: score,
    normalized_score: score,
    score_parity: scoreParity(total, score, workflow.failedcriticalquestion === true),
    any_failed_kill_questions: orNull(workflow.failedcriticalquestion),
    agent_comments: orNull(workflow.userreviewcomments),
    conversation_start: orNull(workflow.interactionstartdate),
    conversation_end: orNull(workflow.interactionenddate),
    created_at: orNull(workflow.startdate),
    submitted_at: orNull(workflow.submissiondate),
    changed_at: orNull(workflow.lastupdated),
    evaluation_month: evaluationMonth,
  };
}

function nameOf(first: string | undefined, last: string | undefined): string | null {
  return [first, last].filter((part) => part !== undefined).join(' ') || null;
}

/** A number as a stamp that sorts; what is none stays as it is. */
export const formStampOf = (version: string | undefined): string | null =>
  version !== undefined && /^\d+$/u.test(version) ? versionStamp(Number(version)) : orNull(version);
