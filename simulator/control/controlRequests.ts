/** What the control API takes. */
import { z } from 'zod';
import { contractNames } from '../options.js';
import { truthTables } from '../organisation/organisation.js';

const moment = z.iso.datetime({ offset: true });
const evaluationId = z.string();
const clientId = z.string().optional();

export const clockSchema = z.strictObject({
  set: moment.optional(),
  advanceSeconds: z.number().optional(),
  freeze: z.boolean().optional(),
});

export const eventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rescore'), evaluationId, keepDates: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('edit'), evaluationId }),
  z.strictObject({ kind: z.literal('reopen'), evaluationId }),
  z.strictObject({ kind: z.literal('release'), evaluationId }),
  z.strictObject({ kind: z.literal('revise'), evaluationId }),
  z.strictObject({ kind: z.literal('dispute'), evaluationId }),
  z.strictObject({ kind: z.literal('signOff'), evaluationId }),
  z.strictObject({ kind: z.enum(['recalculate', 'finishRecalculation']), evaluationId }),
  z.strictObject({ kind: z.literal('delete'), evaluationId, silent: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('deleteSelfAssessment'), selfAssessmentId: z.string() }),
  z.strictObject({ kind: z.literal('restore'), evaluationId }),
  z.strictObject({ kind: z.literal('publishFormVersion'), contextId: z.string() }),
  z.strictObject({ kind: z.literal('editFormVersion'), formId: z.string() }),
  z.strictObject({ kind: z.literal('renameUser'), userId: z.string(), name: z.string() }),
  z.strictObject({
    kind: z.literal('submitEvaluation'),
    agentId: z.string(),
    formContextId: z.string().optional(),
    score: z.enum(['high', 'low']).optional(),
  }),
  z.strictObject({ kind: z.literal('editFeedback'), feedbackId: z.string(), content: z.string() }),
  z.strictObject({ kind: z.literal('deleteFeedback'), feedbackId: z.string() }),
  z.strictObject({ kind: z.enum(['completeSurvey', 'deleteSurvey']), surveyId: z.string() }),
  z.strictObject({ kind: z.literal('forgetConversation'), conversationId: z.string() }),
  z.strictObject({ kind: z.literal('grantDivision'), divisionId: z.string(), clientId }),
  z.strictObject({ kind: z.literal('revokeDivision'), divisionId: z.string(), clientId }),
  z.strictObject({ kind: z.literal('revokeTokens'), clientId }),
  z.strictObject({ kind: z.literal('setPermissions'), permissions: z.array(z.string()), clientId }),
  z.strictObject({ kind: z.literal('restorePermissions'), clientId }),
]);

export const faultSchema = z.strictObject({
  fault: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('status'),
      status: z.union([
        z.literal(401),
        z.literal(429),
        z.literal(500),
        z.literal(502),
        z.literal(503),
        z.literal(504),
      ]),
      retryAfterSeconds: z.number().nullish(),
    }),
    z.strictObject({ kind: z.literal('reset'), handled: z.boolean().default(false) }),
    z.strictObject({ kind: z.literal('slow'), milliseconds: z.number().min(0) }),
    z.strictObject({ kind: z.literal('truncated') }),
    z.strictObject({ kind: z.literal('malformed') }),
    z.strictObject({ kind: z.literal('invalidItem'), field: z.string().optional() }),
    z.strictObject({ kind: z.literal('contentType') }),
    z.strictObject({ kind: z.literal('revoked') }),
    z.strictObject({ kind: z.literal('clockSkew'), milliseconds: z.number() }),
  ]),
  where: z.strictObject({ path: z.string().optional(), method: z.string().optional(), clientId }).default({}),
  when: z
    .strictObject({
      nth: z.int().min(1).optional(),
      from: z.int().min(1).optional(),
      every: z.int().min(1).optional(),
      probability: z.number().min(0).max(1).optional(),
      seed: z.int().optional(),
      times: z.int().min(1).optional(),
    })
    .default({}),
});

export const pickSchema = z.strictObject({
  kind: z.enum(['finished', 'released', 'neverReleased', 'automated', 'pending']),
  n: z.coerce.number().int().min(1).max(10_000).default(1),
  formId: z.string().optional(),
  clientId,
});

export const truthSchema = z.strictObject({
  table: z.enum(truthTables),
  contract: z.enum(contractNames).default('published'),
  from: moment.optional(),
  to: moment.optional(),
  clientId,
});
