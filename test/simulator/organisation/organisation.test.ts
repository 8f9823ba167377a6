import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOrganisation } from '../../../simulator/organisation/createOrganisation.js';
import { Identifiers } from '../../../simulator/organisation/identifiers.js';
import {
  visibility,
  type DateField,
  type Organisation,
  type Viewer,
} from '../../../simulator/organisation/organisation.js';
import { renderEvaluation } from '../../../simulator/organisation/render.js';

const from = Date.parse('2026-10-01T00:00:00Z');
const to = Date.parse('2026-10-31T00:00:00Z');
const later = Date.parse('2027-01-15T00:00:00Z');
const everyone: Viewer = { divisionIds: 'all' };

function organisation(overrides: { evaluations?: number; seed?: number; now?: number } = {}): Organisation {
  const { evaluations = 600, seed = 11, now = later } = overrides;
  return createOrganisation({ seed, evaluations, from, to, now: () => now });
}

function granted(of: Organisation): Viewer {
  const hidden = new Set(of.restrictedDivisionIds);
  return {
    divisionIds: new Set(
      of
        .divisions()
        .map(({ id }) => id)
        .filter((id) => !hidden.has(id)),
    ),
  };
}

describe('identifiers', () => {
  it('lead back to what they name', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 2 ** 31 }), fc.nat({ max: 65_535 }), (seed, index, part) => {
        const ids = new Identifiers(seed);
        expect(ids.resolve(ids.id('evaluation', index, part))).toEqual({ kind: 'evaluation', index, part });
      }),
    );
  });

  it('of another seed name nothing', () => {
    expect(new Identifiers(1).resolve(new Identifiers(2).id('evaluation', 5))).toBeUndefined();
  });

  it('look like UUIDs', () => {
    expect(new Identifiers(3).id('form', 9, 1)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

describe('organisation', () => {
  it('is the same for the same seed and another for another', () => {
    const render = (of: Organisation) =>
      [...of.truth('evaluations', everyone)].concat([...of.truth('evaluation_answers', everyone)]);
    expect(render(organisation({ evaluations: 40 }))).toEqual(render(organisation({ evaluations: 40 })));
    expect(render(organisation({ evaluations: 40 }))).not.toEqual(
      render(organisation({ evaluations: 40, seed: 12 })),
    );
  });

  it.each<DateField>(['createdDate', 'submittedDate', 'releaseDate', 'conversationDate'])(
    'lists by %s what a full scan finds, in order',
    (field) => {
      const of = organisation({ now: to + 86_400_000 });
      const start = from + 5 * 86_400_000;
      const end = from + 17 * 86_400_000;
      const all = [...of.truth('evaluations', everyone), ...of.truth('calibration_evaluations', everyone)]
        .map(({ evaluation_id: id }) => of.evaluation(String(id)))
        .filter((state) => state !== undefined)
        .filter((state) => (state[field] ?? 0) >= start && (state[field] ?? 0) < end);
      const listed = [...of.evaluationsBy(field, start, end, 'ASC')];
      expect(listed.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
      const dates = listed.map((state) => state[field] ?? 0);
      expect(dates).toEqual([...dates].sort((a, b) => a - b));
      const descending = [...of.evaluationsBy(field, start, end, 'DESC')].map((state) => state[field] ?? 0);
      expect(descending).toEqual([...dates].reverse());
      expect(listed.length).toBeGreaterThan(100);
    },
  );

  it('shows every kind of evaluation', () => {
    const of = organisation({ evaluations: 3_000 });
    const rows = [...of.truth('evaluations', everyone)];
    const count = (matches: (row: Record<string, unknown>) => boolean) => rows.filter(matches).length;
    expect(count((row) => row['is_automated'] === true && row['evaluator_id'] === null)).toBeGreaterThan(400);
    expect(count((row) => row['status'] === 'RETRACTED')).toBeGreaterThan(20);
    expect(count((row) => row['retracted_evaluation_id'] !== null)).toBeGreaterThan(20);
    expect(count((row) => row['is_never_release'] === true)).toBeGreaterThan(50);
    expect(count((row) => row['is_rescored'] === true)).toBeGreaterThan(50);
    expect(count((row) => row['submitted_at'] === null)).toBeGreaterThan(10);
    expect(count((row) => row['score_parity'] === 'fatal_zero')).toBeGreaterThan(5);
    expect([...of.truth('calibration_evaluations', everyone)]).toHaveLength(18);
    expect([...of.truth('tombstones', everyone)].length).toBeGreaterThan(10);
    const hidden = rows.filter((row) => {
      const state = of.evaluation(String(row['evaluation_id']));
      return state !== undefined && visibility(state, granted(of)) !== 'visible';
    });
    expect(hidden.length).toBeGreaterThan(50);
  });

  it('renders what its truth says', () => {
    const of = organisation({ evaluations: 200 });
    for (const row of of.truth('evaluations', everyone)) {
      const state = of.evaluation(String(row['evaluation_id']));
      if (state === undefined) throw new Error('truth without evaluation');
      const json = renderEvaluation(state, everyone, { as: 'response', answers: 'complete' });
      expect(json).toMatchObject({ id: row['evaluation_id'], status: row['status'], redacted: false });
      expect((json['answers'] as { totalScore?: number } | undefined)?.totalScore ?? null).toBe(
        row['total_score'],
      );
    }
  });

  it('hides the content of redacted evaluations', () => {
    const of = organisation({ evaluations: 3_000 });
    const viewer = granted(of);
    const redacted = [...of.evaluationsBy('submittedDate', from, to, 'ASC')].filter(
      (state) => visibility(state, viewer) === 'redacted',
    );
    expect(redacted.length).toBeGreaterThan(0);
    for (const state of redacted) {
      const json = renderEvaluation(state, viewer, { as: 'searchItem', answers: 'complete' });
      expect(json['redacted']).toBe(true);
      expect(json['answers']).toBeUndefined();
      expect(json['agent']).toBeUndefined();
    }
  });
});

describe('script', () => {
  const scripted = () => {
    let now = later;
    const of = createOrganisation({ seed: 5, evaluations: 400, from, to, now: () => now });
    const [id = ''] = of.pick('finished', 1, everyone);
    return { of, id, advance: () => (now += 60_000), before: of.evaluation(id) };
  };

  it('rescores in place', () => {
    const { of, id, advance, before } = scripted();
    const old = before?.scoring;
    advance();
    of.apply({ kind: 'rescore', evaluationId: id });
    const after = of.evaluation(id);
    expect(after?.submittedDate).toBe(later + 60_000);
    expect(after?.scoring).not.toEqual(old);
    expect(
      [...of.evaluationsBy('submittedDate', later, later + 120_000, 'ASC')].map((state) => state.id),
    ).toEqual([id]);
    expect([...of.events(later, later + 120_000)].map(({ kind }) => kind)).toEqual(['rescored']);
  });

  it('rescores without moving a date', () => {
    const { of, id, before } = scripted();
    const old = { changed: before?.changedDate, submitted: before?.submittedDate, scoring: before?.scoring };
    of.apply({ kind: 'rescore', evaluationId: id, keepDates: true });
    const after = of.evaluation(id);
    expect([after?.changedDate, after?.submittedDate]).toEqual([old.changed, old.submitted]);
    expect(after?.scoring).not.toEqual(old.scoring);
  });

  it('reopens on the newest version with new question ids', () => {
    const { of, id, advance, before } = scripted();
    const contextId = before?.form.contextId ?? '';
    const questions = (form: typeof before) =>
      form?.form.questionGroups.flatMap((group) => group.questions.map((q) => q.id)) ?? [];
    const old = questions(before);
    of.apply({ kind: 'publishFormVersion', contextId });
    advance();
    of.apply({ kind: 'reopen', evaluationId: id });
    const now = questions(of.evaluation(id));
    expect(now.some((question) => old.includes(question))).toBe(false);
  });

  it('revises: a new evaluation retracts the old', () => {
    const { of, id, advance } = scripted();
    advance();
    const { evaluationId } = of.apply({ kind: 'revise', evaluationId: id });
    expect(of.evaluation(id)?.status).toBe('RETRACTED');
    expect(of.evaluation(evaluationId ?? '')).toMatchObject({
      version: 2,
      retractedEvaluationId: id,
      status: 'FINISHED',
    });
  });

  it('deletes', () => {
    const { of, id, advance } = scripted();
    advance();
    of.apply({ kind: 'delete', evaluationId: id });
    expect(of.evaluation(id)).toBeUndefined();
    expect([...of.truth('tombstones', everyone)].map((row) => row['record_id'])).toContain(id);
    expect(() => of.apply({ kind: 'delete', evaluationId: id })).toThrow(/evaluationId/);
  });
});
