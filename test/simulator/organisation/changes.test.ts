/** What changed when, and what a script adds to an organisation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Organisation, ScriptedEvent } from '../../../simulator/organisation/organisation.js';
import {
  hour,
  day,
  from,
  to,
  later,
  everyone,
  organisation,
  at,
  everything,
  first,
} from './organisations.js';

describe('evaluations by their last change', () => {
  const present = to + day;
  const allStates = (of: Organisation) =>
    [...everything(of, 'evaluations'), ...everything(of, 'calibration_evaluations')].flatMap(
      ({ evaluation_id: id }) => of.evaluation(String(id)) ?? [],
    );

  it('are those a full scan finds, in order of the change, then of the id, whatever the cuts', () => {
    const of = at(present);
    const expected = allStates(of)
      .map(({ id, changedDate }) => ({ id, changedDate }))
      .sort((a, b) => a.changedDate - b.changedDate || (a.id < b.id ? -1 : 1));
    expect(expected.length).toBeGreaterThan(600);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: from - 5 * day, max: present }), { maxLength: 4 }), (cuts) => {
        const bounds = [-Infinity, ...cuts.sort((a, b) => a - b), Infinity];
        const found = bounds
          .slice(1)
          .flatMap((end, index) => [...of.evaluationsChanged(bounds[index] ?? end, end)]);
        expect(found.map(({ id, changedDate }) => ({ id, changedDate }))).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  it('include calibrations and what was retracted, and more than one of a millisecond', () => {
    const states = [...at(later).evaluationsChanged(-Infinity, Infinity)];
    expect(states.some(({ calibrationId }) => calibrationId !== undefined)).toBe(true);
    expect(states.some(({ status }) => status === 'RETRACTED')).toBe(true);
    expect(new Set(states.map(({ changedDate }) => changedDate)).size).toBeLessThan(states.length);
  });

  it.each<[string, (id: string) => ScriptedEvent, boolean]>([
    ['a rescore', (evaluationId) => ({ kind: 'rescore', evaluationId }), true],
    ['a sign-off', (evaluationId) => ({ kind: 'signOff', evaluationId }), true],
    ['a dispute', (evaluationId) => ({ kind: 'dispute', evaluationId }), true],
    ['a release', (evaluationId) => ({ kind: 'release', evaluationId }), true],
    ['a silent rescore', (evaluationId) => ({ kind: 'rescore', evaluationId, keepDates: true }), false],
    ['a recalculation', (evaluationId) => ({ kind: 'recalculate', evaluationId }), false],
    ['a deletion', (evaluationId) => ({ kind: 'delete', evaluationId }), false],
  ])('%s', (_name, event, shows) => {
    const { of, clock } = organisation();
    const [id = ''] = of.pick('finished', 1, everyone);
    clock.now += hour;
    of.apply(event(id));
    const found = [...of.evaluationsChanged(later, later + day)].map((state) => state.id);
    expect(found).toEqual(shows ? [id] : []);
  });

  it('never lie after the present', () => {
    const now = from + 10 * day;
    const states = [...at(now).evaluationsChanged(-Infinity, Infinity)];
    expect(states.length).toBeGreaterThan(100);
    expect(Math.max(...states.map(({ changedDate }) => changedDate))).toBeLessThanOrEqual(now);
  });
});

describe('an evaluation that a script submits', () => {
  const submitted = (score: 'high' | 'low' | undefined, now = later) => {
    const { of, clock } = organisation(400, now);
    const agent = first(of.users(), ({ title }) => title === 'Agent');
    const [, form] = of.publishedForms();
    const { evaluationId = '' } = of.apply({
      kind: 'submitEvaluation',
      agentId: agent.id,
      formContextId: form?.contextId,
      score,
    });
    return { of, clock, agent, form, evaluationId, state: of.evaluation(evaluationId) };
  };

  it('is there like any other, whether the span is over or not', () => {
    for (const now of [later, from + 3 * day]) {
      const { of, agent, form, evaluationId, state } = submitted('high', now);
      expect(state).toMatchObject({ agent, status: 'FINISHED', submittedDate: now, changedDate: now, form });
      const found = (states: Iterable<{ id: string }>) => [...states].map(({ id }) => id);
      expect(found(of.evaluationsBy('submittedDate', now, now + 1, 'ASC'))).toContain(evaluationId);
      expect(found(of.evaluationsChanged(now, now + 1))).toContain(evaluationId);
      const events = [...of.events(now, now + 1)];
      expect(events.map(({ kind, evaluation }) => [kind, evaluation.id])).toContainEqual([
        'submitted',
        evaluationId,
      ]);
      const conversation = of.conversation(state?.conversationId ?? '');
      expect(found(conversation?.evaluations ?? [])).toEqual([evaluationId]);
      expect(found(of.conversationsByStart(now - day, now))).toContain(conversation?.id);
      expect(everything(of, 'evaluations').map((row) => row['evaluation_id'])).toContain(evaluationId);
    }
  });

  it('is good or bad as it was asked for', () => {
    const score = (asked: 'high' | 'low') => submitted(asked).state?.scoring?.totalScore ?? Number.NaN;
    expect(score('high')).toBeGreaterThan(95);
    expect(score('low')).toBeLessThan(80);
  });

  it('lives on: it is revised, rescored and deleted like any other', () => {
    const { of, clock, evaluationId, agent } = submitted('high');
    clock.now += hour;
    const { evaluationId: revision = '' } = of.apply({ kind: 'revise', evaluationId });
    expect(of.evaluation(revision)).toMatchObject({ agent, retractedEvaluationId: evaluationId });
    of.apply({ kind: 'rescore', evaluationId: revision });
    of.apply({ kind: 'delete', evaluationId: revision });
    expect(of.evaluation(revision)).toBeUndefined();
    expect(of.evaluation(evaluationId)?.status).toBe('RETRACTED');
  });

  it('moves nothing else', () => {
    const { of } = organisation(300);
    const others = (submissions: ReadonlySet<unknown>) =>
      everything(of, 'evaluations').filter((row) => !submissions.has(row['evaluation_id']));
    const before = others(new Set());
    const agentId = first(of.users(), ({ title }) => title === 'Agent').id;
    const ids = [0, 1].map(() => of.apply({ kind: 'submitEvaluation', agentId }).evaluationId);
    expect(new Set(ids).size).toBe(2);
    expect(others(new Set(ids))).toEqual(before);
  });

  it.each([
    [{ agentId: 'nobody' }, /agentId "nobody"/],
    [{ formContextId: 'none' }, /formContextId "none"/],
  ])('is refused for what there is not: %j', (wrong, message) => {
    const { of } = organisation(50);
    const agentId = first(of.users(), ({ title }) => title === 'Agent').id;
    expect(() => of.apply({ kind: 'submitEvaluation', agentId, ...wrong })).toThrow(message);
  });
});

describe('conversations', () => {
  it('have a reference in a system outside, most of them', () => {
    const conversations = [...at(later).conversationsByStart(from, to)];
    const referred = conversations.filter(({ externalReference }) =>
      /^CRM-\d{6}$/.test(externalReference ?? ''),
    );
    expect(referred.length / conversations.length).toBeGreaterThan(0.75);
    expect(referred.length).toBeLessThan(conversations.length);
  });

  it('stay where they are when a script touches their evaluation', () => {
    const { of } = organisation();
    const [id = ''] = of.pick('finished', 1, everyone);
    const listed = () => [...of.conversationsByStart(-Infinity, Infinity)].map((each) => each.id);
    const before = listed();
    of.apply({ kind: 'rescore', evaluationId: id });
    expect(listed()).toEqual(before);
  });
});

describe('agents', () => {
  it('work with one of four skills each', () => {
    const of = at(later);
    const agents = of.users().filter(({ title }) => title === 'Agent');
    const skills = agents.map((agent) => of.skillOf(agent));
    expect(new Set(skills.map(({ id }) => id)).size).toBe(4);
    expect(new Set(skills.map(({ name }) => name)).size).toBe(4);
    expect(agents.map((agent) => of.skillOf(agent))).toEqual(skills);
  });
});
