/** What the Temporal UI shows of a reconciliation. */
import { expect, it } from 'vitest';
import { noSums } from '../../model/reconciliation.js';
import { reconciliationDetails } from '../../workflows/reconciliationDetails.js';
import type { ReconcileResult } from '../../workflows/reconcileStream.js';

const running = { paused: false, note: null, since: null };
const result: ReconcileResult = {
  v: 1,
  connection: 'acme',
  stream: 'feedback',
  reconciliationId: 'reconcile/acme/feedback/r-1',
  kind: 'feedback',
  span: { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' },
  repair: false,
  compared: 0,
  unread: 0,
  windows: [],
  sums: noSums(),
  coverage: null,
  divisions: [],
  counted: null,
  byConsole: null,
  hidden: 0,
  breakerTripped: false,
  faults: [],
  alerted: false,
  requests: 0,
  rows: {},
  notes: [],
};
const quotedOf = (changed: Partial<ReconcileResult>) =>
  reconciliationDetails({ ...result, ...changed }, 95, running)
    .split('\n')
    .filter((line) => line.startsWith('>'));

it('says in words why people should look', () => {
  expect(
    quotedOf({ faults: ['coverage', 'division', 'console', 'breaker', 'unread', 'differences'] }),
  ).toEqual([
    '> - The warehouse held less than 95 % of what the source shows or counts.',
    '> - Of one division or several the warehouse held less than 95 %.',
    '> - The warehouse held less than 95 % of what the console counts: see what the source hides ("tidemark audit visibility").',
    '> - Too many entries of feedback are not shown any more at once: nothing was called deleted.',
    '> - Not all windows could be read completely.',
    '> - What differs was only looked at and is as it was.',
  ]);
});

it('sets what is held beside what the console counts', () => {
  const byConsole = { source: 120, warehouse: 90, missing: 30 };
  expect(reconciliationDetails({ ...result, byConsole }, 95, running)).toContain(
    'not counted by the source, 90 held of 120 that the console counts, **requests** 0',
  );
});

it('says nothing of it when nobody needs to', () => {
  expect(quotedOf({ faults: [] })).toEqual([]);
});
