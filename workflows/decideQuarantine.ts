import {
  continueAsNew,
  defineQuery,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { QuarantinedWindow } from '../activities/quarantineContracts.js';
import type { Interval } from '../model/interval.js';
import { keepNotable } from '../model/keepNotable.js';
import { activityStubs, type ActivityStubs } from './activityStubs.js';
import { controllable } from './control.js';
import { decideQuarantineDetails } from './decideQuarantineDetails.js';
import { eachByItself } from './eachByItself.js';
import type { StreamSettings } from './exportRun.js';
import { searchAttributes } from './searchAttributes.js';
import { addLoaded, changedRows, type Totals } from './totals.js';
import { whyFailed } from './whyFailed.js';
import { loadWindowAsChild } from './windowChild.js';

export interface DecideQuarantineInput {
  connection: string;
  stream: string;
  /** null: all that are open. */
  quarantineIds: string[] | null;
  /** `release` reads their windows again; `skip` lets the windows count as complete without them. */
  decision: 'skip' | 'release';
  /** Who decided. */
  by: string;
  settings: StreamSettings;
  /** State carried over continue-as-new: what became of the windows up to this one. */
  carried?: { result: DecideQuarantineResult; after: Interval };
}

/**
 * `complete`: the window counts as loaded completely. `incomplete`: not yet, as other pages of it are open or its
 * attempt did not get to its end. `quarantined`: it was read again, and pages of it still cannot be used.
 */
export type DecidedOutcome = 'complete' | 'incomplete' | 'quarantined' | 'failed';

export interface DecidedWindow extends Interval {
  outcome: DecidedOutcome;
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
  /** How many windows had each outcome. */
  outcomes: Record<DecidedOutcome, number>;
  /** In their order; of many those that are not complete. */
  windows: DecidedWindow[];
  /** Windows that were not got to: still to come, or given up after two failures in a row. */
  left: number;
  requests: number;
  rows: Totals['rows'];
  notes: string[];
}

export const decideQuarantineProgressQuery = defineQuery<DecideQuarantineResult>('progress');

/**
 * Does what a person decided about pages in quarantine. Doing it twice changes nothing. Two windows in a row that cannot
 * be read again are an outage, and end a release.
 */
export async function decideQuarantine(input: DecideQuarantineInput): Promise<DecideQuarantineResult> {
  const { connection, stream, decision, quarantineIds, settings } = input;
  const activities = activityStubs(settings.priority, settings.outageTolerance);
  const result = input.carried?.result ?? nothingYet(input);
  let after = input.carried?.after ?? null;
  let child: string | null = null;
  const show = () => setCurrentDetails(decideQuarantineDetails(result, control.state));
  const control = controllable(() => (child === null ? [] : [child]), show);
  setHandler(decideQuarantineProgressQuery, () => result, {
    description: 'Pages decided about, and what became of their windows',
  });
  const listed = await activities.warehouse.listQuarantine.executeWithOptions(
    { summary: quarantineIds === null ? 'all open pages' : `${quarantineIds.length} pages` },
    [{ connection, stream, quarantineIds, after }],
  );
  if (input.carried === undefined) result.unknown = listed.unknown;
  result.left = listed.windows.length + listed.further;
  show();
  const decided = (window: Interval, outcome: DecidedOutcome, message: string | null = null) => {
    after = window;
    result.left -= 1;
    result.outcomes[outcome] += 1;
    keepNotable(result.windows, { ...window, outcome, message }, (each) => each.outcome !== 'complete');
    show();
  };
  let isOutage = false;
  if (decision === 'skip') {
    await skip(activities, input, listed.windows, result, decided);
  } else {
    const ended = await eachByItself(
      listed.windows,
      async (quarantined) => {
        await control.pausePoint();
        const { start, end } = quarantined.window;
        child = `${workflowInfo().workflowId}/window-${start}_${end}`;
        await release(activities, input, quarantined, child, result, decided);
      },
      ({ window }, error) => decided(window, 'failed', whyFailed(error)),
      () => workflowInfo().continueAsNewSuggested,
    );
    isOutage = ended.isOutage;
  }
  if (result.left > 0 && !isOutage && after !== null) {
    // The run that follows knows nothing of a pause.
    await control.pausePoint();
    await continueAsNew<typeof decideQuarantine>({ ...input, carried: { result, after } });
  }
  return result;
}

function nothingYet({ connection, stream, decision }: DecideQuarantineInput): DecideQuarantineResult {
  return {
    ...{ v: 1, connection, stream, decision, decided: 0, unknown: [] },
    outcomes: { complete: 0, incomplete: 0, quarantined: 0, failed: 0 },
    ...{ windows: [], left: 0, requests: 0, rows: {}, notes: [] },
  };
}

type Decided = (window: Interval, outcome: DecidedOutcome, message?: string | null) => void;

async function skip(
  { warehouse }: ActivityStubs,
  { connection, stream, by }: DecideQuarantineInput,
  windows: readonly QuarantinedWindow[],
  result: DecideQuarantineResult,
  decided: Decided,
): Promise<void> {
  const quarantineIds = windows.flatMap(({ asked }) => asked);
  if (quarantineIds.length === 0) return;
  const settled = await warehouse.settleQuarantine.executeWithOptions(
    { summary: `${quarantineIds.length} pages skipped by ${by}` },
    [{ connection, stream, quarantineIds, state: 'skipped', by }],
  );
  result.decided += settled.changed;
  for (const { window } of windows) {
    const isComplete = settled.closed.some(({ start, end }) => start === window.start && end === window.end);
    decided(window, isComplete ? 'complete' : 'incomplete');
  }
}

/** All open pages of the window are settled by one reading: what still cannot be used is in quarantine anew. */
async function release(
  { warehouse }: ActivityStubs,
  { connection, stream, by, settings }: DecideQuarantineInput,
  { window, asked, others }: QuarantinedWindow,
  workflowId: string,
  result: DecideQuarantineResult,
  decided: Decided,
): Promise<void> {
  const read = await loadWindowAsChild(workflowId, settings, {
    ...{ connection, stream, window },
    resume: null,
    directory: null,
  });
  addLoaded(result, read);
  upsertSearchAttributes([{ key: searchAttributes.rows, value: changedRows(result.rows) }]);
  const settled = await warehouse.settleQuarantine.executeWithOptions(
    { summary: `${asked.length + others.length} pages released by ${by}` },
    [{ connection, stream, quarantineIds: [...asked, ...others], state: 'released', by }],
  );
  result.decided += settled.changed;
  if (read.quarantined === 0) decided(window, 'complete');
  else decided(window, 'quarantined', read.notes.find((note) => note.includes('in quarantine')) ?? null);
}
