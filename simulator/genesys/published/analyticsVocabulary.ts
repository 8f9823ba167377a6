import { analyticsMediaType } from '../../organisation/mediaTypes.js';
import type { EvaluationState } from '../../organisation/organisation.js';
import type { DimensionReader } from '../../common/filters.js';
import { formatInstant } from '../../common/instants.js';
import { isReleased } from './render.js';

const statuses: Record<EvaluationState['status'], string> = {
  PENDING: 'Pending',
  INPROGRESS: 'InProgress',
  FINISHED: 'Finished',
  INREVIEW: 'InReview',
  RETRACTED: 'Retracted',
};

/** The evaluation as a part of a conversation in the analytics: another casing, whole scores, flat ids. */
export function analyticsEvaluation(evaluation: EvaluationState, now: number) {
  const { scoring } = evaluation;
  return {
    ...dimensionsOf(evaluation, now),
    ...optional('oTotalCriticalScore', rounded(scoring?.totalCriticalScore)),
    ...optional('oTotalScore', rounded(scoring?.totalScore)),
  };
}

/** All but the scores, which take long to make and are no dimensions. */
function dimensionsOf(evaluation: EvaluationState, now: number) {
  return {
    assigneeApplicable: evaluation.assignee !== undefined,
    ...optional('assigneeId', evaluation.assignee?.id),
    ...optional('calibrationId', evaluation.calibrationId),
    contextId: evaluation.form.contextId,
    deleted: false,
    evaluationId: evaluation.id,
    evaluationStatus: statuses[evaluation.status],
    ...optional('evaluatorId', evaluation.evaluator?.id),
    eventTime: formatInstant(evaluation.submittedDate ?? evaluation.createdDate),
    formId: evaluation.form.id,
    formName: evaluation.form.name,
    ...optional('queueId', evaluation.queue?.id),
    released: isReleased(evaluation, now),
    rescored: evaluation.rescore,
    systemSubmitted: evaluation.systemSubmitted,
    userId: evaluation.agent.id,
  };
}

/** Reads the dimensions that aggregates group and filter by. */
export function aggregateDimensions(evaluation: EvaluationState, now: number): DimensionReader {
  let known: Record<string, unknown> | undefined;
  return (dimension) => {
    switch (dimension) {
      case 'conversationId':
        return evaluation.conversationId;
      case 'divisionId':
        return evaluation.divisionIds;
      case 'evaluationContextId':
        return evaluation.contextId;
      case 'mediaType':
        return evaluation.mediaType.map(analyticsMediaType);
      case 'teamId':
        return evaluation.team.id;
      case 'conversationStart':
        return formatInstant(evaluation.conversationDate);
      case 'evaluationCreatedDate':
        return formatInstant(evaluation.createdDate);
      case 'evaluationReleaseDate':
        return evaluation.releaseDate === undefined ? undefined : formatInstant(evaluation.releaseDate);
      default:
        return dimensionOf((known ??= dimensionsOf(evaluation, now)), dimension);
    }
  };
}

/** Reads a flat record as dimensions. */
export function dimensionOf(record: Record<string, unknown>, dimension: string): ReturnType<DimensionReader> {
  const value = record[dimension];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' ? value : String(value);
}

function optional<V>(name: string, value: V | undefined): Record<string, V> {
  return value === undefined ? {} : { [name]: value };
}

function rounded(score: number | undefined): number | undefined {
  return score === undefined ? undefined : Math.round(score);
}
