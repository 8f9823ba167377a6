import { Option, type Command } from 'commander';
import { TidemarkError } from '../../model/errors.js';
import type { Interval } from '../../model/interval.js';
import type { Configuration } from '../../workers/configuration.js';
import { streamOf } from '../../workers/connections.js';
import { scheduleIdOf } from '../../workers/schedulePlans.js';
import { findSchedule, type ScheduleOverview } from '../../workers/schedules.js';
import { intervalOf, streamSettings } from '../../workers/streamSettings.js';
import type { auditIntervals, AuditIntervalsResult } from '../../workflows/auditIntervals.js';
import { configOption, jsonOption, parseMoment, readConfiguration } from '../options.js';
import { renderTable, write, writeJson, writeNote } from '../output.js';
import { openSession, type Session } from '../session.js';
import { resultOf, startStreamWorkflow } from '../streamWorkflow.js';

interface AuditIntervalsOptions {
  from?: string;
  to?: string;
  repair?: boolean;
  config: string;
  json?: boolean;
}

export function addAuditIntervalsCommand(audit: Command): void {
  audit
    .command('intervals')
    .description('Look for intervals that the schedule should have loaded and did not')
    .argument('<connection>', 'connection of the configuration')
    .argument('<stream>', 'stream of the connection, e.g. evaluations')
    .addOption(
      new Option('--from <moment>', 'data from then on (UTC); without it from startFrom').argParser(
        parseMoment,
      ),
    )
    .addOption(
      new Option('--to <moment>', 'data before then (UTC); without it until now').argParser(parseMoment),
    )
    .option('--repair', 'load what was missed or failed')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (connection: string, stream: string, options: AuditIntervalsOptions) => {
      const configuration = await readConfiguration(options.config);
      const span = spanOf(streamOf(configuration, connection, stream).startFrom, options);
      const session = await openSession(configuration, { work: true });
      try {
        if (session.uiUrl !== null) writeNote(`Temporal UI: ${session.uiUrl}`);
        const schedule = await findSchedule(session.client, { connection, stream });
        const result = await auditStream(session, configuration, {
          connection,
          stream,
          span,
          repair: options.repair ?? false,
        });
        if (options.json) writeJson({ ...result, schedule: scheduleState(schedule) });
        else write(humanResult(result, schedule));
        const { missed, failed } = result.remaining ?? result.counts;
        if (missed + failed > 0) process.exitCode = 1;
      } finally {
        await session.close();
      }
    });
}

/** Null without --from and --to; the workflow then looks at everything. */
function spanOf(startFrom: string, { from, to }: AuditIntervalsOptions): Interval | null {
  if (from === undefined && to === undefined) return null;
  const span = { start: from ?? startFrom, end: to ?? new Date().toISOString() };
  if (span.start < span.end) return span;
  throw new TidemarkError('InvalidConfig', `${span.start} is not before ${span.end}.`, {
    remedy: `--from is included, --to is not; without them it is startFrom (${startFrom}) and now.`,
  });
}

async function auditStream(
  session: Session,
  configuration: Configuration,
  wanted: { connection: string; stream: string; span: Interval | null; repair: boolean },
): Promise<AuditIntervalsResult> {
  const { connection, stream, repair } = wanted;
  const configured = streamOf(configuration, connection, stream);
  const handle = await startStreamWorkflow<typeof auditIntervals>(session, configuration, {
    type: 'auditIntervals',
    connection,
    stream,
    workflowId: `audit-intervals/${connection}/${stream}/${new Date().toISOString()}`,
    summary: `${connection}: intervals of ${stream}${repair ? ', with repair' : ''}`,
    args: [{ ...wanted, everyMillis: intervalOf(configured), settings: streamSettings(configured, 3) }],
  });
  return resultOf(handle, 'What it loaded is kept; the same command looks again.');
}

interface ScheduleState {
  state: 'active' | 'paused' | 'missing';
  /** Why it is paused. */
  note: string | null;
}

function scheduleState(schedule: ScheduleOverview | null): ScheduleState {
  if (schedule === null) return { state: 'missing', note: null };
  if (!schedule.paused) return { state: 'active', note: null };
  return { state: 'paused', note: schedule.note === '' ? null : schedule.note };
}

/** More are in the result as JSON and in the Temporal UI. */
const shownGaps = 30;

function humanResult(result: AuditIntervalsResult, schedule: ScheduleOverview | null): string {
  const { counts, remaining, span, gaps, gapsLeftOut, repaired, alerted } = result;
  const hidden = gapsLeftOut + Math.max(0, gaps.length - shownGaps);
  const inVain = repaired.filter(({ failed }) => failed > 0);
  return [
    ...(gaps.length === 0
      ? []
      : [
          renderTable(
            ['from', 'to', 'state', 'intervals'],
            gaps
              .slice(0, shownGaps)
              .map(({ start, end, state, intervals }) => [start, end, state, intervals]),
          ),
          ...gaps.slice(0, shownGaps).map(({ start, cause }) => `${start}: ${cause}`),
        ]),
    ...(hidden > 0 ? [`${hidden} more gaps.`] : []),
    `${span.start} to ${span.end}: ${countText(counts)}.`,
    ...(repaired.length === 0
      ? []
      : [`${repaired.length - inVain.length} gaps loaded, ${inVain.length} in vain.`]),
    ...inVain.map(({ start, end, message }) => `${start} to ${end}: ${message ?? 'failed'}`),
    ...(remaining === null ? [] : [`After repairs: ${countText(remaining)}.`]),
    ...(alerted === false ? ['The alert could not be sent; see the log of the worker.'] : []),
    ...scheduleLine(result, schedule),
  ].join('\n');
}

function countText({ loaded, late, failed, missed, pending }: AuditIntervalsResult['counts']): string {
  return `${loaded} intervals loaded, ${late} late, ${failed} failed, ${missed} missed, ${pending} pending`;
}

function scheduleLine(
  { connection, stream }: AuditIntervalsResult,
  schedule: ScheduleOverview | null,
): string[] {
  const { state, note } = scheduleState(schedule);
  if (state === 'active') return [];
  const name = `Schedule ${scheduleIdOf({ connection, stream })}`;
  if (state === 'missing') {
    return [`${name} is missing on the cluster: "tidemark schedule sync" creates it.`];
  }
  return [
    `${name} is paused${note === null ? '' : ` (${note})`}: "tidemark schedule resume ${connection} ${stream}" goes on.`,
  ];
}
