/** What the contract says of the organisation, held against the organisation itself. */
import { afterAll, describe, expect, it } from 'vitest';
import {
  byToken,
  everyEvaluation,
  isGranted,
  readAll,
  span,
  type Entity,
  type Guide,
  type Json,
} from '../guide/guideClient.js';
import {
  cxoneGuideAs,
  everyAssessment,
  freshCxoneGuide,
  grantedFeedback,
  openCxoneGuide,
  shownAssessments,
} from './cxoneGuideClient.js';

const auditor = { clientId: 'auditor', clientSecret: 'auditor-secret' };
const shared = await openCxoneGuide({ clients: [{ ...auditor, divisionIds: 'all' }] });
afterAll(() => shared.simulator.close());
const { simulator } = shared;
const { organisation } = simulator;
const shown = shownAssessments(simulator);

interface Question {
  id: string;
  section: string;
  weight: number;
  maxScore: number | null;
}
type Rubric = Json & { version: number; questions: Question[] };
interface Answer {
  questionId: string;
  score: number | null;
  answer: string | null;
}
type Assessment = Entity & { rubricId: string; qualityScore: number | null; answers: Answer[] };

const assessments = '/api/v2/quality/assessments';
const feedback = '/api/v2/agent-performance/feedback';
const all = `dateFrom=2026-01-01T00:00:00Z&pageSize=500`;
const later = 'updatedFrom=2026-10-20T11:59:00Z';
const iso = (time: number) => new Date(time).toISOString();

async function assessmentsOf(guide: Guide, query = all): Promise<Assessment[]> {
  return (await readAll(guide, `${assessments}?${query}`, byToken)).entities as Assessment[];
}
async function feedbackOf(guide: Guide, query = all): Promise<Entity[]> {
  return (await readAll(guide, `${feedback}?${query}`, byToken)).entities;
}
const rubricOf = async (guide: Guide, id: string) => guide.ok<Rubric>(`/api/v2/quality/rubrics/${id}`);
const one = <T>(items: readonly T[], test: (item: T) => boolean): T => {
  const found = items.find(test);
  if (found === undefined) throw new Error('there is none');
  return found;
};

describe('assessments', () => {
  it('are the evaluations of agents that were not withdrawn, submitted or not', async () => {
    const listed = await assessmentsOf(shared);
    expect(listed.map(({ id }) => id).sort()).toEqual(shown.map(({ id }) => id).sort());
    expect(listed.filter(({ qualityScore }) => qualityScore === null).length).toBeGreaterThan(3);
    const known = new Set(everyAssessment(simulator).map(({ id }) => id));
    const leftOut = everyEvaluation(simulator).filter(({ id }) => !known.has(id));
    expect(leftOut.some(({ status }) => status === 'RETRACTED')).toBe(true);
    expect(leftOut.some(({ calibrationId }) => calibrationId !== undefined)).toBe(true);
  });

  it('say of each what the organisation knows', async () => {
    for (const listed of await assessmentsOf(shared)) {
      const state = one(shown, ({ id }) => id === listed.id);
      const { answers, ...fields } = listed;
      expect(fields).toEqual({
        id: state.id,
        rubricId: state.form.id,
        qualityScore: state.scoring?.totalScore ?? null,
        agentId: state.agent.id,
        ...(state.systemSubmitted ? {} : { evaluatorId: state.evaluator?.id }),
        interactionId: state.conversationId,
        siteId: state.agent.division.id,
        ...(state.queue === undefined ? {} : { queueId: state.queue.id }),
        createdAt: iso(state.createdDate),
        updatedAt: iso(state.changedDate),
        comments: state.scoring?.comments ?? null,
      });
      expect(answers.map(({ questionId }) => questionId)).toEqual(
        state.chosen.map(({ questionId }) => questionId),
      );
    }
  });

  it('have scores that follow from answers and rubrics alone, but for failed fatal questions', async () => {
    const rubrics = new Map<string, Rubric>();
    const met = { fatal: 0, notApplicable: 0, unscored: 0 };
    for (const { id, rubricId, qualityScore, answers } of await assessmentsOf(shared)) {
      const rubric = rubrics.get(rubricId) ?? (await rubricOf(shared, rubricId));
      rubrics.set(rubricId, rubric);
      let [reached, possible] = [0, 0];
      for (const { questionId, score, answer } of answers) {
        const { weight, maxScore } = one(rubric.questions, (question) => question.id === questionId);
        if (answer === 'N/A') met.notApplicable += 1;
        if (answer === 'N/A' || maxScore === null) expect(score).toBeNull();
        if (score === null || maxScore === null) continue;
        reached += score * weight;
        possible += maxScore * weight;
      }
      if (qualityScore === null) {
        met.unscored += 1;
        expect(answers).toEqual([]);
        continue;
      }
      const { form, scoring } = one(shown, (state) => state.id === id);
      const zeroed = form.fatalZeroesTotal && scoring?.anyFailedKillQuestions === true;
      if (zeroed && reached > 0) met.fatal += 1;
      expect(qualityScore).toBeCloseTo(zeroed ? 0 : (100 * reached) / possible, 4);
    }
    for (const count of Object.values(met)) expect(count).toBeGreaterThan(0);
  });

  it.each(['rescore', 'dispute', 'signOff'])('come again by change after: %s', async (kind) => {
    const guide = await freshCxoneGuide({ evaluations: 200 });
    const { ids } = await guide.ok<{ ids: [string] }>('/_simulator/pick?kind=released&n=1');
    const before = one(await assessmentsOf(guide), ({ id }) => id === ids[0]);
    expect(await assessmentsOf(guide, later)).toEqual([]);
    await guide.control('events', { kind, evaluationId: ids[0] });
    const [after, ...others] = await assessmentsOf(guide, later);
    expect([after?.id, others]).toEqual([ids[0], []]);
    expect(after?.['createdAt']).toBe(before['createdAt']);
    expect(Date.parse(String(after?.['updatedAt']))).toBeGreaterThan(Date.parse(String(before['updatedAt'])));
  });

  it('that are corrected silently have other answers and the same dates', async () => {
    const guide = await freshCxoneGuide({ evaluations: 200 });
    const { ids } = await guide.ok<{ ids: [string] }>('/_simulator/pick?kind=finished&n=1');
    const read = async () => one(await assessmentsOf(guide), ({ id }) => id === ids[0]);
    const before = await read();
    await guide.control('events', { kind: 'rescore', evaluationId: ids[0], keepDates: true });
    const after = await read();
    expect(after.answers).not.toEqual(before.answers);
    expect([after['createdAt'], after['updatedAt']]).toEqual([before['createdAt'], before['updatedAt']]);
    expect(await assessmentsOf(guide, later)).toEqual([]);
  });

  it('that are replaced come no more, and their revision has their creation', async () => {
    const guide = await freshCxoneGuide({ evaluations: 200 });
    const { ids } = await guide.ok<{ ids: [string] }>('/_simulator/pick?kind=released&n=1');
    const before = await assessmentsOf(guide);
    await guide.control('events', { kind: 'revise', evaluationId: ids[0] });
    const after = await assessmentsOf(guide);
    const known = new Set(before.map(({ id }) => id));
    const [revision, ...others] = after.filter(({ id }) => !known.has(id));
    expect([others, after.length]).toEqual([[], before.length]);
    expect(after.some(({ id }) => id === ids[0])).toBe(false);
    expect(revision?.['createdAt']).toBe(one(before, ({ id }) => id === ids[0])['createdAt']);
    expect((await assessmentsOf(guide, later)).map(({ id }) => id)).toEqual([revision?.id]);
  });

  it.each([true, false])('that are deleted come no more: silently %s', async (silent) => {
    const guide = await freshCxoneGuide({ evaluations: 200 });
    const { ids } = await guide.ok<{ ids: [string] }>('/_simulator/pick?kind=finished&n=1');
    const before = await assessmentsOf(guide);
    await guide.control('events', { kind: 'delete', evaluationId: ids[0], silent });
    expect(await assessmentsOf(guide)).toEqual(before.filter(({ id }) => id !== ids[0]));
    await guide.control('events', { kind: 'restore', evaluationId: ids[0] });
    expect(await assessmentsOf(guide)).toEqual(before);
  });
});

describe('a rubric', () => {
  it('is a form version; the versions of one form count up', async () => {
    for (const { contextId } of organisation.publishedForms()) {
      const forms = organisation.formVersions(contextId);
      const rubrics = await Promise.all(forms.map(async ({ id }) => rubricOf(shared, id)));
      expect(rubrics.map(({ version }) => version)).toEqual(forms.map((_, index) => index + 1));
      for (const [index, form] of forms.entries()) {
        const sections = form.questionGroups.flatMap((group) =>
          group.questions.map(({ id, text }) => ({
            id,
            text,
            section: group.name,
            weight: form.weightMode === 'SCALED' ? group.weight : 1,
          })),
        );
        expect(rubrics[index]).toMatchObject({ id: form.id, name: form.name, questions: sections });
        expect(Object.keys(rubrics[index] ?? {})).toEqual(['id', 'name', 'version', 'questions']);
      }
    }
  });

  it('that does not exist is not found, nor by the id of its form', async () => {
    const [form] = organisation.publishedForms();
    for (const id of ['x', String(form?.contextId)]) {
      const { code, message } = await shared.refused(404, `/api/v2/quality/rubrics/${id}`);
      expect([code, message]).toEqual(['not.found', expect.stringContaining(id)]);
    }
  });
});

describe('feedback', () => {
  it('is what was published and not deleted, each as by its id', async () => {
    const states = grantedFeedback(simulator);
    const listed = await feedbackOf(shared);
    const published = states.filter(({ status }) => status === 'published');
    expect(listed).toEqual(
      published.map((entry) => ({
        id: entry.id,
        createdAt: iso(entry.dateCreated),
        updatedAt: iso(entry.dateModified),
        agentId: entry.agent.id,
        authorId: entry.author.id,
        message: entry.content,
        category: entry.tags[0] ?? null,
        ...(entry.conversationId === undefined ? {} : { interactionId: entry.conversationId }),
        siteId: entry.agent.division.id,
      })),
    );
    for (const entry of listed.slice(0, 20))
      expect(await shared.ok(`${feedback}/${entry.id}`)).toEqual(entry);
    const others = states.filter(({ status }) => status !== 'published');
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set(['draft', 'deleted']));
    for (const { id } of others.slice(0, 20)) await shared.refused(404, `${feedback}/${id}`);
  });

  it('that was edited comes again by its change; deleted, it is gone everywhere', async () => {
    const guide = await freshCxoneGuide();
    const before = await feedbackOf(guide);
    const [edited, deleted] = before;
    expect(await feedbackOf(guide, later)).toEqual([]);
    await guide.control('events', { kind: 'editFeedback', feedbackId: edited?.id, content: 'Well done.' });
    await guide.control('events', { kind: 'deleteFeedback', feedbackId: deleted?.id });
    const changed = { ...edited, message: 'Well done.', updatedAt: expect.any(String) };
    expect(await feedbackOf(guide, later)).toEqual([changed]);
    expect(await feedbackOf(guide)).toEqual([changed, ...before.slice(2)]);
    expect(await guide.ok(`${feedback}/${edited?.id}`)).toEqual(changed);
    const refusal = await guide.refused(404, `${feedback}/${deleted?.id}`);
    expect(refusal.code).toBe('not.found');
  });
});

describe('sites and queues', () => {
  it('each narrow a list to their own, and sites together hold everything', async () => {
    const listed = { assessments: await assessmentsOf(shared), feedback: await feedbackOf(shared) };
    const counts = { assessments: 0, feedback: 0 };
    for (const { id } of organisation.divisions()) {
      const own = {
        assessments: await assessmentsOf(shared, `${all}&siteId=${id}`),
        feedback: await feedbackOf(shared, `${all}&siteId=${id}`),
      };
      for (const name of ['assessments', 'feedback'] as const) {
        expect(own[name]).toEqual(listed[name].filter(({ siteId }) => siteId === id));
        counts[name] += own[name].length;
      }
    }
    expect(counts).toEqual({ assessments: listed.assessments.length, feedback: listed.feedback.length });
    for (const { id } of organisation.queues().slice(0, 3)) {
      const own = await assessmentsOf(shared, `${all}&queueId=${id}`);
      expect(own).toEqual(listed.assessments.filter(({ queueId }) => queueId === id));
      expect(own.length).toBeGreaterThan(0);
    }
    const both = listed.assessments.find(({ queueId }) => queueId !== undefined);
    const query = `${all}&siteId=${String(both?.['siteId'])}&queueId=${String(both?.['queueId'])}`;
    expect(await assessmentsOf(shared, query)).toEqual(
      listed.assessments.filter(
        ({ siteId, queueId }) => siteId === both?.['siteId'] && queueId === both?.['queueId'],
      ),
    );
  });

  it('agents narrow feedback', async () => {
    const listed = await feedbackOf(shared);
    const agentId = String(listed[0]?.['agentId']);
    expect(await feedbackOf(shared, `${all}&agentId=${agentId}`)).toEqual(
      listed.filter((each) => each['agentId'] === agentId),
    );
  });

  it('without a grant are left out, also where a record touches one beside others', async () => {
    const everywhere = await cxoneGuideAs(simulator, 'auditor');
    const [mine, theirs] = [await assessmentsOf(shared), await assessmentsOf(everywhere)];
    expect(theirs.map(({ id }) => id).sort()).toEqual(
      everyAssessment(simulator)
        .map(({ id }) => id)
        .sort(),
    );
    const seen = new Set(mine.map(({ id }) => id));
    const hidden = everyAssessment(simulator).filter(({ id }) => !seen.has(id));
    expect(hidden.every((each) => !isGranted(simulator, each))).toBe(true);
    expect(new Set(hidden.map(({ divisionIds }) => divisionIds.length))).toEqual(new Set([1, 2]));
    const entries = await feedbackOf(everywhere);
    const own = new Set((await feedbackOf(shared)).map(({ id }) => id));
    const unseen = entries.find(({ id }) => !own.has(id));
    await shared.refused(404, `${feedback}/${unseen?.id}`);
    await everywhere.ok(`${feedback}/${unseen?.id}`);
  });

  it('are hidden and shown as grants come and go', async () => {
    const guide = await freshCxoneGuide({ evaluations: 300 });
    const before = await assessmentsOf(guide);
    const divisionId = String(before[0]?.['siteId']);
    await guide.control('events', { kind: 'revokeDivision', divisionId });
    expect(await assessmentsOf(guide)).toEqual(before.filter(({ siteId }) => siteId !== divisionId));
    await guide.control('events', { kind: 'grantDivision', divisionId });
    expect(await assessmentsOf(guide)).toEqual(before);
  });
});

describe('faults', () => {
  it('strike here, too', async () => {
    const guide = await freshCxoneGuide({ evaluations: 50 });
    await guide.control('faults', {
      fault: { kind: 'status', status: 503, retryAfterSeconds: 2 },
      where: { path: assessments },
      when: { nth: 1 },
    });
    const { status, headers, body } = await guide.send(`${assessments}?dateFrom=${span.from}`);
    expect([status, headers.get('retry-after'), Object.keys(body)]).toEqual([
      503,
      '2',
      ['message', 'code', 'status', 'contextId'],
    ]);
    await guide.control('faults', { fault: { kind: 'invalidItem', field: 'createdAt' }, when: { nth: 1 } });
    const page = await guide.ok<{ entities: Entity[] }>(`${assessments}?dateFrom=${span.from}`);
    expect(page.entities[0]?.['createdAt']).toBe('soon');
  });
});
