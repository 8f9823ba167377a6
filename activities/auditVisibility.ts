import { withHeartbeat } from './activityCall.js';
import type { AuditedVisibility, AuditVisibilityInput } from './auditContracts.js';
import type { Dependencies } from './dependencies.js';
import { runContext } from './keptAnswers.js';

/** Asks a source what it hides from the client, by some twenty questions. */
export function createAuditVisibility({
  source: sourceOf,
  staging,
}: Pick<Dependencies, 'source' | 'staging'>) {
  return async function auditVisibility(input: AuditVisibilityInput): Promise<AuditedVisibility> {
    return withHeartbeat(async ({ signal }) => {
      const context = await runContext(signal, input, staging);
      const findings = await sourceOf(input.connection, input.stream).auditVisibility(input.window, context);
      return { findings, requests: context.meter.requests };
    });
  };
}
