import { callContext, withHeartbeat } from './activityCall.js';
import type { AuditedVisibility, AuditVisibilityInput } from './auditContracts.js';
import type { Dependencies } from './dependencies.js';

/** Asks a source what it hides from the client; stages nothing. */
export function createAuditVisibility({ source: sourceOf }: Pick<Dependencies, 'source'>) {
  return async function auditVisibility(input: AuditVisibilityInput): Promise<AuditedVisibility> {
    return withHeartbeat(async ({ signal }) => {
      const context = callContext(signal, input.priority);
      const findings = await sourceOf(input.connection, input.stream).auditVisibility(input.window, context);
      return { findings, requests: context.meter.requests };
    });
  };
}
