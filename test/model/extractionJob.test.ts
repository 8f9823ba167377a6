import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halvesOf, stillToDo, type ExtractionJob } from '../../model/extractionJob.js';
import { toIso } from '../../model/interval.js';

const day = 86_400_000;
const begin = Date.UTC(2026, 1, 20);
const dateOf = (number: number) => toIso(begin + number * day).slice(0, 10);

const jobs = fc
  .record({ first: fc.nat(20), days: fc.integer({ min: 1, max: 15 }) })
  .map(({ first, days }): ExtractionJob => {
    const [startDate, endDate] = [dateOf(first), dateOf(first + days - 1)];
    return { name: 'whole', entity: 'qm-workflows', version: '4', startDate, endDate };
  });

function daysOf({ startDate, endDate }: ExtractionJob): string[] {
  const days: string[] = [];
  for (let at = Date.parse(startDate); at <= Date.parse(endDate); at += day)
    days.push(toIso(at).slice(0, 10));
  return days;
}

describe('halves of a job', () => {
  test('have all of its days, each in one, and names of their own', () => {
    fc.assert(
      fc.property(jobs, (job) => {
        const halves = halvesOf(job);
        if (halves === null) {
          expect(daysOf(job)).toHaveLength(1);
          return;
        }
        expect(halves.flatMap(daysOf)).toEqual(daysOf(job));
        expect(new Set([job, ...halves].map(({ name }) => name)).size).toBe(3);
        for (const half of halves) expect(half).toMatchObject({ entity: job.entity, version: job.version });
      }),
    );
  });
});

/** Pieces that halving may come to, by a choice at each cut. */
function pieces(job: ExtractionJob, choices: boolean[]): ExtractionJob[] {
  const halves = choices.pop() === true ? halvesOf(job) : null;
  return halves === null ? [job] : halves.flatMap((half) => pieces(half, choices));
}

describe('what is still to do of a job', () => {
  test('are the days that no piece of it has brought, whichever pieces were done', () => {
    fc.assert(
      fc.property(jobs, fc.array(fc.boolean()), fc.array(fc.boolean()), (job, cuts, isDone) => {
        const done = pieces(job, [...cuts]).filter((_, index) => isDone[index] === true);
        const left = stillToDo(job, done);
        expect([...left, ...done].flatMap(daysOf).sort()).toEqual(daysOf(job));
        if (done.length === 0) expect(left).toEqual([job]);
      }),
    );
  });

  test('is all of it where files are of something else', () => {
    const job: ExtractionJob = {
      name: 'whole',
      entity: 'qm-workflows',
      version: '4',
      startDate: '2026-03-01',
      endDate: '2026-03-02',
    };
    const others: Partial<ExtractionJob>[] = [
      { entity: 'qm-questions' },
      { version: '3' },
      { startDate: '2026-03-03', endDate: '2026-03-04' },
    ];
    for (const other of others) expect(stillToDo(job, [{ ...job, ...other }])).toEqual([job]);
    expect(stillToDo(job, [job])).toEqual([]);
  });
});
