import {
  defineQuery,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { QuarantinedWindow } from '../activities/quarantineContracts.js';
import type { Interval } from '../model/interval.js';
import { activityStubs, type ActivityStubs } from './activityStubs.js';
import { controllable } from './control.js';
import { decideQuarantineDetails } from './decideQuarantineDetails.js';
import type { StreamSettings } from './exportRun.js';
import { isOwnCancellation } from './ownCancellation.js';
import { loadWindowAsChild } from './windowChild.js';
import { searchAttributes } from './searchAttributes.js';
import { addTotals, changedRows, noTotals, type Totals } from './totals.js';
import { whyFailed } from './whyFailed.js';

export interface DecideQuarantineInput {
  connection: string;
  stream: string;
  quarantineIds: string[];
  /** `release` reads their windows again; `skip` lets the windows count as complete without them. */
  decision: 'skip' | 'release';
  /** Who decided. */
  by: string;
  settings: StreamSettings;
}

/**
 * `complete`: the window counts as loaded completely. `incomplete`: not yet, as other pages of it are open or its
 * attempt did not get to its end. `quarantined`: it was read again, and pages of it still cannot be used.
 */
export interface DecidedWindow extends Interval {
  outcome: 'complete' | 'incomplete' | 'quarantined' | 'failed';
  /** Why it failed, or what is in quarantine now. */
  message: string | null;
}

export interface DecideQuarantineResult {
  v: 1;
  connection: string;
  stream: string;
  decision: DecideQuarantineInput['decision'];
  /** Pages whose state changed. */
  decided: number;
  /** Ids that no page in quarantine has. */
  unknown: string[];
  windows: DecidedWindow[];
  /** Windows that are still to be read again. */
  left: number;
  requests: number;
  rows: Totals['rows'];
  notes: string[];
}

export const decideQuarantineProgressQuery = defineQuery<DecideQuarantineResult>('progress');

/** Does what a person decided about pages in quarantine. Doing it twice changes nothing. */
export async function decideQuarantine(input: DecideQuarantineInput): Promise<DecideQuarantineResult> {
  const { connection, stream, decision, settings } = input;
  const activities = activityStubs(settings.priority, settings.outageTolerance);
  const totals = noTotals();
  const result: DecideQuarantineResult = {
    ...{ v: 1, connection, stream, decision, decided: 0, unknown: [], windows: [], left: 0 },
    ...{ requests: 0, rows: totals.rows, notes: totals.notes },
  };
  let child: string | null = null;
  const show = () => setCurrentDetails(decideQuarantineDetails(result, control.state));
  const control = controllable(() => (child === null ? [] : [child]), show);
  setHandler(decideQuarantineProgressQuery, () => result, {
    description: 'Pages decided about, and what became of their windows',
  });
  const listed = await activities.warehouse.listQuarantine.executeWithOptions(
    { summary: `${input.quarantineIds.length} pages` },
    [{ connection, stream, quarantineIds: input.quarantineIds }],
  );
  result.unknown = listed.unknown;
  if (decision === 'skip') {
    await skip(activities, input, listed.windows, result);
  } else {
    for (const [index, window] of listed.windows.entries()) {
      result.left = listed.windows.length - index;
      show();
      await control.pausePoint();
      child = `${workflowInfo().workflowId}/window-${window.window.start}_${window.window.end}`;
      await release(activities, input, window, child, result, totals);
    }
    result.left = 0;
  }
  show();
  return result;
}

async function skip(
  { warehouse }: ActivityStubs,
  { connection, stream, by }: DecideQuarantineInput,
  windows: readonly QuarantinedWindow[],
  result: DecideQuarantineResult,
): Promise<void> {
  const quarantineIds = windows.flatMap(({ asked }) => asked);
  if (quarantineIds.length === 0) return;
  const settled = await warehouse.settleQuarantine.executeWithOptions(
    { summary: `${quarantineIds.length} pages skipped by ${by}` },
    [{ connection, stream, quarantineIds, state: 'skipped', by }],
  );
  result.decided = settled.changed;
  for (const { window } of windows) {
    const isComplete = settled.closed.some(({ start, end }) => start === window.start && end === window.end);
    result.windows.push({ ...window, outcome: isComplete ? 'complete' : 'incomplete', message: null });
  }
}

/** All open pages of the window are settled by one reading: what still cannot be used is in quarantine anew. */
async function release(
  { warehouse }: ActivityStubs,
  { connection, stream, by, settings }: DecideQuarantineInput,
  { window, asked, others }: QuarantinedWindow,
  workflowId: string,
  result: DecideQuarantineResult,
  totals: Totals,
): Promise<void> {
  let read: Totals;
  try {
    read = await loadWindowAsChild(workflowId, settings, {
      ...{ connection, stream, window },
      resume: null,
      directory: null,
    });
  } catch (error) {
    if (isOwnCancellation(error)) throw error;
    result.windows.push({ ...window, outcome: 'failed', message: whyFailed(error) });
    return;
  }
  const settled = await warehouse.settleQuarantine.executeWithOptions(
    { summary: `${asked.length + others.length} pages released by ${by}` },
    [{ connection, stream, quarantineIds: [...asked, ...others], state: 'released', by }],
  );
  result.decided += settled.changed;
  result.windows.push({
    ...window,
    outcome: read.quarantined > 0 ? 'quarantined' : 'complete',
    message:
      read.quarantined > 0 ? (read.notes.find((note) => note.includes('in quarantine')) ?? null) : null,
  });
  addTotals(totals, read);
  result.requests = totals.requests;
  upsertSearchAttributes([{ key: searchAttributes.rows, value: changedRows(totals.rows) }]);
}
