import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { ApplicationFailure, ApplicationFailureCategory, TemporalFailure } from '@temporalio/common';
import { errorKinds, TidemarkError } from '../model/errors.js';
import { noteFailedAttempt } from './lastAttempt.js';

/**
 * The one place where errors become Temporal failures. The taxonomy says which are retried; the type of the failure
 * is the kind, so that retry policies, searches and people read the same word.
 */
export class ErrorInterceptor implements ActivityInboundCallsInterceptor {
  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    try {
      return await next(input);
    } catch (error) {
      noteFailedAttempt(error);
      throw toFailure(error);
    }
  }
}

/** Casts an error by the taxonomy; what is not in it passes through and is retried as Temporal does by default. */
export function toFailure(error: unknown): unknown {
  if (error instanceof TemporalFailure || !(error instanceof TidemarkError)) return error;
  const { retryable, benign } = errorKinds[error.kind];
  return ApplicationFailure.create({
    type: error.kind,
    message: error.message,
    nonRetryable: !retryable,
    details: [{ kind: error.kind, status: error.status ?? null, correlationId: error.correlationId ?? null }],
    ...(error.retryAfterSeconds === undefined ? {} : { nextRetryDelay: error.retryAfterSeconds * 1_000 }),
    ...(benign ? { category: ApplicationFailureCategory.BENIGN } : {}),
  });
}
