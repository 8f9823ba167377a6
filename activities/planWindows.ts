import { TidemarkError } from '../model/errors.js';
import type { Interval } from '../model/interval.js';
import { planWindows as plan } from '../model/windows.js';
import { withHeartbeat } from './activityCall.js';
import type { PlannedWindows, PlanWindowsInput } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { runContext } from './keptAnswers.js';

/** Cuts a span into windows of a bounded number of records, by the source's own count where it has one. */
export function createPlanWindows({ source: sourceOf, staging }: Pick<Dependencies, 'source' | 'staging'>) {
  return async function planWindows(input: PlanWindowsInput): Promise<PlannedWindows> {
    return withHeartbeat(async ({ signal }) => {
      const source = sourceOf(input.connection, input.stream);
      const context = await runContext(signal, input, staging);
      const counts = await source.countByDay(input.span, context);
      const limits = { maxMillis: input.maxWindowMillis, maxRecords: input.recordsPerWindow };
      return {
        windows: windowsOf(input, () => plan(input.span, limits, counts)),
        requests: context.meter.requests,
      };
    });
  };
}

function windowsOf({ connection, stream }: PlanWindowsInput, cut: () => Interval[]): Interval[] {
  try {
    return cut();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TidemarkError('InvalidConfig', `Stream "${stream}" of "${connection}": ${cause.message}.`, {
      remedy: 'Raise maxWindow or recordsPerWindow, or begin later (startFrom, --from).',
      cause,
    });
  }
}
