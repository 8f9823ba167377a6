import { changedReadings, type MetricsPoll } from '../model/metricReadings.js';
import { withHeartbeat } from './activityCall.js';
import type { Dependencies } from './dependencies.js';
import type { RecordedMetrics, RecordMetricsInput } from './metricsContracts.js';
import { requireJson } from './stagedJson.js';

/** Writes the readings that differ from the last ones of the business day; doing it again changes nothing. */
export function createRecordMetrics({ staging, warehouse }: Pick<Dependencies, 'staging' | 'warehouse'>) {
  return async function recordMetrics(input: RecordMetricsInput): Promise<RecordedMetrics> {
    return withHeartbeat(async () => {
      const poll = await requireJson<MetricsPoll>(staging, input.readings.name);
      const kept = await warehouse.agentMetrics(input.connection, input.businessDay);
      const changed = changedReadings(kept, poll);
      if (changed.length > 0) await warehouse.record('agent_metrics', changed);
      return { readings: poll.readings.length, changed: changed.length };
    });
  };
}
