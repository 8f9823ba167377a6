/** What changes without any date or data event that tells of it: edited forms, recalculations, silent deletions. */
import { describe, expect, it } from 'vitest';
import { later, questionsOf, scoresOf, scripted, type Read, type Row } from './scripted.js';
import { dateRange, freshSimulator, searchAll, type Entity, type Listing } from './simulatorClient.js';
import { deviations } from './vendorSchema.js';

interface Form extends Entity {
  contextId: string;
  modifiedDate: string;
  weightMode: string;
  questionGroups: { weight: number; questions: { id: string; answerOptions: { value: number }[] }[] }[];
}
type Scripted = Awaited<ReturnType<typeof scripted>>;

const formsPath = '/api/v2/quality/forms/evaluations';
const weightsOf = (form: Form) => form.questionGroups.map(({ weight }) => weight);
const valuesOf = (form: Form) =>
  form.questionGroups.flatMap(({ questions }) =>
    questions.flatMap(({ answerOptions }) => answerOptions.map(({ value }) => value)),
  );
/** A form without what an edit changes. */
const frameOf = (form: Form) =>
  JSON.parse(
    JSON.stringify(form, (key, value: unknown) => (key === 'weight' || key === 'value' ? 0 : value)),
  ) as unknown;
const withoutAnswers = ({ answers: _, aiScoring: __, ...rest }: Read) => rest;
const keyed = (rows: Row[], key: string, value: string) =>
  new Map(rows.map((row) => [row[key] as string, row[value]]));

/** An evaluation as a list by conversation shows it. */
async function listed({ api, path, id }: Scripted): Promise<Read | undefined> {
  const conversation = path.split('/').at(-2);
  const query = `conversationId=${conversation}&includeDeletedUsers=true&expandAnswerTotalScores=true`;
  const page = await api.get<Listing<Read>>(`/api/v2/quality/evaluations/query?${query}`);
  expect(deviations('EvaluationEntityListing', page)).toEqual([]);
  return page.entities.find((each) => each.id === id);
}

describe('a form version that is edited in place', () => {
  it('is served with other weights and points, and nothing else about it moves', async () => {
    const { before, control, api } = await scripted();
    const formId = before.evaluationForm.id;
    const served = async () => {
      const form = await api.get<Form>(`${formsPath}/${formId}`);
      expect(deviations('EvaluationFormResponse', form)).toEqual([]);
      const { entities } = await api.get<Listing<Form>>(`${formsPath}/bulk?id=${formId}`);
      expect(entities).toEqual([form]);
      expect(await api.get(`/api/v2/quality/publishedforms/evaluations/${formId}`)).toEqual(form);
      return form;
    };
    const lists = () =>
      Promise.all([
        api.get(`${formsPath}/${formId}/versions`),
        api.get('/api/v2/quality/publishedforms/evaluations'),
      ]);
    const [form, listings] = [await served(), await lists()];
    const edit = () => control('POST', 'events', { kind: 'editFormVersion', formId });
    expect(await edit()).toEqual({ formId });
    const once = await served();
    await edit();
    const twice = await served();
    for (const [one, other] of [
      [form, once],
      [once, twice],
    ] as const) {
      expect(frameOf(other)).toEqual(frameOf(one));
      expect(weightsOf(other)).not.toEqual(weightsOf(one));
      expect(valuesOf(other)).not.toEqual(valuesOf(one));
    }
    expect(await lists()).toEqual(listings);
  });

  it.each(['untouched', 'signed off by script', 'reopened by script'])(
    'gives its evaluations other scores: %s',
    async (which) => {
      const { id, read, searched, rowOf, happen, counted, found, api, truth } = await scripted();
      if (which.startsWith('signed')) await happen({ kind: 'signOff' });
      if (which.startsWith('reopened')) await happen({ kind: 'reopen' });
      const old = await read(id);
      const events = [await counted(), await found('submittedDate')];
      const formId = old.evaluationForm.id;
      let last = old;
      for (const _ of ['once', 'twice']) {
        expect(await happen({ kind: 'editFormVersion', formId, evaluationId: undefined })).toEqual({
          formId,
        });
        const after = await read(id);
        expect(deviations('EvaluationResponse', after)).toEqual([]);
        expect(withoutAnswers(after)).toEqual(withoutAnswers(old));
        expect(questionsOf(after)).toEqual(questionsOf(old));
        expect(after.answers).not.toEqual(last.answers);
        const evaluationForm = await api.get<Form>(`${formsPath}/${formId}`);
        const scored = await api.post('/api/v2/quality/evaluations/scoring', {
          evaluationForm: scorable(evaluationForm),
          answers: after.answers,
        });
        expect(scored).toMatchObject({
          totalScore: after.answers.totalScore,
          maxTotalRawScore: after.answers.maxTotalRawScore,
        });
        if (which === 'untouched') expect((await searched())[0]?.answers).toEqual(after.answers);
        expect((await rowOf(id, {}))?.['total_score']).toBe(after.answers.totalScore);
        last = after;
      }
      expect([await counted(), await found('submittedDate')]).toEqual(events);
      const answers = (await truth('evaluation_answers')).filter((row) => row['evaluation_id'] === id);
      expect(keyed(answers, 'question_id', 'score')).toEqual(
        new Map(scoresOf(last).map(({ questionId, score }) => [questionId, score])),
      );
    },
  );

  it('is what the truth tells, of its own evaluations only', async () => {
    const { control, truth, api } = await freshSimulator({ evaluations: 300 });
    const tables = ['evaluations', 'form_questions', 'form_answer_options', 'evaluation_group_scores'];
    const rows = async () => Promise.all(tables.map((table) => truth(table)));
    const forms = await truth('forms');
    const formId = String(forms.find((row) => row['weight_mode'] === 'SCALED')?.['form_id']);
    const old = await rows();
    await control('POST', 'events', { kind: 'editFormVersion', formId });
    const [evaluations = [], questions = [], options = [], groups = []] = await rows();
    const others = (all: Row[] = []) => all.filter((row) => row['form_id'] !== formId);
    for (const [index, table] of [evaluations, questions, options].entries())
      expect(others(table)).toEqual(others(old[index]));
    const own = evaluations.filter((row) => row['form_id'] === formId);
    const before = keyed(old[0] ?? [], 'evaluation_id', 'total_score');
    const moved = own.filter((row) => row['total_score'] !== before.get(String(row['evaluation_id'])));
    expect(moved.length).toBeGreaterThan(own.length * 0.8);

    const form = await api.get<Form>(`${formsPath}/${formId}`);
    const ofForm = (all: Row[]) => all.filter((row) => row['form_id'] === formId);
    expect(new Set(ofForm(questions).map((row) => row['group_weight']))).toEqual(new Set(weightsOf(form)));
    expect(
      ofForm(options)
        .filter((row) => row['built_in_type'] === null)
        .map((row) => row['value']),
    ).toEqual(valuesOf(form));
    const one = own.find((row) => row['total_score'] !== null)?.['evaluation_id'];
    expect(groups.filter((row) => row['evaluation_id'] === one).map((row) => row['group_weight'])).toEqual(
      weightsOf(form),
    );
    expect(await truth('forms')).toEqual(forms);
  });
});

/** A form as a request may carry it: the request's model has no weight mode. */
function scorable({ weightMode: _, ...form }: Form) {
  return form;
}

describe('a recalculation', () => {
  it.each(['released', 'automated'])(
    'shows a transient score until it is finished, and no date moves: %s',
    async (kind) => {
      const opened = await scripted(kind);
      const { id, before, read, searched, rowOf, happen, counted, found } = opened;
      const status = async () => (await rowOf(id, {}))?.['score_calculation_status'];
      expect([before.aiScoring, await status()]).toEqual([
        kind === 'automated' ? { pending: false } : undefined,
        'final',
      ]);
      const seen = [before];
      for (const [event, pending] of [
        ['recalculate', true],
        ['finishRecalculation', false],
      ] as const) {
        expect(await happen({ kind: event })).toEqual({ evaluationId: id });
        const after = await read(id);
        expect(deviations('EvaluationResponse', after)).toEqual([]);
        expect(after.aiScoring).toEqual({ pending });
        expect(withoutAnswers(after)).toEqual(withoutAnswers(before));
        for (const earlier of seen) expect(scoresOf(after)).not.toEqual(scoresOf(earlier));
        seen.push(after);
        const [item] = await searched();
        expect([item?.aiScoring, item?.answers]).toEqual([{ pending }, after.answers]);
        const entity = await listed(opened);
        expect([entity?.aiScoring, entity?.answers.totalScore]).toEqual([
          { pending },
          after.answers.totalScore,
        ]);
        expect(await status()).toBe(pending ? 'pending' : 'final');
        expect((await rowOf(id, {}))?.['total_score']).toBe(after.answers.totalScore ?? null);
      }
      expect([await counted(), await found('submittedDate')]).toEqual([{}, []]);
    },
  );

  it('gives other answers each time to what was rescored before it, and rescored after it', async () => {
    const { control, truth, api } = await freshSimulator({ evaluations: 300 });
    const row = (await truth('evaluations')).find((each) => each['is_rescored'] === true) ?? {};
    const evaluationId = String(row['evaluation_id']);
    const path = `/api/v2/quality/conversations/${row['conversation_id']}/evaluations/${evaluationId}`;
    const sheets = [JSON.stringify(scoresOf(await api.get<Read>(path)))];
    for (const kind of ['signOff', 'recalculate', 'finishRecalculation', 'rescore', 'recalculate']) {
      await control('POST', 'events', { kind, evaluationId });
      sheets.push(JSON.stringify(scoresOf(await api.get<Read>(path))));
    }
    expect(sheets[1]).toBe(sheets[0]);
    expect(new Set(sheets).size).toBe(sheets.length - 1);
  });

  it('is refused where there is no score, or nothing to finish', async () => {
    const { id, happen, control } = await scripted();
    const [pending] = (await control<{ ids: string[] }>('GET', 'pick?kind=pending')).ids;
    for (const kind of ['recalculate', 'finishRecalculation'])
      await expect(happen({ kind, evaluationId: pending })).rejects.toThrow(
        new RegExp(`400: .*${pending}.* no submitted`),
      );
    const refusal = new RegExp(`400: .*${id}.* being recalculated`);
    await expect(happen({ kind: 'finishRecalculation' })).rejects.toThrow(refusal);
    await happen({ kind: 'recalculate' });
    await happen({ kind: 'finishRecalculation' });
    await expect(happen({ kind: 'finishRecalculation' })).rejects.toThrow(refusal);
  });
});

describe('a deletion', () => {
  it('that is silent leaves nothing, no event either', async () => {
    const opened = await scripted();
    const { id, before, rowOf, searched, happen, counted, path, api, truth } = opened;
    expect(await happen({ kind: 'delete', silent: true })).toEqual({ evaluationId: id });
    await api.refused(404, 'GET', `${path}/${id}`);
    expect([await searched(), await listed(opened), await rowOf(id, {})]).toEqual([[], undefined, undefined]);
    const around = dateRange('createdDate', String(before['createdDate']), later);
    expect((await searchAll(api, [around])).map((item) => item.id)).not.toContain(id);
    expect((await truth('evaluation_answers')).some((row) => row['evaluation_id'] === id)).toBe(false);
    expect(await truth('tombstones', { from: later })).toEqual([]);
    expect(await counted()).toEqual({});
    const details = `/api/v2/analytics/conversations/${path.split('/').at(-2)}/details`;
    expect(await api.get(details)).not.toHaveProperty('evaluations');
    await expect(happen({ kind: 'signOff' })).rejects.toThrow(id);
  });

  it.each([true, false])('is undone as if it had never been (silent: %s)', async (silent) => {
    const { id, read, searched, rowOf, happen, counted, found, path, api, truth } = await scripted();
    // What a script did to it before comes back, too.
    await happen({ kind: 'rescore' });
    const [before, row, events] = [await read(id), await rowOf(id, {}), await counted()];
    await happen({ kind: 'delete', silent });
    await api.refused(404, 'GET', `${path}/${id}`);
    expect(await happen({ kind: 'restore' })).toEqual({ evaluationId: id });
    expect([await read(id), await rowOf(id, {}), await counted()]).toEqual([before, row, events]);
    expect(await found('submittedDate')).toEqual([id]);
    expect(await searched()).toEqual([]);
    expect(await truth('tombstones', { from: later })).toEqual([]);
    await expect(happen({ kind: 'restore' })).rejects.toThrow(new RegExp(`400: .*${id}.* was deleted`));
    await happen({ kind: 'delete' });
    expect(await truth('tombstones', { from: later })).toEqual([{ entity: 'evaluations', record_id: id }]);
  });

  it('that nature had in store is undone, too', async () => {
    const { control, truth } = await freshSimulator({ evaluations: 300 });
    const [gone] = await truth('tombstones');
    const evaluationId = gone?.['record_id'];
    await control('POST', 'events', { kind: 'restore', evaluationId });
    expect((await truth('tombstones')).map((row) => row['record_id'])).not.toContain(evaluationId);
    expect((await truth('evaluations')).map((row) => row['evaluation_id'])).toContain(evaluationId);
  });
});
