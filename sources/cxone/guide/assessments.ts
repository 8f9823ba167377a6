import type { SourceRecord } from '../../source.js';
import type { Listed } from '../../lists/listing.js';
import { assessmentListingSchema, type Assessment } from './schemas.js';
import type { GuideList } from './windowLists.js';

export const assessmentList: GuideList<Assessment> = {
  path: '/api/v2/quality/assessments',
  schema: assessmentListingSchema,
  toRecord: assessmentRecord,
};

export const isScored = ({ qualityScore }: Assessment): boolean =>
  qualityScore !== null && qualityScore !== undefined;

function assessmentRecord({ entity, body }: Listed<Assessment>, extractedAt: string): SourceRecord {
  return {
    kind: 'evaluation',
    id: entity.id,
    locator: entity.interactionId ?? '',
    ...(entity.interactionId ? { conversationId: entity.interactionId } : {}),
    changeStamp: entity.updatedAt,
    formId: entity.rubricId ?? null,
    isAutomated: scoredBySystem(entity),
    extractedAt,
    body,
  };
}

/** Automated ones have no evaluator; neither need those have that nobody has begun. */
function scoredBySystem(assessment: Assessment): boolean | null {
  if (assessment.evaluatorId) return false;
  return isScored(assessment) ? true : null;
}
