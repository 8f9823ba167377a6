/** What the truth holds: always the same for a seed, and what lies around evaluations. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Organisation, TruthTable } from '../../../simulator/organisation/organisation.js';
import {
  day,
  from,
  later,
  everyone,
  organisation,
  at,
  everything,
  allSurveys,
  allFeedback,
  sorted,
} from './organisations.js';

describe('an organisation of the seed', () => {
  // Others hold results that depend on these: what is added to the organisation must not move them.
  const tables: TruthTable[] = [
    'evaluations',
    'evaluation_group_scores',
    'evaluation_answers',
    'calibrations',
    'calibration_evaluations',
    'calibration_answers',
    'forms',
    'form_questions',
    'form_answer_options',
    'users',
    'queues',
    'divisions',
    'tombstones',
  ];
  it.each([
    [later, '1f80304501ede743761fce0222e92457ac096e65af3bcbcea50249da51db5e0b'],
    [from + 10 * day, 'b81268d195e8538613607a9341e07b7428792888f004043e42a738cdb8ac5b1c'],
  ])('has the evaluations it always had: %d', (now, expected) => {
    const hash = createHash('sha256');
    const of = at(now);
    for (const table of tables) for (const row of of.truth(table, everyone)) hash.update(JSON.stringify(row));
    expect(hash.digest('hex')).toBe(expected);
  });

  it.each(['surveys', 'survey_answers', 'feedback', 'conversations'] as const)(
    'has the same %s, another seed others',
    (table) => {
      const rows = (seed: number) => JSON.stringify(everything(organisation(200, later, seed).of, table));
      expect(rows(11)).toBe(rows(11));
      expect(rows(11)).not.toBe(rows(12));
    },
  );
});

it('has an evaluation in the span of its submission, not in that of its begin', () => {
  const of = at(later);
  const dated = everything(of, 'evaluations').map((row) => ({
    id: row['evaluation_id'],
    begun: Date.parse(String(row['created_at'])),
    submitted: Date.parse(String(row['submitted_at'])),
  }));
  const [straddling] = dated.filter(({ begun, submitted }) => submitted - begun > 60_000);
  if (straddling === undefined) throw new Error('all were submitted at once');
  const idsIn = (start: number, end: number) =>
    [...of.truth('evaluations', everyone, { from: start, to: end })].map((row) => row['evaluation_id']);
  const { id, begun, submitted } = straddling;
  expect(idsIn(begun, submitted)).not.toContain(id);
  expect(idsIn(submitted, submitted + 1)).toContain(id);
  const [open] = dated.filter((each) => Number.isNaN(each.submitted));
  if (open === undefined) throw new Error('all were submitted');
  expect(idsIn(open.begun, open.begun + 1)).toContain(open.id);
});

describe('the truth around evaluations', () => {
  it.each([
    ['surveys', 'survey_id', (of: Organisation) => allSurveys(of).map(({ id }) => id)],
    [
      'feedback',
      'feedback_id',
      (of: Organisation) =>
        allFeedback(of).flatMap(({ id, annotationId, status }) =>
          status === 'draft' ? [] : [id, annotationId],
        ),
    ],
  ] as const)('has all %s, and for a span what anything happened to in it', (table, key, expected) => {
    const of = at(later);
    const idsOf = (rows: Iterable<Record<string, unknown>>) => [...rows].map((row) => String(row[key]));
    const all = idsOf(of.truth(table, everyone));
    expect(sorted(all)).toEqual(sorted(expected(of)));
    const cut = from + 12 * day;
    const halves = [
      idsOf(of.truth(table, everyone, { from: -Infinity, to: cut })),
      idsOf(of.truth(table, everyone, { from: cut, to: Infinity })),
    ];
    expect(sorted([...new Set(halves.flat())])).toEqual(sorted(all));
    for (const half of halves) expect(half.length).toBeLessThan(all.length);
  });

  it('leaves out what a viewer must not see', () => {
    const of = at(later, 1_500);
    const restricted = new Set(of.restrictedDivisionIds);
    const viewer = {
      divisionIds: new Set(of.divisions().flatMap(({ id }) => (restricted.has(id) ? [] : [id]))),
    };
    for (const table of ['surveys', 'survey_answers', 'feedback', 'conversations'] as const) {
      const [some, all] = [[...of.truth(table, viewer)], everything(of, table)];
      expect(some.length).toBeLessThan(all.length);
      expect(some.length).toBeGreaterThan(all.length / 2);
    }
  });

  it('has every conversation that other rows speak of, once', () => {
    const of = at(later);
    const spoken = (['evaluations', 'calibrations', 'surveys', 'feedback'] as const)
      .flatMap((table) => everything(of, table))
      .flatMap((row) => row['conversation_id'] ?? []);
    const conversations = everything(of, 'conversations').map((row) => row['conversation_id']);
    expect(new Set(conversations)).toEqual(new Set(spoken));
    expect(new Set(conversations).size).toBe(conversations.length);
  });
});
