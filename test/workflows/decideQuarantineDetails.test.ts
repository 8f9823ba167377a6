/** What the Temporal UI shows of decisions about quarantine. */
import { expect, it } from 'vitest';
import type { DecidedWindow, DecideQuarantineResult } from '../../workflows/decideQuarantine.js';
import { decideQuarantineDetails } from '../../workflows/decideQuarantineDetails.js';

const running = { paused: false, note: null, since: null };
const result: DecideQuarantineResult = {
  v: 1,
  connection: 'acme',
  stream: 'evaluations',
  decision: 'release',
  decided: 3,
  unknown: [],
  outcomes: { complete: 0, incomplete: 0, quarantined: 0, failed: 0 },
  windows: [],
  left: 0,
  requests: 7,
  rows: {},
  notes: [],
};
const windowOf = (hour: number, changed: Partial<DecidedWindow> = {}): DecidedWindow => {
  const start = Date.UTC(2026, 10, 1, hour);
  return {
    start: new Date(start).toISOString(),
    end: new Date(start + 3_600_000).toISOString(),
    outcome: 'complete',
    message: null,
    ...changed,
  };
};
const rowsOf = (windows: DecidedWindow[], complete = windows.length) =>
  decideQuarantineDetails({ ...result, outcomes: { ...result.outcomes, complete }, windows }, running)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);

it('a failure with a bar and several lines stays in its cell', () => {
  expect(rowsOf([windowOf(0, { outcome: 'failed', message: 'refused: a|b\nsecond line' })])).toEqual([
    '| 2026-11-01T00:00:00.000Z to 2026-11-01T01:00:00.000Z | failed: refused: a\\|b second line |',
  ]);
});

it('of many windows the latest are shown, and how many others there were', () => {
  const windows = Array.from({ length: 100 }, (_, hour) => windowOf(hour));
  const rows = rowsOf(windows, 700);
  expect(rows).toHaveLength(41);
  expect(rows[0]).toBe('| 660 others | |');
  expect(rows.at(-1)).toContain(windowOf(99).end);
});

it('windows are counted by what became of them', () => {
  const outcomes = { complete: 1_200, incomplete: 0, quarantined: 3, failed: 0 };
  expect(decideQuarantineDetails({ ...result, outcomes, left: 7 }, running)).toContain(
    '**Pages** 3, **windows** 1200 complete, 3 quarantined, 7 left, **requests** 7',
  );
});

it('pages that are not in quarantine are named', () => {
  expect(decideQuarantineDetails({ ...result, unknown: ['p-1', 'p-2'] }, running)).toContain(
    '- Not in quarantine: p-1, p-2',
  );
});
