/** What records of the guide contract say, held against the organisation. */
import { afterAll, describe, expect, it } from 'vitest';
import type { EvaluationState } from '../../../simulator/organisation/organisation.js';
import {
  byCursor,
  byToken,
  everyEvaluation,
  freshGuide,
  isGranted,
  openGuide,
  readAll,
  span,
  type Entity,
  type Guide,
  type Json,
} from './guideClient.js';

const shared = await openGuide();
afterAll(() => shared.simulator.close());
const { simulator } = shared;
const { organisation } = simulator;
const every = everyEvaluation(simulator);
const shown = every.filter((each) => isGranted(simulator, each));
const everRange = `dateModifiedRange=${span.from}..2027-01-01T00:00:00Z`;
const changedPath = `/api/v2/quality/evaluations?${everRange}&pageSize=250`;
const scorecardPath = ({ conversationId, id }: Pick<EvaluationState, 'conversationId' | 'id'>) =>
  `/api/v2/quality/conversations/${conversationId}/evaluations/${id}`;
const iso = (time: number) => new Date(time).toISOString();

const states = {
  PENDING: 'Pending',
  INPROGRESS: 'InProgress',
  FINISHED: 'Finished',
  INREVIEW: 'InReview',
  RETRACTED: 'Retracted',
};

/** One evaluation of each kind that shows differently. */
function sample(test: (each: EvaluationState) => boolean): EvaluationState {
  const found = shown.find(test);
  if (found === undefined) throw new Error('no evaluation is like that');
  return found;
}

describe('an evaluation', () => {
  const kinds: [string, (each: EvaluationState) => boolean][] = [
    ['finished', ({ status, evaluator }) => status === 'FINISHED' && evaluator !== undefined],
    ['automated', ({ systemSubmitted }) => systemSubmitted],
    ['pending', ({ status }) => status === 'PENDING'],
    ['in progress', ({ status }) => status === 'INPROGRESS'],
    ['disputed', ({ status }) => status === 'INREVIEW'],
    ['retracted', ({ status }) => status === 'RETRACTED'],
    ['of a calibration', ({ calibrationId }) => calibrationId !== undefined],
    ['never released', ({ neverRelease }) => neverRelease],
    ['released later', ({ releaseDate = 0 }) => releaseDate > Date.parse('2026-10-20T12:00:00Z')],
    ['on a form without weights', ({ form, scoring }) => form.weightMode === 'OFF' && scoring !== undefined],
  ];
  it.each(kinds)('that is %s', async (_, test) => {
    const evaluation = sample(test);
    const { agent, evaluator, scoring, form } = evaluation;
    const scored = scoring !== undefined;
    const read = await shared.ok<Entity>(scorecardPath(evaluation));
    const at = organisation.evaluation(evaluation.id);
    expect(at?.changedDate).toBe(evaluation.changedDate);
    const { sections, scorecards, answers, ...flat } = read;
    expect(flat).toEqual({
      id: evaluation.id,
      status: states[evaluation.status],
      interactionId: evaluation.conversationId,
      evaluationTemplateId: form.id,
      overallScore: scoring?.totalScore ?? null,
      score: scored ? expect.any(Number) : null,
      dateModified: iso(evaluation.changedDate),
      ...(evaluation.submittedDate === undefined ? {} : { submitDate: iso(evaluation.submittedDate) }),
      ...(evaluation.neverRelease ||
      evaluation.releaseDate === undefined ||
      evaluation.releaseDate > Date.parse('2026-10-20T12:00:00Z')
        ? {}
        : { releaseDate: iso(evaluation.releaseDate) }),
      ...(evaluator === undefined ? {} : { evaluatorId: evaluator.id, evaluatorName: evaluator.name }),
      interactionDate: iso(evaluation.conversationDate),
      users: [
        ...(evaluator === undefined ? [] : [{ id: evaluator.id, name: evaluator.name, role: 'evaluator' }]),
        { id: agent.id, name: agent.name, role: 'agent' },
      ],
      isCalibration: evaluation.calibrationId !== undefined,
      divisionIds: evaluation.divisionIds,
      ...(scoring?.comments === undefined ? {} : { comments: scoring.comments }),
      conversation: { id: evaluation.conversationId },
      agent: { id: agent.id },
      ...(evaluator === undefined ? {} : { evaluator: { id: evaluator.id } }),
      evaluationFormId: form.id,
      evaluationScore: scoring?.totalScore ?? null,
    });
    expect((scorecards as Json[]).map(({ label }) => label)).toEqual(expect.any(Array));
    expect(sections === null).toBe(!scored);
    expect((answers as Json)['questionGroupScores']).toHaveLength(scored ? form.questionGroups.length : 0);
  });

  it('adds up: the weighted points of its sections are its score', async () => {
    const { entities } = await readAll(
      shared,
      `${changedPath}&fields=id,overallScore,score,sections`,
      byCursor,
    );
    let compared = 0;
    for (const { overallScore, score, sections } of entities) {
      if (sections === null || overallScore === 0) continue;
      const items = (sections as { items: Record<string, number | null>[] }[]).flatMap((each) => each.items);
      const applicable = items.filter((item) => item['score'] !== null);
      const sum = (field: string) =>
        applicable.reduce((total, item) => total + (item[field] ?? 0) * (item['weight'] ?? 0), 0);
      expect((100 * sum('score')) / sum('maxScore')).toBeCloseTo(Number(overallScore), 3);
      expect(applicable.reduce((total, item) => total + (item['score'] ?? 0), 0)).toBe(score);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(900);
  });

  it('says N/A where something was not applicable, and joins what was chosen', async () => {
    const { entities } = await readAll(shared, `${changedPath}&fields=sections`, byCursor);
    const items = entities.flatMap(({ sections }) =>
      ((sections ?? []) as { items: Json[] }[]).flatMap((each) => each.items),
    );
    const responses = new Set(items.map(({ agentResponse }) => agentResponse));
    for (const response of ['N/A', null, 'Yes', 'Offers phone; Offers mail; Offers chat']) {
      expect(responses).toContain(response);
    }
    for (const { agentResponse, score } of items) if (agentResponse === 'N/A') expect(score).toBeNull();
    const written = items.find(({ maxScore, comments }) => maxScore === null && comments !== undefined);
    expect(written).toMatchObject({ score: null, agentResponse: null });
  });

  it('has the scorecards in lists only when asked for them', async () => {
    const [plain] = (await shared.ok<{ entities: Json[] }>(changedPath)).entities;
    expect(plain).not.toHaveProperty('scorecards');
    expect(plain).toHaveProperty('sections');
    const asked = await shared.ok<{ entities: Json[] }>(`${changedPath}&fields=scorecards`);
    expect(Object.keys(asked.entities[0] ?? {})).toEqual(['scorecards']);
  });

  it('has one customer scorecard for each finished survey, under both labels', async () => {
    const { entities } = await readAll(shared, `${changedPath}&fields=id,interactionId,scorecards`, byCursor);
    const labels = new Set<unknown>();
    for (const { interactionId, scorecards } of entities) {
      const ofCustomers = (scorecards as Json[]).filter(({ label }) => /csat/i.test(String(label)));
      for (const { label } of ofCustomers) labels.add(label);
      const surveys = organisation.surveysOfConversation(String(interactionId));
      const finished = surveys.filter(({ status }) => status === 'Finished');
      expect(ofCustomers.map(({ id }) => id)).toEqual(finished.map(({ id }) => id));
      for (const [index, { items }] of (ofCustomers as { items: Json[] }[]).entries()) {
        const answers = finished[index]?.groups.flatMap(({ questions }) => questions) ?? [];
        expect(items.map(({ value, text }) => value ?? text)).toEqual(
          answers.map(({ value, npsScore, freeText }) => value ?? npsScore ?? freeText ?? null),
        );
      }
    }
    expect(labels).toEqual(new Set(['CSAT', 'Customer Survey (csat)']));
  });

  it.each([
    ['of another conversation', (one: Entity, other: Entity) => [other['interactionId'], one.id]],
    ['that does not exist', (one: Entity) => [one['interactionId'], 'ffffffff-ffff-4fff-8fff-ffffffffffff']],
  ])('%s is not found', async (_, ids) => {
    const { entities } = await shared.ok<{ entities: [Entity, Entity] }>(
      `${changedPath}&fields=id,interactionId`,
    );
    const [one, other] = entities;
    const [conversationId, id] = ids(one, other);
    await shared.refused(404, scorecardPath({ conversationId: String(conversationId), id: String(id) }));
  });

  it('that lies in a hidden division is nowhere, even if it lies in another, too', async () => {
    const hidden = every.filter((each) => !isGranted(simulator, each));
    expect(hidden.some(({ divisionIds }) => divisionIds.length > 1)).toBe(true);
    for (const each of hidden) await shared.refused(404, scorecardPath(each));
    const { entities } = await shared.ok<{ entities: Json[] }>(
      `/api/v2/quality/evaluations/recalculate?evaluationId=${hidden.map(({ id }) => id).slice(0, 100)}`,
    );
    expect(entities).toEqual([]);
  });
});

describe('what is recalculated', () => {
  it('is told by its state alone, and no date moves', async () => {
    const guide = await freshGuide();
    const { ids } = await guide.ok<{ ids: string[] }>('/_simulator/pick?kind=finished&n=12');
    const read = async () =>
      guide.ok<{ entities: Json[] }>(`/api/v2/quality/evaluations/recalculate?evaluationId=${ids}`);
    const told = async () => new Set((await read()).entities.map(({ status }) => status));
    expect(await told()).toEqual(new Set(['completed']));
    const before = await readAll(guide, `${changedPath}&fields=id,dateModified`, byCursor);
    for (const evaluationId of ids) await guide.control('events', { kind: 'recalculate', evaluationId });
    expect(await told()).toEqual(new Set(['pending', 'recalculating']));
    expect((await read()).entities.map(({ evaluationId }) => evaluationId)).toEqual(ids);
    expect(await readAll(guide, `${changedPath}&fields=id,dateModified`, byCursor)).toEqual(before);
    for (const evaluationId of ids)
      await guide.control('events', { kind: 'finishRecalculation', evaluationId });
    expect(await told()).toEqual(new Set(['completed']));
  });
});

describe('a template', () => {
  it('says what the sections of its evaluations weigh and what questions can give', async () => {
    const { form } = sample(({ scoring }) => scoring !== undefined);
    const template = await shared.ok<{ sections: { id: string; weight: number; items: Entity[] }[] }>(
      `/api/v2/quality/templates/${form.id}`,
    );
    expect(template).toMatchObject({ id: form.id, name: form.name, dateModified: form.modifiedDate });
    for (const section of template.sections) {
      for (const { answers, maxScore, type } of section.items) {
        const values = (answers as { value: number }[]).map(({ value }) => value);
        const best =
          type === 'multipleSelectQuestion' ? values.reduce((a, b) => a + b, 0) : Math.max(...values);
        expect(maxScore).toBe(values.length === 0 ? null : best);
      }
    }
  });

  it('edited in place has another version and other points under the same id; its form version shows it', async () => {
    const guide = await freshGuide({ evaluations: 100 });
    const [form] = guide.simulator.organisation.publishedForms();
    const path = `/api/v2/quality/templates/${form?.id}`;
    const versionPath = `/api/v2/quality/formversions/${form?.id}`;
    const [before, shownBefore] = [await guide.ok(path), await guide.ok(versionPath)];
    await guide.control('events', { kind: 'editFormVersion', formId: form?.id });
    const [after, shownAfter] = [await guide.ok(path), await guide.ok(versionPath)];
    expect([before['version'], after['version']]).toEqual([1, 2]);
    expect(after['dateModified']).toBe(before['dateModified']);
    expect(after['sections']).not.toEqual(before['sections']);
    expect([shownAfter['formId'], shownAfter['version']]).toEqual([
      shownBefore['formId'],
      shownBefore['version'],
    ]);
    expect(shownAfter['weightDistribution']).not.toEqual(shownBefore['weightDistribution']);
  });

  it('has form versions that count up under one form', async () => {
    for (const { contextId } of organisation.publishedForms()) {
      const versions = await Promise.all(
        organisation
          .formVersions(contextId)
          .map(async ({ id }) => shared.ok(`/api/v2/quality/formversions/${id}`)),
      );
      expect(versions.map(({ formId }) => formId)).toEqual(versions.map(() => contextId));
      expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
    }
  });

  it('that does not exist is not found', async () => {
    await shared.refused(404, '/api/v2/quality/templates/x');
    await shared.refused(404, '/api/v2/quality/formversions/x');
  });
});

describe('assessments', () => {
  const path = `/api/v2/quality/assessments?dateFrom=${span.from}&dateTo=2027-01-01T00:00:00Z&pageSize=500`;

  it('are the evaluations that are no calibrations, by state', async () => {
    const ownStates = {
      pending: 'PENDING',
      inProgress: 'INPROGRESS',
      submitted: 'FINISHED',
      inReview: 'INREVIEW',
      retracted: 'RETRACTED',
    };
    for (const [status, own] of Object.entries(ownStates)) {
      const { entities } = await readAll(shared, `${path}&status=${status}`, byToken);
      const expected = shown.filter(
        (each) =>
          each.status === own &&
          each.calibrationId === undefined &&
          (each.submittedDate ?? each.createdDate) >= Date.parse(span.from),
      );
      expect(new Set(entities.map(({ id }) => id))).toEqual(new Set(expected.map(({ id }) => id)));
      expect(entities.every((each) => each['status'] === status)).toBe(true);
      expect(entities.length).toBeGreaterThan(0);
    }
  });

  it('refer to what interactions are called elsewhere', async () => {
    const { entities } = await readAll(shared, path, byToken);
    const referred = entities.filter(({ externalReferenceId }) => externalReferenceId !== undefined);
    expect([referred.length > 500, referred.length < entities.length]).toEqual([true, true]);
    for (const { interactionId, externalReferenceId } of referred.slice(0, 50)) {
      expect(organisation.conversation(String(interactionId))?.externalReference).toBe(externalReferenceId);
    }
  });
});

describe('divisions', () => {
  it('are all listed, but what lies in hidden ones is left out without an error', async () => {
    const { entities } = await shared.ok<{ entities: Entity[] }>('/api/v2/divisions');
    expect(entities.map(({ id }) => id)).toEqual(organisation.divisions().map(({ id }) => id));
    const count = async (guide: Guide, divisionId: string) =>
      (await readAll(guide, `${changedPath}&fields=id&divisionId=${divisionId}`, byCursor)).entities.length;
    const counts = await Promise.all(entities.map(async ({ id }) => [id, await count(shared, id)] as const));
    for (const [id, found] of counts) {
      const inIt = shown.filter(
        ({ divisionIds, changedDate }) => divisionIds.includes(id) && changedDate >= Date.parse(span.from),
      );
      expect(found).toBe(inIt.length);
      if (organisation.restrictedDivisionIds.includes(id)) expect(found).toBe(0);
    }
    expect(await count(shared, 'all')).toBe(counts.reduce((sum, [, found]) => sum + found, 0));
    const guide = await freshGuide({ client: { divisionIds: 'all' } });
    const partners = organisation.divisions().find(({ name }) => name === 'Partners');
    expect(await count(guide, String(partners?.id))).toBeGreaterThan(0);
  });
});

describe('feedback', () => {
  it('that was edited or deleted comes again by its change', async () => {
    const guide = await freshGuide();
    const path = '/api/v2/quality/feedback?pageSize=500';
    const { entities } = await readAll(guide, `${path}&dateFrom=${span.from}`, byToken);
    const [edited, deleted] = entities.filter(({ status }) => status === 'published');
    const later = encodeURIComponent('2026-10-20T11:59:00Z');
    expect((await readAll(guide, `${path}&dateModifiedFrom=${later}`, byToken)).entities).toEqual([]);
    await guide.control('events', { kind: 'editFeedback', feedbackId: edited?.id, content: 'Well done.' });
    await guide.control('events', { kind: 'deleteFeedback', feedbackId: deleted?.id });
    const changed = (await readAll(guide, `${path}&dateModifiedFrom=${later}`, byToken)).entities;
    expect(changed).toHaveLength(2);
    expect(changed).toContainEqual({ ...edited, content: 'Well done.', dateModified: expect.any(String) });
    expect(changed).toContainEqual(expect.objectContaining({ id: deleted?.id, status: 'deleted' }));
    const again = await readAll(guide, `${path}&dateFrom=${span.from}`, byToken);
    expect(again.entities.map(({ id }) => id)).toEqual(entities.map(({ id }) => id));
  });

  it('is narrowed by agent', async () => {
    const path = `/api/v2/quality/feedback?pageSize=500&dateFrom=${span.from}`;
    const { entities } = await readAll(shared, path, byToken);
    const agentId = String(entities[0]?.['agentId']);
    const own = await readAll(shared, `${path}&agentId=${agentId}`, byToken);
    expect(own.entities).toEqual(entities.filter((each) => each['agentId'] === agentId));
  });
});

describe('conversation details', () => {
  const path = '/api/v2/analytics/conversations/details/query';
  it('page by number through what started in the interval, in no order of time', async () => {
    const found: Json[] = [];
    for (let pageNumber = 1; ; pageNumber++) {
      const page = await shared.ok<{ conversations?: Json[]; totalHits: number }>(path, {
        interval: '2026-09-08T00:00:00Z/2026-09-15T00:00:00Z',
        paging: { pageSize: 100, pageNumber },
      });
      found.push(...(page.conversations ?? []));
      if (page.conversations !== undefined) continue;
      expect(page).toEqual({ totalHits: found.length });
      break;
    }
    const expected = [
      ...organisation.conversationsByStart(
        Date.parse('2026-09-08T00:00:00Z'),
        Date.parse('2026-09-15T00:00:00Z'),
      ),
    ].filter((each) => isGranted(simulator, each));
    expect(found.map(({ conversationId }) => conversationId)).toEqual(expected.map(({ id }) => id).sort());
    expect(found.length).toBeGreaterThan(200);
  });

  it('by id leave out what is unknown or hidden', async () => {
    const hidden = every.find((each) => !isGranted(simulator, each));
    const [known] = shown;
    const { entities } = await shared.ok<{ entities: Json[] }>(path, {
      interactionIds: ['x', hidden?.conversationId, known?.conversationId, known?.conversationId],
    });
    expect(entities).toHaveLength(1);
    expect(entities[0]).toMatchObject({
      interactionId: known?.conversationId,
      toAttributes: { agent_id: known?.agent.id, duration_seconds: expect.any(Number) },
    });
  });
});
