import { executeChild, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { AuditedIntervals } from '../activities/auditContracts.js';
import { stretches } from '../model/coverage.js';
import type { Interval } from '../model/interval.js';
import { activityStubs, type ActivityStubs } from './activityStubs.js';
import { auditIntervalsDetails } from './auditIntervalsDetails.js';
import { backfillStream } from './backfillStream.js';
import { controllable } from './control.js';
import type { StreamSettings } from './exportRun.js';
import { isOwnCancellation } from './ownCancellation.js';
import { raiseAlert } from './raiseAlert.js';
import { searchAttributes } from './searchAttributes.js';
import { whyFailed } from './whyFailed.js';

export interface AuditIntervalsWorkflowInput {
  connection: string;
  stream: string;
  /** Data looked at; null: from startFrom until now. */
  span: Interval | null;
  /** Loads the gaps as backfills, one after the other. */
  repair: boolean;
  /** How often the schedule runs. */
  everyMillis: number;
  settings: StreamSettings;
}

/** A span that was loaded, or was not: how many of its intervals failed, and why when all of it did. */
export interface RepairedSpan extends Interval {
  failed: number;
  message: string | null;
}

export interface AuditIntervalsResult extends AuditedIntervals {
  v: 1;
  connection: string;
  stream: string;
  span: Interval;
  /** Neighbouring gaps are repaired as one. */
  repaired: RepairedSpan[];
  /** What the same audit finds after repairs; null when nothing was repaired. */
  remaining: AuditedIntervals['counts'] | null;
  /** Whether people were told: of what is left after repairs, else of what was found. Null when there was no reason to. */
  alerted: boolean | null;
}

/** More would make the history of one run too long; the next audit finds what is left. */
const maxRepairs = 200;

/** So many gaps are told of in an alert. */
const alertedGaps = 20;

const day = 86_400_000;

/**
 * Looks for intervals that the schedule should have loaded, that the warehouse's audit does not show as loaded, and that
 * no run is loading. Tells people of them, and with `repair` has them loaded.
 */
export async function auditIntervals(input: AuditIntervalsWorkflowInput): Promise<AuditIntervalsResult> {
  const { connection, stream, settings } = input;
  const stubs = activityStubs(settings.priority, settings.outageTolerance);
  const now = new Date().toISOString();
  const span = input.span ?? { start: settings.startFrom, end: now };
  upsertSearchAttributes([{ key: searchAttributes.intervalStart, value: new Date(span.start) }]);
  const audit = async (summary: string) =>
    stubs.warehouse.auditIntervals.executeWithOptions({ summary }, [
      {
        ...{ connection, stream, span, now },
        everyMillis: input.everyMillis,
        safetyLagMillis: settings.safetyLag,
        startFrom: settings.startFrom,
      },
    ]);
  const found = await audit(`${span.start} to ${span.end}`);
  const result: AuditIntervalsResult = {
    ...{ v: 1 as const, connection, stream, span },
    ...found,
    repaired: [],
    remaining: null,
    alerted: null,
  };
  setCurrentDetails(auditIntervalsDetails(result, null));
  if (bad(found.counts) === 0) return result;

  result.alerted = await alert(stubs, result, input.repair);
  if (!input.repair) return result;
  await repairGaps(input, result);
  result.remaining = (await audit('what is left after repairs')).counts;
  setCurrentDetails(auditIntervalsDetails(result, null));
  if (bad(result.remaining) > 0) result.alerted = await alert(stubs, result, false);
  return result;
}

const bad = ({ failed, missed }: AuditedIntervals['counts']) => failed + missed;

async function repairGaps(input: AuditIntervalsWorkflowInput, result: AuditIntervalsResult): Promise<void> {
  let running: string | null = null;
  const show = () => setCurrentDetails(auditIntervalsDetails(result, control.state));
  const control = controllable(() => (running === null ? [] : [running]), show);
  for (const span of stretches(result.gaps).slice(0, maxRepairs)) {
    await control.pausePoint();
    running = `${workflowInfo().workflowId}/repair-${span.start}`;
    result.repaired.push({ ...span, ...(await repair(input, span, running)) });
    running = null;
    show();
  }
}

async function repair(
  { connection, stream, settings }: AuditIntervalsWorkflowInput,
  span: Interval,
  workflowId: string,
): Promise<Pick<RepairedSpan, 'failed' | 'message'>> {
  try {
    const { failed, failures } = await executeChild(backfillStream, {
      workflowId,
      staticSummary: `gap from ${span.start} to ${span.end}`,
      typedSearchAttributes: [
        { key: searchAttributes.connection, value: connection },
        { key: searchAttributes.stream, value: stream },
        { key: searchAttributes.intervalStart, value: new Date(span.start) },
      ],
      args: [
        {
          ...{ connection, stream, span },
          // A day is what a run loads in one piece, too.
          intervalMillis: Math.min(settings.maxWindow, day),
          reprocess: 'failed',
          reverse: false,
          maxActive: 1,
          dryRun: false,
          settings,
        },
      ],
    });
    return { failed, message: failures[0]?.message ?? null };
  } catch (error) {
    if (isOwnCancellation(error)) throw error;
    return { failed: 1, message: whyFailed(error) };
  }
}

async function alert(
  stubs: Pick<ActivityStubs, 'local'>,
  { connection, stream, counts, gaps, gapsLeftOut, remaining }: AuditIntervalsResult,
  isRepaired: boolean,
): Promise<boolean> {
  const { missed, failed } = remaining ?? counts;
  const what = `${missed} missed and ${failed} failed intervals of ${connection} ${stream}`;
  let summary = `There are ${what}.`;
  if (isRepaired) summary = `There are ${what}; they are being loaded.`;
  if (remaining !== null) summary = `There still are ${what} after repairs.`;
  return raiseAlert(stubs, {
    kind: 'intervals',
    severity: isRepaired ? 'warning' : 'error',
    connection,
    stream,
    summary,
    details: {
      ...{ missed, failed },
      // As they were found, before any repair.
      gaps: gaps
        .slice(0, alertedGaps)
        .map(({ start, end, state, intervals }) => ({ start, end, state, intervals })),
      gapsLeftOut: gapsLeftOut + Math.max(0, gaps.length - alertedGaps),
    },
  });
}
