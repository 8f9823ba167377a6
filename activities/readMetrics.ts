import { dayToAskAt } from '../model/businessDay.js';
import type { MetricsPoll } from '../model/metricReadings.js';
import type { Row } from '../model/tables.js';
import type { Vendor } from '../model/vendor.js';
import type { MetricReading, MetricsQuestion, MetricsSource } from '../sources/metricsSource.js';
import { withHeartbeat } from './activityCall.js';
import { readingsName } from './batchLayout.js';
import type { Dependencies } from './dependencies.js';
import { runContext } from './keptAnswers.js';
import type { MetricsSettings, ReadMetrics, ReadMetricsInput } from './metricsContracts.js';
import { putJson } from './stagedJson.js';

/**
 * Reads the scores of the business day until now: one request for everybody, and one for each segment. Ahead of all
 * other work of the client, because people look at the answer.
 */
export function createReadMetrics({ metrics, staging }: Pick<Dependencies, 'metrics' | 'staging'>) {
  return async function readMetrics(input: ReadMetricsInput): Promise<ReadMetrics> {
    return withHeartbeat(async ({ signal, report }) => {
      const { connection, settings } = input;
      const source = metrics(connection);
      const context = await runContext(signal, { connection, stream: 'metrics', priority: 1 }, staging);
      const { day, window } = dayToAskAt(Date.parse(input.at), settings.timeZone, settings.dayStart);
      const asked: MetricsPoll['asked'][number][] = [];
      const rows: Row<'agent_metrics'>[] = [];
      for (const { by, segment } of questionsOf(source, settings)) {
        const question = { by, segment, window, passScore: settings.passScore };
        const { readings, readAt } = await source.readMetrics(question, context);
        asked.push({ entity_type: by, segment_type: segment, polled_at: readAt });
        const common = { connection, businessDay: day, readAt, vendor: source.vendor };
        for (const reading of readings) rows.push(toRow(reading, question, settings, common));
        report({ readings: rows.length });
      }
      const poll: MetricsPoll = { window, asked, readings: rows };
      return {
        businessDay: day,
        window,
        readings: await putJson(staging, readingsName(input.runDirectory), poll, rows.length),
        requests: context.meter.requests,
      };
    });
  };
}

function questionsOf(
  { segments: offered }: Pick<MetricsSource, 'segments'>,
  { by, segments }: MetricsSettings,
): Pick<MetricsQuestion, 'by' | 'segment'>[] {
  const wanted = (['all', ...segments] as const).filter((segment) => offered.includes(segment));
  return by.flatMap((entity) =>
    wanted.filter((segment) => segment !== entity).map((segment) => ({ by: entity, segment })),
  );
}

function toRow(
  reading: MetricReading,
  { by, segment, window }: MetricsQuestion,
  { timeZone, countThreshold }: MetricsSettings,
  {
    connection,
    businessDay,
    readAt,
    vendor,
  }: { connection: string; businessDay: string; readAt: string; vendor: Vendor },
): Row<'agent_metrics'> {
  return {
    connection,
    source_system: vendor,
    business_day: businessDay,
    time_zone: timeZone,
    entity_type: by,
    entity_id: reading.entityId,
    entity_name: reading.entityName,
    segment_type: segment,
    segment_id: reading.segmentId,
    segment_name: reading.segmentName,
    team_id: reading.teamId,
    team_name: reading.teamName,
    window_start: window.start,
    window_end: window.end,
    evaluation_count: reading.count,
    average_score: reading.averageScore,
    pass_rate: reading.passRate,
    highest_score: reading.highestScore,
    lowest_score: reading.lowestScore,
    is_below_threshold: reading.count < countThreshold,
    polled_at: readAt,
  };
}
