import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toMillis } from '../../model/interval.js';
import { decideStart, parseFailedRun, parseMark, parseResumePoint } from '../../model/mark.js';

const startFrom = '2026-01-01T00:00:00.000Z';
const day = (number: number) => `2026-03-${String(number).padStart(2, '0')}T00:00:00.000Z`;

const success = (highWaterMark: string) => ({ v: 1, highWaterMark, windows: 3 });
const resumePoint = (from: string, to: string) => ({
  window: { start: from, end: to },
  directory: 'emea/evaluations/w1',
  batch: 4,
  cursor: { pass: 'submitted', after: 17, seen: 'a b', page: 1 },
});
const failure = (highWaterMark: string | null, resume: unknown = null) => ({ v: 1, highWaterMark, resume });

function decide(known: {
  explicitStart?: string;
  lastResult?: unknown;
  lastFailureDetails?: unknown;
  audited?: string;
  startFrom?: string;
}) {
  return decideStart({
    explicitStart: known.explicitStart ?? null,
    lastResult: known.lastResult,
    lastFailureDetails: known.lastFailureDetails,
    audited: known.audited ?? null,
    startFrom: known.startFrom ?? startFrom,
  });
}

describe('where a run begins', () => {
  test.each([
    ['nothing remembered', {}, startFrom, 'startFrom of the configuration'],
    ['a success', { lastResult: success(day(5)) }, day(5), 'mark of the last run'],
    ['a failure', { lastFailureDetails: failure(day(6)) }, day(6), 'mark of the failed run before'],
    [
      'a success and a newer failure',
      { lastResult: success(day(5)), lastFailureDetails: failure(day(6)) },
      day(6),
      'mark of the failed run before',
    ],
    [
      'a success and a stale failure',
      { lastResult: success(day(7)), lastFailureDetails: failure(day(6)) },
      day(7),
      'mark of the last run',
    ],
    [
      'a success and a failure that knew no mark',
      { lastResult: success(day(7)), lastFailureDetails: failure(null) },
      day(7),
      'mark of the last run',
    ],
    [
      'a failure that knew no mark',
      { lastFailureDetails: failure(null) },
      startFrom,
      'startFrom of the configuration',
    ],
    [
      'a mark with another offset',
      { lastResult: success('2026-03-05T02:00:00+02:00') },
      day(5),
      'mark of the last run',
    ],
  ])('%s', (_, known, start, reason) => {
    expect(decide(known)).toEqual({ start, reason, resume: null, warning: null });
  });

  test('an explicit start wins over everything, even before startFrom', () => {
    const decision = decide({
      explicitStart: '2025-06-01T02:00:00+02:00',
      lastResult: success(day(5)),
      lastFailureDetails: failure(day(6), resumePoint(day(6), day(7))),
    });
    expect(decision).toMatchObject({ start: '2025-06-01T00:00:00.000Z', resume: null, warning: null });
  });

  test('a startFrom that was moved past the mark is obeyed, and said', () => {
    const decision = decide({ lastResult: success(day(5)), startFrom: day(9) });
    expect(decision).toMatchObject({ start: day(9), reason: 'startFrom of the configuration' });
    expect(decision.warning).toContain(day(5));
  });

  test.each([
    ['no object', 'loaded'],
    ['null', null],
    ['another version', { v: 2, highWaterMark: day(5) }],
    ['no mark', { v: 1 }],
    ['a mark that is no time', { v: 1, highWaterMark: 'yesterday' }],
    ['a mark that is no text', { v: 1, highWaterMark: 1_772_000_000_000 }],
    ['a list', [{ v: 1, highWaterMark: day(5) }]],
  ])('remembered state of an unknown shape is not trusted and named: %s', (_, shape) => {
    const afterSuccess = decide({ lastResult: shape });
    expect(afterSuccess.start).toBe(startFrom);
    expect(afterSuccess.warning).toContain('result of the last run');
    const afterFailure = decide({ lastResult: success(day(4)), lastFailureDetails: shape });
    expect(afterFailure.start).toBe(day(4));
    expect(afterFailure.warning).toContain('failure of the last run');
  });
});

describe('where a run goes on inside a window', () => {
  test('at the batch that failed, of a window that holds the mark', () => {
    const resume = resumePoint(day(6), day(8));
    const decision = decide({
      lastResult: success(day(5)),
      lastFailureDetails: failure(day(6), resume),
    });
    expect(decision.resume).toEqual(resume);
  });

  test('a window that began before the mark for the overlap counts as holding it', () => {
    const resume = resumePoint('2026-03-05T23:30:00.000Z', day(8));
    expect(decide({ lastFailureDetails: failure(day(6), resume) }).resume).toEqual(resume);
  });

  test('the first run of all, which left no mark', () => {
    const resume = resumePoint(startFrom, day(1));
    expect(decide({ lastFailureDetails: failure(null, resume) })).toEqual({
      start: startFrom,
      resume,
      reason: 'first run failed before',
      warning: null,
    });
  });

  test.each([
    ['begins after the mark, which would leave a gap', day(6), resumePoint(day(7), day(8))],
    ['ends at the mark, which is loaded already', day(6), resumePoint(day(5), day(6))],
    ['ends before it begins', day(6), resumePoint(day(6), day(5))],
    ['begins before startFrom', startFrom, resumePoint('2025-12-01T00:00:00.000Z', day(1))],
    ['begins after startFrom where nothing is loaded', null, resumePoint(day(7), day(8))],
  ])('not in a window that %s', (_, mark, resume) => {
    const decision = decide({ lastFailureDetails: failure(mark, resume) });
    expect(decision).toMatchObject({ start: mark ?? startFrom, resume: null });
  });

  test('not in a window that was loaded since, by a run that was cancelled after it', () => {
    const lastFailureDetails = failure(day(6), resumePoint(day(6), day(8)));
    expect(decide({ lastFailureDetails, audited: day(8) })).toMatchObject({ start: day(6), resume: null });
    expect(decide({ lastFailureDetails, audited: day(7) }).resume).not.toBeNull();
  });

  test('not after a success that is newer than the failure', () => {
    const known = {
      lastResult: success(day(7)),
      lastFailureDetails: failure(day(6), resumePoint(day(6), day(9))),
    };
    expect(decide(known)).toMatchObject({ start: day(7), resume: null });
  });

  test.each([
    ['no directory', { directory: '' }],
    ['batch 0', { batch: 0 }],
    ['half a batch', { batch: 1.5 }],
    ['a batch as text', { batch: '2' }],
    ['a cursor that is a list', { cursor: ['a'] }],
    ['a cursor with an object in it', { cursor: { after: {} } }],
    ['no cursor at all', { cursor: undefined }],
    ['a window without end', { window: { start: day(6) } }],
    ['no window', { window: null }],
  ])('a resume point with %s is worth nothing', (_, broken) => {
    const resume = { ...resumePoint(day(6), day(8)), ...broken };
    expect(parseResumePoint(resume)).toBeNull();
    expect(parseFailedRun(failure(day(6), resume))).toEqual({ v: 1, highWaterMark: day(6), resume: null });
  });

  test('a batch at the begin of the window has no cursor', () => {
    const resume = { ...resumePoint(day(6), day(8)), cursor: null };
    expect(parseResumePoint(resume)).toEqual(resume);
  });
});

const moment = fc
  .date({ min: new Date('2025-06-01'), max: new Date('2026-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const known = fc.oneof(moment, fc.jsonValue());
/** Half-right state is likelier to slip through a check than noise. */
const remembered = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      v: fc.oneof(fc.constant(1), fc.jsonValue()),
      highWaterMark: known,
      resume: fc.oneof(
        fc.jsonValue(),
        fc.record({
          window: fc.record({ start: known, end: known }),
          directory: fc.oneof(fc.constant('w'), fc.jsonValue()),
          batch: fc.oneof(fc.constant(1), fc.jsonValue()),
          cursor: fc.jsonValue(),
        }),
      ),
    },
    { requiredKeys: [] },
  ),
);
const isInstant = (text: string) => new Date(text).toISOString() === text;

describe('whatever is remembered', () => {
  test('a run begins at a moment not before startFrom, without a gap after the newest mark', () => {
    fc.assert(
      fc.property(remembered, remembered, moment, (lastResult, lastFailureDetails, from) => {
        const decision = decide({ lastResult, lastFailureDetails, startFrom: from });
        const marks = [parseMark(lastResult), parseFailedRun(lastFailureDetails)?.highWaterMark ?? null];
        const newest = Math.max(...marks.map((mark) => (mark === null ? -Infinity : toMillis(mark))));
        expect(isInstant(decision.start)).toBe(true);
        expect(toMillis(decision.start)).toBe(Math.max(newest, toMillis(from)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a resumed window holds the start, so that the mark neither skips nor moves back', () => {
    let resumed = 0;
    const window = fc.record({ start: moment, end: moment });
    const failed = fc.record({
      v: fc.constant(1),
      highWaterMark: fc.option(moment),
      resume: fc.record({ window, directory: fc.constant('w'), batch: fc.nat(3), cursor: fc.constant(null) }),
    });
    fc.assert(
      fc.property(failed, moment, (lastFailureDetails, from) => {
        const { start, resume } = decide({ lastFailureDetails, startFrom: from });
        if (resume === null) return;
        resumed += 1;
        expect(toMillis(resume.window.start)).toBeGreaterThanOrEqual(toMillis(from));
        expect(toMillis(resume.window.start)).toBeLessThanOrEqual(toMillis(start));
        expect(toMillis(resume.window.end)).toBeGreaterThan(toMillis(start));
      }),
      { numRuns: 2_000 },
    );
    expect(resumed).toBeGreaterThan(0);
  });

  test('what was decided from a mark is decided again from it', () => {
    fc.assert(
      fc.property(moment, moment, (mark, from) => {
        const first = decide({ lastResult: success(mark), startFrom: from });
        const again = decide({ lastResult: success(first.start), startFrom: from });
        expect(again.start).toBe(first.start);
        expect(again.warning).toBeNull();
      }),
    );
  });
});
