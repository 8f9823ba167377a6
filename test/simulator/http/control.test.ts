/** What a script does to the organisation, as the API and the truth show it; the clock; the same seed. */
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  auditor,
  dateRange,
  freshSimulator,
  openSimulator,
  present,
  searchAll,
  span,
  type Entity,
  type Listing,
  type Opened,
} from './simulatorClient.js';
import { jump, later, questionsOf, scoresOf, scripted, type Row } from './scripted.js';

/** For what changes nothing. */
const shared = await openSimulator({ evaluations: 300 });
afterAll(() => shared.close());

describe('a script', () => {
  it('rescores in place: another score, at the present', async () => {
    const { id, before, read, rowOf, happen, counted, found } = await scripted();
    expect(await happen({ kind: 'rescore' })).toEqual({ evaluationId: id });
    const after = await read(id);
    expect(after).toMatchObject({
      rescore: true,
      submittedDate: later,
      changedDate: later,
      status: 'FINISHED',
    });
    expect(questionsOf(after)).toEqual(questionsOf(before));
    expect(scoresOf(after)).not.toEqual(scoresOf(before));
    expect(await rowOf(id)).toMatchObject({
      submitted_at: later,
      is_rescored: true,
      total_score: after.answers.totalScore ?? null,
    });
    expect(await found('submittedDate')).toEqual([id]);
    expect(await counted()).toEqual({ [id]: ['nEvaluationsRescored'] });
  });

  it.each(['one that was never rescored', 'one that was rescored before'])(
    'rescores without a trace in any date: %s',
    async (which) => {
      const { id, before, read, rowOf, happen, counted, control } = await scripted();
      let dates = [before.submittedDate, before.changedDate];
      if (which.endsWith('before')) {
        await happen({ kind: 'rescore' });
        dates = [later, later];
        await control('POST', 'clock', { advanceSeconds: jump });
      }
      const old = await read(id);
      const events = await counted();
      await happen({ kind: 'rescore', keepDates: true });
      const after = await read(id);
      expect([after.submittedDate, after.changedDate]).toEqual(dates);
      expect(scoresOf(after)).not.toEqual(scoresOf(old));
      // No event tells of it, so that only the truth of everything holds it.
      const row = await rowOf(id, {});
      expect([row?.['submitted_at'], row?.['changed_at']]).toEqual(dates);
      expect(row?.['total_score']).toBe(after.answers.totalScore ?? null);
      expect(Object.keys(await counted())).toEqual(Object.keys(events));
    },
  );

  it('reopens on the newest version of the form, with other question ids', async () => {
    const { id, before, read, happen, control, truth, api } = await scripted();
    const { contextId } = before.evaluationForm;
    const { formId } = await control('POST', 'events', { kind: 'publishFormVersion', contextId });
    await happen({ kind: 'reopen' });
    const after = await read(id);
    expect(after.evaluationForm).toMatchObject({ id: formId, contextId });
    expect(questionsOf(after).some((question) => questionsOf(before).includes(question))).toBe(false);
    expect(after.submittedDate).toBe(later);
    const answers = (await truth('evaluation_answers')).filter((row) => row['evaluation_id'] === id);
    expect(answers.map((row) => row['question_id']).sort()).toEqual(questionsOf(after).sort());
    // The questions are others, what they ask is the same.
    const form = JSON.stringify(
      await api.get(`/api/v2/quality/forms/evaluations/${before.evaluationForm.id}`),
    );
    expect(answers.filter((row) => form.includes(String(row['question_context_id']))).length).toBeGreaterThan(
      3,
    );
  });

  it('publishes a form version: evaluations that are there keep theirs', async () => {
    const { id, before, read, control, truth, api } = await scripted();
    const { contextId } = before.evaluationForm;
    const forms = async () => (await truth('forms')).map((row) => row['form_id']).sort();
    const old = await forms();
    const { formId } = await control('POST', 'events', { kind: 'publishFormVersion', contextId });
    const versions = await api.get<Listing>(`/api/v2/quality/forms/evaluations/${formId}/versions`);
    expect(versions.entities.at(-1)).toMatchObject({ id: formId, modifiedDate: later, contextId });
    expect((await read(id)).evaluationForm.id).toBe(before.evaluationForm.id);
    // A perfect export holds the versions that are used.
    expect(await forms()).toEqual(old);
    const { forms: listed } = await control<{ forms: { contextId: string; versions: Entity[] }[] }>(
      'GET',
      'organisation',
    );
    expect(listed.find((form) => form.contextId === contextId)?.versions.at(-1)?.id).toBe(formId);
  });

  it('revises: a new evaluation, the old one retracted', async () => {
    const { id, before, read, rowOf, happen, counted, found, path, api } = await scripted();
    const { evaluationId } = await happen({ kind: 'revise' });
    const revision = String(evaluationId);
    expect(revision).not.toBe(id);
    expect(await read(id)).toMatchObject({ status: 'RETRACTED', changedDate: later });
    expect(await read(revision)).toMatchObject({
      status: 'FINISHED',
      version: 2,
      retractedEvaluation: { id },
      evaluationContextId: before['evaluationContextId'],
      submittedDate: later,
      revisionCreatedDate: later,
      versionHistory: { total: 2, entities: [{ id: revision }, { id }] },
    });
    expect(await rowOf(revision)).toMatchObject({ retracted_evaluation_id: id, revision: 2 });
    expect(await rowOf(id)).toMatchObject({ status: 'RETRACTED' });
    expect(await found('submittedDate')).toEqual([revision]);
    expect(await counted()).toEqual({ [revision]: ['nEvaluations'] });
    const conversation = path.split('/').at(-2);
    const both = await api.get<Listing>(
      `/api/v2/quality/evaluations/query?conversationId=${conversation}&includeDeletedUsers=true`,
    );
    expect(both.entities.map((each) => each.id).sort()).toEqual([id, revision].sort());
  });

  it('deletes', async () => {
    const { id, before, rowOf, happen, counted, path, api, truth, control } = await scripted();
    await happen({ kind: 'delete' });
    await api.refused(404, 'GET', `${path}/${id}`);
    expect(await rowOf(id)).toBeUndefined();
    expect((await truth('evaluation_answers')).some((row) => row['evaluation_id'] === id)).toBe(false);
    expect(await truth('tombstones', { from: later })).toEqual([{ entity: 'evaluations', record_id: id }]);
    const around = dateRange('createdDate', String(before['createdDate']), later);
    expect((await searchAll(api, [around])).map((item) => item.id)).not.toContain(id);
    expect(await counted()).toEqual({ [id]: ['nEvaluationsDeleted'] });
    await expect(control('POST', 'events', { kind: 'delete', evaluationId: id })).rejects.toThrow(id);
  });

  it.each([
    ['dispute', { status: 'INREVIEW', disputeCount: 1 }, { status: 'INREVIEW', dispute_count: 1 }],
    ['signOff', { agentHasRead: true }, { agent_has_read: true }],
  ])('lets an agent %s: nothing but the date of change tells', async (kind, shown, row) => {
    const { id, before, read, rowOf, happen, counted, found } = await scripted();
    expect(before).not.toMatchObject(shown);
    await happen({ kind });
    expect(await read(id)).toMatchObject({
      ...shown,
      changedDate: later,
      submittedDate: before.submittedDate,
    });
    expect(await rowOf(id)).toMatchObject({ ...row, changed_at: later });
    expect([await found('submittedDate'), await found('releaseDate'), await counted()]).toEqual([[], [], {}]);
  });

  it('releases what was never to be', async () => {
    const { id, before, read, rowOf, happen, found } = await scripted('neverReleased');
    expect([before['neverRelease'], before['releaseDate']]).toEqual([true, undefined]);
    await happen({ kind: 'release' });
    expect(await read(id)).toMatchObject({ neverRelease: false, releaseDate: later, changedDate: later });
    expect(await rowOf(id)).toMatchObject({ released_at: later, is_never_release: false });
    expect(await found('releaseDate')).toEqual([id]);
  });

  it('renames a user everywhere', async () => {
    const { id, before, read, rowOf, control, api, truth } = await scripted();
    const { id: userId } = before['agent'] as Entity;
    await control('POST', 'events', { kind: 'renameUser', userId, name: 'Zoë Newname' });
    expect((await read(id))['agent']).toMatchObject({ id: userId, name: 'Zoë Newname' });
    expect(await api.get(`/api/v2/users/${userId}`)).toMatchObject({ name: 'Zoë Newname' });
    expect(await rowOf(id, {})).toMatchObject({ agent_name: 'Zoë Newname' });
    expect(await truth('users')).toContainEqual(
      expect.objectContaining({ user_id: userId, name: 'Zoë Newname' }),
    );
  });

  it('revokes a division and grants it again, of one client only', async () => {
    const { id, before, rowOf, control, api, path, signIn } = await scripted();
    const [divisionId] = before['divisionIds'] as string[];
    const { divisionIds } = await control<{ divisionIds: string[] }>('POST', 'events', {
      kind: 'revokeDivision',
      divisionId,
    });
    expect(divisionIds).toHaveLength(4);
    await api.refused(404, 'GET', `${path}/${id}`);
    expect(await rowOf(id, {})).toBeUndefined();
    await (await signIn(auditor)).get(`${path}/${id}`);
    await control('POST', 'events', { kind: 'grantDivision', divisionId, clientId: 'exporter' });
    expect(await api.get(`${path}/${id}`)).toEqual(before);
    expect(await rowOf(id, {})).toBeDefined();
  });

  it.each([
    [{ kind: 'rescore', evaluationId: 'e-1' }, 'e-1'],
    [{ kind: 'rescore' }, 'evaluationId'],
    [{ kind: 'recompute', evaluationId: 'e-1' }, 'kind'],
    [{ kind: 'publishFormVersion', contextId: 'c-1' }, 'c-1'],
    [{ kind: 'editFormVersion', formId: 'f-1' }, 'f-1'],
    [{ kind: 'recalculate', evaluationId: 'e-1' }, 'e-1'],
    [{ kind: 'restore', evaluationId: 'e-1' }, 'e-1'],
    [{ kind: 'delete', evaluationId: 'e-1', silent: 'yes' }, 'silent'],
    [{ kind: 'renameUser', userId: 'u-1', name: 'n' }, 'u-1'],
    [{ kind: 'grantDivision', divisionId: 'd-1' }, 'd-1'],
    [{ kind: 'setPermissions', permissions: [], clientId: 'nobody' }, 'nobody'],
  ])('names what is wrong with %j', async (event, named) => {
    await expect(shared.control('POST', 'events', event)).rejects.toThrow(new RegExp(`400: .*${named}`));
  });
});

describe('the clock', () => {
  it('stands still, jumps and runs on', async () => {
    const { control } = await freshSimulator({ evaluations: 10 });
    const clock = (body: Row) => control<{ now: string; frozen: boolean }>('POST', 'clock', body);
    const started = await control<{ now: string; frozen: boolean }>('GET', 'clock');
    expect([started.frozen, started.now.slice(0, 16)]).toEqual([false, present.slice(0, 16)]);
    const frozen = await clock({ freeze: true });
    expect(await control('GET', 'clock')).toEqual(frozen);
    expect(await clock({ set: '2026-09-10T08:00:00+02:00' })).toEqual({
      now: '2026-09-10T06:00:00.000Z',
      frozen: true,
    });
    expect((await clock({ advanceSeconds: 90 })).now).toBe('2026-09-10T06:01:30.000Z');
    const running = await clock({ freeze: false });
    expect([running.frozen, running.now.slice(0, 16)]).toEqual([false, '2026-09-10T06:01']);
    await expect(clock({ set: 'tomorrow' })).rejects.toThrow(/400: .*set/);
    await expect(clock({ stop: true })).rejects.toThrow(/400: .*stop/);
  });

  it('stands still at what it is set to, not a moment behind it', async () => {
    const { control } = await freshSimulator({ evaluations: 10 });
    let passing = Date.now();
    const hurried = vi.spyOn(Date, 'now').mockImplementation(() => (passing += 1));
    try {
      const set = '2026-09-10T06:00:00.000Z';
      expect(await control('POST', 'clock', { set, freeze: true })).toEqual({ now: set, frozen: true });
    } finally {
      hurried.mockRestore();
    }
  });

  it('decides what has happened', async () => {
    const { control, truth, signIn, simulator } = await freshSimulator({
      evaluations: 300,
      now: '2026-09-10T00:00:00Z',
    });
    const submitted = async () => (await truth('evaluations')).filter((row) => row['submitted_at'] !== null);
    const early = await submitted();
    for (const row of early) expect(String(row['submitted_at']) < '2026-09-10T00:01').toBe(true);
    await control('POST', 'clock', { set: '2026-09-20T00:00:00Z' });
    const api = await signIn(simulator);
    const late = await submitted();
    expect(late.length).toBeGreaterThan(early.length + 50);
    const range = dateRange('submittedDate', '2026-09-10T00:01:00.000Z', span.to);
    const found = await searchAll(api, [range]);
    expect(found.length).toBeGreaterThan(30);
    for (const item of found) expect(String(item['submittedDate']) < '2026-09-20T00:01').toBe(true);
    await control('POST', 'clock', { set: '2026-09-10T00:00:00Z' });
    expect(await searchAll(api, [range])).toEqual([]);
  });

  it('releases what was scheduled when it is due', async () => {
    const { control, truth, signIn, simulator } = await freshSimulator({ evaluations: 300 });
    const row =
      (await truth('evaluations')).find(
        (each) => each['released_at'] !== null && String(each['released_at']) > present,
      ) ?? {};
    const criteria = [
      dateRange('submittedDate', span.from, span.to),
      { type: 'EXACT', field: 'released', value: 'true' },
      { type: 'EXACT', field: 'evaluationId', value: row['evaluation_id'] },
    ];
    expect(await searchAll(await signIn(simulator), criteria)).toEqual([]);
    await control('POST', 'clock', { set: row['released_at'] });
    expect(await searchAll(await signIn(simulator), criteria)).toHaveLength(1);
  });
});

describe('the truth', () => {
  it('of a span holds what anything happened to in it', async () => {
    const { id, happen, truth } = await scripted();
    expect(await truth('evaluations', { from: later })).toEqual([]);
    await happen({ kind: 'signOff' });
    expect((await truth('evaluations', { from: later })).map((row) => row['evaluation_id'])).toEqual([id]);
    expect(await truth('evaluations', { from: later, to: later })).toEqual([]);
    const whole = await truth('evaluations');
    const days = await truth('evaluations', { from: '2026-08-01T00:00:00Z', to: present });
    expect(days.map((row) => row['evaluation_id']).sort()).toEqual(
      whole.map((row) => row['evaluation_id']).sort(),
    );
  });

  it.each([
    ['table=scores', 'table'],
    ['', 'table'],
    ['table=users&from=yesterday', 'from'],
    ['table=users&clientId=nobody', 'nobody'],
    ['table=users&page=1', 'page'],
  ])('is refused for ?%s', async (query, named) => {
    await expect(shared.control('GET', `truth?${query}`)).rejects.toThrow(new RegExp(`400: .*${named}`));
  });
});

describe('pick', () => {
  it.each<[string, (row: Row) => boolean]>([
    ['finished', (row) => row['status'] === 'FINISHED'],
    ['released', (row) => row['status'] === 'FINISHED' && String(row['released_at']) <= present],
    ['neverReleased', (row) => row['status'] === 'FINISHED' && row['is_never_release'] === true],
    ['automated', (row) => row['status'] === 'FINISHED' && row['is_automated'] === true],
    ['pending', (row) => row['submitted_at'] === null],
  ])('finds what is %s, the same ones first', async (kind, matches) => {
    const { control, truth } = shared;
    const pick = async (n: number) =>
      (await control<{ ids: string[] }>('GET', `pick?kind=${kind}&n=${n}`)).ids;
    const wanted = new Set((await truth('evaluations')).filter(matches).map((row) => row['evaluation_id']));
    const all = await pick(1_000);
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((id) => !wanted.has(id))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
    expect(await pick(2)).toEqual(all.slice(0, 2));
  });

  it('finds what is on a version of a form', async () => {
    const { control, truth } = shared;
    const pick = async (query: string) =>
      (await control<{ ids: string[] }>('GET', `pick?kind=finished&n=1000${query}`)).ids;
    const formOf = new Map(
      (await truth('evaluations')).map((row) => [row['evaluation_id'], String(row['form_id'])]),
    );
    const all = await pick('');
    const [formId = ''] = formOf.values();
    const wanted = all.filter((id) => formOf.get(id) === formId);
    expect(wanted.length).toBeGreaterThan(1);
    expect(await pick(`&formId=${formId}`)).toEqual(wanted);
    await expect(pick('&formId=f-1')).rejects.toThrow(/400: .*f-1/);
  });
});

describe('the same seed', () => {
  const tables = ['evaluations', 'evaluation_answers', 'calibrations', 'form_questions', 'users', 'queues'];
  const imprint = async ({ truth, api, close }: Opened) => {
    const [first] = await searchAll(api, [dateRange('submittedDate', span.from, span.to)]);
    const rows = await Promise.all(tables.map((table) => truth(table)));
    await close();
    return JSON.stringify([first, rows]);
  };

  it('gives the same organisation, another seed another', async () => {
    const [one, two, other] = await Promise.all(
      [5, 5, 6].map(async (seed) => imprint(await openSimulator({ seed, evaluations: 60 }))),
    );
    expect(one).toBe(two);
    expect(one).not.toBe(other);
    expect(one?.length).toBeGreaterThan(50_000);
  });
});
