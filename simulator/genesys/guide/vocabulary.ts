import type { EvaluationState, EvaluationStatus, Viewer } from '../../organisation/organisation.js';
import { visibility } from '../../organisation/organisation.js';

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

/** An instant as the contract writes it. */
export function formatInstant(instant: number): string {
  return new Date(instant).toISOString();
}

/** Whether somebody may see a record, which takes a grant in each of its divisions, and it lies in the one asked for. */
export function isShown(
  record: Pick<EvaluationState, 'divisionIds'>,
  viewer: Viewer,
  division?: string,
): boolean {
  return (
    visibility(record, viewer) === 'visible' &&
    (division === undefined || record.divisionIds.includes(division))
  );
}

/** Items that pass a test, lazily. */
export function* only<T>(items: Iterable<T>, test: (item: T) => boolean): Generator<T> {
  for (const item of items) if (test(item)) yield item;
}
