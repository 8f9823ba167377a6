/** What commands and workers make of a configuration before anything goes over the network. */
import { businessDayAt } from '../../../model/businessDay.js';
import { lastDueIntervals } from '../../../model/intervalAudit.js';
import { toIso, toMillis } from '../../../model/interval.js';
import { decideStart } from '../../../model/mark.js';
import { planWindows, withOverlap } from '../../../model/windows.js';
import type { Configuration } from '../../../workers/configuration.js';
import { metricsOf, streamOf } from '../../../workers/connections.js';
import { openConfigured } from '../../../workers/openConfigured.js';
import { openSources } from '../../../workers/openSources.js';
import { configuredStreams, schedulePlans } from '../../../workers/schedulePlans.js';
import { intervalOf, streamSettings } from '../../../workers/streamSettings.js';

const now = Date.parse('2026-11-01T05:00:00Z');

/** Throws what any of it throws. */
export async function useConfiguration(configuration: Configuration): Promise<void> {
  const sources = openSources(configuration);
  for (const { connection, stream } of configuredStreams(configuration)) {
    for (const { spec, policies } of schedulePlans(configuration, { connection, stream })) {
      for (const { every, offset = 0 } of spec.intervals ?? []) mustBeTimes(Number(every), Number(offset));
      mustBeTimes(Number(policies.catchupWindow), 0);
    }
    if (stream === 'metrics') {
      const { timeZone, dayStart } = metricsOf(configuration, connection);
      businessDayAt(now, timeZone, dayStart);
      if (sources.metrics(connection).permissions.length === 0) throw new Error('metrics of no permission');
      continue;
    }
    const configured = streamOf(configuration, connection, stream);
    const settings = streamSettings(configured);
    const { start } = decideStart({
      ...{ explicitStart: null, lastResult: undefined, lastFailureDetails: undefined, audited: null },
      startFrom: settings.startFrom,
    });
    const span = { start, end: toIso(now - settings.safetyLag) };
    const early = {
      start,
      end: toIso(Math.min(toMillis(span.end), toMillis(start) + 100 * settings.maxWindow)),
    };
    planWindows(early, { maxMillis: settings.maxWindow, maxRecords: settings.recordsPerWindow }, null);
    withOverlap(span, settings.overlap, settings.startFrom);
    lastDueIntervals(
      {
        everyMillis: intervalOf(configured),
        safetyLagMillis: settings.safetyLag,
        startFrom: settings.startFrom,
      },
      24,
      now,
    );
    if (configured.reconcile !== undefined) toIso(now - configured.reconcile.horizon);
    const source = sources.source(connection, stream);
    source.describeCursor(source.firstCursor(span));
  }
  await (await openConfigured(configuration)).warehouse.close();
}

/** As schedules of Temporal take them: every second at most, and a moment within that. */
function mustBeTimes(every: number, offset: number): void {
  const fits = Number.isSafeInteger(every) && every >= 1_000 && offset >= 0 && offset < every;
  if (!fits || every > 3_650 * 86_400_000)
    throw new Error(`a schedule every ${every} ms, ${offset} ms into it`);
}
