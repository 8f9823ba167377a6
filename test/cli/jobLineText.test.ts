/** What people read while a command waits for the extraction jobs of its tenant. */
import { describe, expect, it } from 'vitest';
import { jobLineText, withoutSeconds } from '../../cli/jobLineText.js';
import type { ExtractionLine } from '../../workflows/extractionLine.js';

const now = Date.parse('2026-11-01T10:00:10Z');
const waiting = { connection: 'acme', stream: 'evaluations', between: 31_000 };
const own = { connection: 'acme', stream: 'evaluations' };
const other = { connection: 'other', stream: 'evaluations' };
const job = 'qm-workflows-2026-10-01-2026-10-14';
const line = (more: Partial<ExtractionLine>): ExtractionLine => ({
  ...{ tenant: 't', underWay: null, waiting: [], lastSubmission: '2026-11-01T10:00:00.000Z' },
  ...more,
});
const made = { job, jobId: 'id', since: '2026-11-01T10:00:00.000Z' };
const toCome = { job, jobId: null, since: null };

describe('what is shown of the line', () => {
  it.each([
    ['nothing of the stream', line({ underWay: { ...other, ...made } }), null],
    ['an empty line', line({ lastSubmission: null }), null],
    [
      'a file that is made',
      line({ underWay: { ...own, ...made } }),
      `the vendor makes the file ${job}, 10 s so far`,
    ],
    [
      'the pause before the job',
      line({ underWay: { ...own, ...toCome } }),
      `the job ${job} is to be submitted in 21 s: the vendor asks for a pause between two`,
    ],
    [
      'the first job of all',
      line({ underWay: { ...own, ...toCome }, lastSubmission: null }),
      `the job ${job} is to be submitted in 0 s: the vendor asks for a pause between two`,
    ],
    [
      'another stream before it',
      line({ underWay: { ...other, ...made }, waiting: [{ ...own, priority: 2, jobs: [job] }] }),
      "its jobs stand in the tenant's line, 1 request before them, first that of other evaluations",
    ],
    [
      'its turn next',
      line({ waiting: [{ ...own, priority: 2, jobs: [job] }] }),
      "its jobs are next in the tenant's line",
    ],
    [
      'one under way and one waiting before it',
      line({
        underWay: { ...other, ...made },
        waiting: [
          { ...other, priority: 1, jobs: [job] },
          { ...own, priority: 2, jobs: [job] },
        ],
      }),
      "its jobs stand in the tenant's line, 2 requests before them, first that of other evaluations",
    ],
  ])('%s', (_, shown, text) => {
    expect(jobLineText(shown, waiting, now)).toBe(text);
  });

  it.each([line({ underWay: { ...own, ...made } }), line({ underWay: { ...own, ...toCome } })])(
    'is noted once, however long it takes (case %#)',
    (shown) => {
      const at = (seconds: number) => jobLineText(shown, waiting, now + seconds * 1_000) ?? '';
      expect(at(1)).not.toBe(at(7));
      expect(withoutSeconds(at(1))).toBe(withoutSeconds(at(7)));
      expect(withoutSeconds(at(1))).toContain(job);
      expect(withoutSeconds(at(1))).not.toMatch(/\d s\b/u);
    },
  );
});
