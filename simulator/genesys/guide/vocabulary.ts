import type { EvaluationState, EvaluationStatus, Viewer } from '../../organisation/organisation.js';
import type { Query } from '../../common/query.js';
import { isShown } from '../../common/shown.js';

/** Status of an evaluation in the words of the contract. */
export const statuses: Readonly<Record<EvaluationStatus, string>> = {
  PENDING: 'Pending',
  INPROGRESS: 'InProgress',
  FINISHED: 'Finished',
  INREVIEW: 'InReview',
  RETRACTED: 'Retracted',
};

/** Status of the same records as assessments. */
export const assessmentStatuses: Readonly<Record<EvaluationStatus, string>> = {
  PENDING: 'pending',
  INPROGRESS: 'inProgress',
  FINISHED: 'submitted',
  INREVIEW: 'inReview',
  RETRACTED: 'retracted',
};

/** The division that a request asks for; undefined for all of them. */
export function divisionOf(query: Query): string | undefined {
  const division = query.text('divisionId');
  return division === 'all' ? undefined : division;
}

/** Whether somebody may see a record, and it lies in the division asked for. */
export function isShownIn(
  record: Pick<EvaluationState, 'divisionIds'>,
  viewer: Viewer,
  division: string | undefined,
): boolean {
  return isShown(record, viewer) && (division === undefined || isInDivision(record, division));
}

/** Whether a record lies in a division, or in any where all are asked for. */
export function isInDivision({ divisionIds }: { divisionIds: readonly string[] }, division: string): boolean {
  return division === 'all' || divisionIds.includes(division);
}
