import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duckdbDialect } from '../../../warehouses/sql/dialects/duckdb.js';
import { columnNames, slug } from '../../../warehouses/sql/views/columnNames.js';
import { viewStatements } from '../../../warehouses/sql/views/createViews.js';
import { pivotView, readPivotedForms } from '../../../warehouses/sql/views/pivot.js';
import { changeFile, scratchWarehouse, type ScratchWarehouse } from '../scratchWarehouse.js';
import { formVersion, scorecard } from './sampleQuality.js';

const question = { question: 'q1', points: 1 };

async function loaded(): Promise<ScratchWarehouse> {
  const scratch = await scratchWarehouse();
  await scratch.load(
    'b1',
    formVersion('v1', [
      { ...question, group: 'g1', groupName: 'Opening' },
      { ...question, question: 'q2', group: 'old', groupName: "Crème & 'brûlée'" },
    ]),
    formVersion('v2', [
      { ...question, group: 'g2', groupName: 'Opening' },
      { ...question, question: 'q2', group: 'g1', groupName: 'Greeting' },
      { ...question, question: 'q3', group: 'g3', groupName: '締め' },
    ]),
    scorecard({
      id: 'e1',
      groups: [
        { id: 'g1', score: 3, of: 4 },
        { id: 'old', score: 1, of: 8 },
      ],
    }),
    scorecard({
      id: 'e2',
      version: 'v2',
      groups: [
        { id: 'g1', score: 0, of: 4, na: true },
        { id: 'g2', score: 5, of: 5 },
        { id: 'g3', score: 0, of: 0 },
      ],
    }),
    scorecard({ id: 'e3', version: 'v2', score: null }),
    scorecard({ id: 'e4', groups: [{ id: 'g1', score: 1, of: 4 }], values: { status: 'INREVIEW' } }),
    scorecard({ id: 'e5', groups: [{ id: 'g1', score: 1, of: 4 }], values: { form_context_id: 'another' } }),
  );
  return scratch;
}

async function makeView(
  { path, rows }: ScratchWarehouse,
  version?: string,
  contextId = 'form',
): Promise<string> {
  const form = (await readPivotedForms(rows, version)).get(contextId);
  if (form === undefined) throw new Error('The form was not found.');
  const view = pivotView(duckdbDialect, form);
  await changeFile(path, ...viewStatements(duckdbDialect, view));
  return view.name;
}

describe('the pivot of a form', () => {
  it('has a column for each group of any version, named as the newest one names it', async () => {
    const scratch = await loaded();
    const name = await makeView(scratch);
    expect(name).toMatch(/^v_group_scores_service_[0-9a-f]{6}$/);
    const columns = 'score_opening, score_greeting, score_3, score_creme_brulee';
    expect(
      await scratch.rows(`SELECT evaluation_id, ${columns} FROM ${name} ORDER BY evaluation_id`),
    ).toEqual([
      {
        evaluation_id: 'e1',
        score_opening: null,
        score_greeting: 75,
        score_3: null,
        score_creme_brulee: 12.5,
      },
      {
        evaluation_id: 'e2',
        score_opening: 100,
        score_greeting: null,
        score_3: null,
        score_creme_brulee: null,
      },
      {
        evaluation_id: 'e3',
        score_opening: null,
        score_greeting: null,
        score_3: null,
        score_creme_brulee: null,
      },
    ]);
  });

  it('is of one version alone when asked for', async () => {
    const scratch = await loaded();
    const name = await makeView(scratch, 'v1');
    expect(name).toMatch(/^v_group_scores_service_[0-9a-f]{6}$/);
    expect(
      await scratch.rows(`SELECT evaluation_id, score_opening, score_creme_brulee FROM ${name}`),
    ).toEqual([{ evaluation_id: 'e1', score_opening: 75, score_creme_brulee: 12.5 }]);
  });

  it('has a name of its own, whatever other forms and versions are called, that PostgreSQL does not cut', () => {
    const [first, ...others] = [
      { contextId: 'rubric-sales', name: 'Service' },
      { contextId: 'rubric-support', name: 'Service!' },
      { contextId: 'rubric-sales', versionId: 'version-1', name: 'Service' },
      { contextId: 'rubric-sales', versionId: 'version-2', name: 'Service' },
      { contextId: 'f1', name: '締め' },
      { contextId: 'f2', name: '手順' },
      { contextId: 'f1', name: 'Service '.repeat(20) },
    ].map((form) => pivotView(duckdbDialect, { ...form, groups: [] }).name);
    expect(new Set([first, ...others]).size).toBe(others.length + 1);
    for (const name of [first, ...others]) expect(name).toMatch(/^v_group_scores_[a-z0-9_]{6,48}$/);
    // The same in every version of Tidemark: another name would leave people with the view of before.
    expect(first).toBe('v_group_scores_service_d903bc');
  });

  it('is of a version where the contract knows no form over its versions', async () => {
    const scratch = await scratchWarehouse();
    const alone = { form_context_id: null };
    const { forms = [], form_questions: questions = [] } = formVersion('v1', [
      { ...question, group: 'g1', groupName: 'Opening' },
    ]);
    await scratch.load(
      'b1',
      {
        forms: forms.map((form) => ({ ...form, ...alone })),
        form_questions: questions.map((each) => ({ ...each, ...alone, group_context_id: null })),
      },
      scorecard({ id: 'e1', groups: [{ id: 'g1', context: null, score: 3, of: 4 }], values: alone }),
      scorecard({ id: 'e2', version: 'v2', values: alone }),
    );
    const [form] = (await readPivotedForms(scratch.rows)).values();
    expect(form).toMatchObject({ contextId: 'v1', groups: [{ id: 'g1-v1', name: 'Opening' }] });
    const name = await makeView(scratch, 'v1', 'v1');
    expect(await scratch.rows(`SELECT evaluation_id, score_opening FROM ${name}`)).toEqual([
      { evaluation_id: 'e1', score_opening: 75 },
    ]);
  });

  it('knows no form that the warehouse does not hold', async () => {
    const { rows } = await loaded();
    expect([...(await readPivotedForms(rows)).keys()]).toEqual(['form']);
    expect((await readPivotedForms(rows, 'v3')).size).toBe(0);
  });
});

describe('names made of what people wrote', () => {
  it.each([
    ['Opening', 'opening'],
    ['  Greeting & ID-check (v2)! ', 'greeting_id_check_v2'],
    ['Größe', 'gro_e'],
    ['Éléments à vérifier', 'elements_a_verifier'],
    ['締め', ''],
    ['"; DROP TABLE evaluations; --', 'drop_table_evaluations'],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(slug(text)).toBe(expected);
  });

  it('number what is the same', () => {
    expect(columnNames('score_', ['A', 'a!', 'A 2', '', '?', 'A'])).toEqual([
      'score_a',
      'score_a_2',
      'score_a_2_2',
      'score_4',
      'score_5',
      'score_a_3',
    ]);
  });

  it('are unique, safe without quotes, short enough for every warehouse, and always the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('a', 'A', 'a 2', '2'))),
        (texts) => {
          const names = columnNames('score_', texts);
          expect(names).toHaveLength(texts.length);
          expect(new Set(names).size).toBe(names.length);
          for (const name of names) expect(name).toMatch(/^score_[a-z0-9_]{1,50}$/);
          expect(columnNames('score_', texts)).toEqual(names);
        },
      ),
    );
  });
});
