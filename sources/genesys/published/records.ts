/** What the adapter makes of an evaluation in an answer: a record, a reference to read by id, or a hidden row. */
import { toIso } from '../../../model/interval.js';
import type { RecordReference, SourceRecord } from '../../source.js';
import type { Evaluation } from './schemas.js';

/** The source's time of last change: changedDate, and for organisations without it the latest date there is. */
export function changeStampOf(evaluation: Evaluation): string {
  if (evaluation.changedDate) return canonical(evaluation.changedDate);
  const dates = [
    evaluation.submittedDate,
    evaluation.revisionCreatedDate,
    evaluation.assignedDate,
    evaluation.createdDate,
    evaluation.conversationDate,
  ];
  return dates.reduce<string>((latest, date) => {
    if (!date) return latest;
    const moment = canonical(date);
    return moment > latest ? moment : latest;
  }, toIso(0));
}

export const canonical = (date: string) => new Date(date).toISOString();

/** Scored evaluations must come with an answer for each question; lists may leave them out. */
export function hasAnswers(evaluation: Evaluation): boolean {
  if (evaluation.status === 'PENDING' || evaluation.status === 'INPROGRESS') return true;
  const groups = evaluation.answers?.questionGroupScores;
  return (
    groups !== null && groups !== undefined && groups.some((group) => (group.questionScores ?? []).length > 0)
  );
}

export function toRecord(
  evaluation: Evaluation,
  raw: unknown,
  isAutomated: boolean | null,
  extractedAt: string,
): SourceRecord {
  return {
    kind: 'evaluation',
    id: evaluation.id,
    locator: evaluation.conversation?.id ?? '',
    ...(evaluation.conversation?.id ? { conversationId: evaluation.conversation.id } : {}),
    changeStamp: changeStampOf(evaluation),
    formId: evaluation.evaluationForm?.id ?? null,
    isAutomated,
    ...totalScoreOf(evaluation),
    extractedAt,
    body: raw,
  };
}

export function toIncompleteReference(evaluation: Evaluation, isAutomated: boolean): RecordReference {
  return {
    kind: 'evaluation',
    id: evaluation.id,
    locator: evaluation.conversation?.id ?? '',
    changedAt: changeStampOf(evaluation),
    isAutomated,
    ...totalScoreOf(evaluation),
    reason: 'incomplete',
  };
}

function totalScoreOf({ answers }: Evaluation): { totalScore?: number } {
  return typeof answers?.totalScore === 'number' ? { totalScore: answers.totalScore } : {};
}

/** What an evaluation points at: the revision it replaced, the calibration it belongs to. */
export function referencesOf(evaluation: Evaluation): RecordReference[] {
  const locator = evaluation.conversation?.id ?? '';
  const references: RecordReference[] = [];
  if (evaluation.retractedEvaluation) {
    references.push({
      kind: 'evaluation',
      id: evaluation.retractedEvaluation.id,
      locator,
      // It is retracted when the revision is submitted, which may be long after that was begun.
      changedAt: changeStampOf(evaluation),
      isAutomated: null,
      reason: 'retracted',
    });
  }
  if (evaluation.calibration) {
    references.push({
      kind: 'calibration',
      id: evaluation.calibration.id,
      locator,
      changedAt: changeStampOf(evaluation),
      isAutomated: null,
      reason: 'calibration',
    });
  }
  return references;
}
