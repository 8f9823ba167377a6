import { planWindows as plan } from '../model/windows.js';
import { callContext, withHeartbeat } from './activityCall.js';
import type { PlannedWindows, PlanWindowsInput } from './contracts.js';
import type { Dependencies } from './dependencies.js';

/** Cuts a span into windows of a bounded number of records, by the source's own count where it has one. */
export function createPlanWindows({ source: sourceOf }: Pick<Dependencies, 'source'>) {
  return async function planWindows(input: PlanWindowsInput): Promise<PlannedWindows> {
    return withHeartbeat(async ({ signal }) => {
      const source = sourceOf(input.connection, input.stream);
      const context = callContext(signal, input.priority);
      const counts = await source.countByDay(input.span, context);
      const limits = { maxMillis: input.maxWindowMillis, maxRecords: input.recordsPerWindow };
      return {
        windows: plan(input.span, limits, counts),
        requests: context.meter.requests,
      };
    });
  };
}
