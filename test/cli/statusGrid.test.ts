import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { AuditedState } from '../../model/intervalAudit.js';
import { humanDuration, renderStatusGrid } from '../../cli/statusGrid.js';
import type { StreamStatus } from '../../cli/streamStatus.js';

const time = '2026-11-01T05:00:00.000Z';

function stream(states: AuditedState[], rest: Partial<StreamStatus> = {}): StreamStatus {
  return {
    connection: 'acme',
    stream: 'evaluations',
    loadedThrough: '2026-11-01T04:45:00.000Z',
    windows: 7,
    batches: 9,
    pages: 31,
    requests: 40,
    redacted: 0,
    lastLoadAt: '2026-11-01T05:01:59.999Z',
    intervals: states.map((state) => ({ nominalAt: time, start: time, end: time, state })),
    lagSeconds: 4_500,
    lastFailure: null,
    lastReconciliation: null,
    openQuarantine: 0,
    ...rest,
  };
}
const fresh: Partial<StreamStatus> = { loadedThrough: null, lastLoadAt: null, lagSeconds: null };
const plain = (streams: StreamStatus[], intervals = 5) =>
  renderStatusGrid(streams, { intervals, colours: false });
const everyState: AuditedState[] = ['loaded', 'late', 'failed', 'missed', 'pending'];

describe('the grid of streams', () => {
  it('has a letter for each interval where there are no colours, and says what it means', () => {
    const text = plain([stream(everyState)]);
    expect(text).toContain('│ LlFM.            │');
    expect(text).toContain('L loaded  l loaded late  F failed  M missed  . pending');
    expect(text).toBe(stripVTControlCharacters(text));
  });

  it('has shapes in colours of their own otherwise, of the same width', () => {
    const text = renderStatusGrid([stream(everyState)], { intervals: 5, colours: true });
    expect(new Set(text.match(/\[(3[0-7]|90)m/g)).size).toBe(5);
    const bare = stripVTControlCharacters(text);
    expect(bare).toContain('│ ■▪✗□·            │');
    const table = bare.split('\n').filter((line) => /^[┌│├└]/.test(line));
    expect(new Set(table.map((line) => line.length)).size).toBe(1);
  });

  it('puts the newest intervals of all streams below each other', () => {
    const text = plain([
      stream(['loaded', 'loaded']),
      stream(everyState, { connection: 'other' }),
      stream([], fresh),
    ]);
    expect(text).toContain('│    LL            │');
    expect(text).toContain('│ LlFM.            │');
    expect(text).toMatch(/│ acme evaluations +│ +│ never +│ +│ +│ never +│ +0 │/);
  });

  it('says how far it is, how long ago, and what was read', () => {
    expect(plain([stream(['loaded'])])).toMatch(
      /│ 2026-11-01 04:45 │ 1h 15m │ 2026-11-01 05:01 │ never +│ +0 │ +31 │ +40 │/,
    );
  });

  it.each([
    [{ at: time, coverage: 99.999 }, '2026-11-01 05:00 99.99%'],
    [{ at: time, coverage: 100 }, '2026-11-01 05:00 100%'],
    [{ at: time, coverage: null }, '2026-11-01 05:00 nothing to compare'],
  ])('shows the reconciliation %j', (lastReconciliation, text) => {
    expect(plain([stream([], { lastReconciliation })])).toContain(`│ ${text} │`);
  });

  it('ends with the failures that nothing settled', () => {
    const failure = { at: time, start: '2026-11-01T03:45:00.000Z', end: time };
    const text = plain([
      stream([], { lastFailure: { ...failure, state: 'failed', message: 'HTTP 503:\n  try later' } }),
      stream([], { connection: 'other', lastFailure: { ...failure, state: 'quarantined', message: null } }),
    ]);
    expect(text.split('\n').slice(-2)).toEqual([
      'acme evaluations failed 2026-11-01 05:00, 2026-11-01 03:45 to 2026-11-01 05:00: HTTP 503: try later',
      'other evaluations quarantined 2026-11-01 05:00, 2026-11-01 03:45 to 2026-11-01 05:00',
    ]);
  });
});

it.each([
  [-5, '0s'],
  [0, '0s'],
  [59, '59s'],
  [60, '1m'],
  [3_599, '59m 59s'],
  [3_600, '1h'],
  [90_061, '1d 1h'],
  [86_460, '1d'],
  [40 * 86_400 + 3_600, '40d 1h'],
])('%d seconds are %s', (seconds, text) => {
  expect(humanDuration(seconds)).toBe(text);
});
