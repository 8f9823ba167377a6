import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizedScore, scoreParity, type ScoredQuestion } from '../../model/score.js';

const scored = (score: number, maxScore: number | null, weight = 1): ScoredQuestion => ({
  score,
  maxScore,
  weight,
  notApplicable: false,
});

describe('the recomputed score', () => {
  test("is the vendor's own example: 60 %", () => {
    expect(normalizedScore([scored(1, 1, 40), scored(0, 1, 40), scored(1, 1, 20)])).toBe(60);
  });

  test('leaves out what is not applicable', () => {
    expect(
      normalizedScore([scored(1, 1, 40), { ...scored(0, 1, 40), notApplicable: true }, scored(0, 1, 20)]),
    ).toBeCloseTo((100 * 40) / 60, 10);
  });

  test.each([
    ['there are no questions', []],
    ['none is applicable', [{ ...scored(1, 1), notApplicable: true }]],
    ['none gives points', [scored(0, null), scored(0, 0)]],
    ['no group has weight', [scored(1, 2, 0)]],
  ])('is null when %s', (_, questions) => {
    expect(normalizedScore(questions)).toBeNull();
  });

  test('does not count questions that give no points', () => {
    expect(normalizedScore([scored(3, 4), scored(0, null)])).toBe(75);
  });
});

const question = fc
  .record({
    maxScore: fc.integer({ min: 0, max: 20 }),
    part: fc.nat(20),
    weight: fc.integer({ min: 0, max: 100 }),
    notApplicable: fc.boolean(),
  })
  .map(({ maxScore, part, weight, notApplicable }): ScoredQuestion => ({
    score: Math.min(part, maxScore),
    maxScore,
    weight,
    notApplicable,
  }));
const questions = fc.array(question, { maxLength: 25 });

describe('of any scorecard, the recomputed score', () => {
  test('is from 0 to 100, or null', () => {
    fc.assert(
      fc.property(questions, (all) => {
        const score = normalizedScore(all);
        if (score === null) return;
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
      }),
    );
  });

  test('does not depend on the order of questions', () => {
    const shuffled = questions.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, mixed]) => {
        expect(normalizedScore(mixed)).toBe(normalizedScore(all));
      }),
    );
  });

  test('does not depend on the scale of the weights', () => {
    fc.assert(
      fc.property(questions, fc.integer({ min: 1, max: 1_000 }), (all, factor) => {
        const score = normalizedScore(all);
        const scaled = normalizedScore(all.map((each) => ({ ...each, weight: each.weight * factor })));
        if (score === null) expect(scaled).toBeNull();
        else expect(scaled).toBeCloseTo(score, 9);
      }),
    );
  });

  test('does not depend on questions that are not applicable', () => {
    fc.assert(
      fc.property(questions, (all) => {
        const applicable = all.filter(({ notApplicable }) => !notApplicable);
        expect(normalizedScore(applicable)).toBe(normalizedScore(all));
      }),
    );
  });

  test('is a number or null for any points', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const any = fc.record({
      score: number,
      maxScore: number,
      weight: number,
      notApplicable: fc.constant(false),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 4 }), (all) => {
        const score = normalizedScore(all);
        expect(score === null || Number.isFinite(score)).toBe(true);
      }),
    );
    expect(normalizedScore([scored(1e308, 1e308, 10)])).toBeNull();
  });

  test('rises when a question that counts gains a point', () => {
    const sheet = fc.array(question, { minLength: 1 }).map((all) => [...all, scored(0, 1, 10)]);
    fc.assert(
      fc.property(sheet, (all) => {
        const better = [...all.slice(0, -1), scored(1, 1, 10)];
        expect(normalizedScore(better)).toBeGreaterThan(normalizedScore(all) ?? Infinity);
      }),
    );
  });
});

test.each([
  [null, null, false, 'not_scored'],
  [null, 80, false, 'different'],
  [80, null, false, 'different'],
  [80, 80, false, 'equal'],
  [66.666_67, 200 / 3, false, 'equal'],
  [80, 80.02, false, 'different'],
  [0, 80, true, 'fatal_zero'],
  [0, 80, false, 'different'],
  [80, 80, true, 'equal'],
  [0, 0, true, 'equal'],
  [40, 80, true, 'different'],
] as const)(
  'parity of %s at the source and %s recomputed, fatal question failed: %s',
  (source, own, fatal, parity) => {
    expect(scoreParity(source, own, fatal)).toBe(parity);
  },
);
