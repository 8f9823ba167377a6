import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CsvRow } from '../../../../sources/cxone/data-extraction/columns.js';
import type { JoinedWorkflow } from '../../../../sources/cxone/data-extraction/joinedWorkflow.js';
import {
  formName,
  type PreparedForm,
  type PreparedPage,
} from '../../../../sources/cxone/data-extraction/prepared.js';
import { normalRow, parseWorkflow } from '../../../../sources/cxone/data-extraction/fields.js';
import { recordOf } from '../../../../sources/cxone/data-extraction/records.js';
import { extractedAt, questionRow, shape, without, workflowRow, type TestFile } from './rows.js';

const csv = (rows: readonly CsvRow[], options: object = {}): string => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return stringify([...rows], { header: true, columns, ...options });
};

type Shaped = Awaited<ReturnType<typeof shape>>;

function recordsOf({ kept, pages }: Shaped): JoinedWorkflow[] {
  const records: JoinedWorkflow[] = [];
  for (let number = 1; number <= pages; number++) {
    const page = kept.get(`page-${String(number).padStart(4, '0')}`) as PreparedPage;
    expect(page.isLast).toBe(number === pages);
    records.push(...page.records);
  }
  return records;
}

const byId = (records: readonly JoinedWorkflow[]) =>
  new Map(records.map((record) => [record.workflow['Workflow ID'], record]));

const orphansOf = ({ kept }: Shaped): CsvRow[] =>
  [...kept].flatMap(([name, content]) =>
    name.startsWith('orphans-') ? (content as { rows: CsvRow[] }).rows : [],
  );

const oddTexts = fc.string({
  unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r\n', '\r', ' ', ';', '漢', "'"),
});
const lineEnds = fc.constantFrom('\n', '\r\n', '\r');

/** The same with an end of its own for each line, as when files of several writers were put together. */
const csvOfEnds = (rows: readonly CsvRow[], ends: readonly string[], bom: boolean): string => {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [Object.fromEntries(columns.map((column) => [column, column])), ...rows].map((row, index) =>
    stringify([row], { columns, quoted_match: /[\r\n]/u, record_delimiter: ends[index % ends.length] ?? '' }),
  );
  return (bom ? '\ufeff' : '') + lines.join('');
};

describe('what stands in files', () => {
  test('comes back as it was written, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(oddTexts, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        fc.array(lineEnds, { minLength: 1, maxLength: 3 }),
        async (comments, bom, ends) => {
          const rows = comments.map((comment, index) =>
            workflowRow({ 'Workflow ID': `w-${index}`, 'User Review Comments': comment }),
          );
          const shaped = await shape([{ kind: 'workflows', content: csvOfEnds(rows, ends, bom) }]);
          const read = byId(recordsOf(shaped));
          for (const [index, comment] of comments.entries()) {
            const text = read.get(`w-${index}`)?.workflow['User Review Comments'];
            // An empty field is absent.
            expect(text).toBe(comment === '' ? undefined : comment);
          }
          expect(shaped.records).toBe(rows.length);
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each([
    ['no bytes at all', ''],
    ['nothing but a mark of its order of bytes', '\ufeff'],
    ['a header alone', csv([workflowRow()]).split('\n')[0] ?? ''],
  ])('is a window without records for %s', async (_, content) => {
    const shaped = await shape([{ kind: 'workflows', content }]);
    expect(shaped).toMatchObject({ pages: 1, records: 0, notes: [] });
    expect(shaped.kept.get('page-0001')).toEqual({ records: [], isLast: true });
  });

  test.each([
    {
      what: 'a required column is missing',
      file: { kind: 'workflows', content: csv([without(workflowRow(), 'Submission Date')]) },
      error:
        /qm-workflows-0 has no column "Submission Date"; it has "Workflow ID", "Type", .*"Interaction End Date"\./u,
    },
    {
      what: 'a required column of questions is missing',
      file: { kind: 'questions', content: csv([without(questionRow(), 'Question ID')]) },
      error: /qm-questions-0 has no column "Question ID"; it has "Workflow Instance ID"/u,
    },
    {
      what: 'a column is there in two spellings',
      file: { kind: 'workflows', content: csv([{ ...workflowRow(), 'score percentage': '7' }]) },
      error: /has the column "score percentage" twice/u,
    },
    {
      what: 'a row has too few fields',
      file: { kind: 'workflows', content: `${csv([workflowRow()])}w-2,Evaluation\n` },
      error: /qm-workflows-0 is no CSV at line 3 \(CSV_RECORD_INCONSISTENT_FIELDS_LENGTH\)/u,
    },
    {
      what: 'a quote is never closed',
      file: { kind: 'workflows', content: `${csv([workflowRow()])}"${'w-2,Evaluation\n'.repeat(1_200_000)}` },
      error: /qm-workflows-0 is no CSV at line \d+ \(CSV_MAX_RECORD_SIZE\)/u,
    },
    {
      what: 'it ends within quotes',
      file: { kind: 'workflows', content: csv([workflowRow({ Type: 'a "b" c' })]).slice(0, -200) },
      error: /qm-workflows-0 is no CSV at line \d+/u,
    },
  ] as { what: string; file: TestFile; error: RegExp }[])(
    'is refused where $what',
    async ({ file, error }) => {
      await expect(shape([file])).rejects.toThrow(
        expect.objectContaining({ kind: 'SchemaMismatch', message: expect.stringMatching(error) }),
      );
    },
  );

  test('is told of where it is new, and kept', async () => {
    const row = { ...workflowRow(), Sentiment: 'calm', 'Deletion Reason': '' };
    const shaped = await shape([
      { kind: 'workflows', content: csv([row]) },
      { kind: 'questions', content: csv([questionRow()]) },
    ]);
    expect(shaped.notes).toEqual([
      'qm-workflows has columns that are not known, kept in raw only: Deletion Reason, Sentiment.',
    ]);
    expect(recordsOf(shaped)[0]?.workflow['Sentiment']).toBe('calm');
  });

  test('under a header that comes several times is kept, each under a name of its own', async () => {
    const headers = Object.keys(workflowRow());
    const values = Object.values(workflowRow());
    const content = stringify([
      [...headers, 'Note', 'Note (2)', 'Note', '', ''],
      [...values, 'first', 'second', 'third', 'no header', ''],
    ]);
    const shaped = await shape([{ kind: 'workflows', content }]);
    const workflow = recordsOf(shaped)[0]?.workflow;
    expect(workflow).toMatchObject({
      Note: 'first',
      'Note (2)': 'second',
      'Note (3)': 'third',
      '': 'no header',
    });
    expect(shaped.notes).toContainEqual(expect.stringContaining('Note, Note (2), Note (3)'));
  });

  test.each([
    ['later', '\n', '\r\n'],
    ['earlier', '\r\n', '\n'],
    ['from old systems', '\r', '\r\n'],
  ])('is read where lines end in several ways: carriage returns %s', async (_, first, second) => {
    const rows = [1, 2, 3].map((n) => workflowRow({ 'Workflow ID': `w-${n}` }));
    const lines = csv(rows).trimEnd().split('\n');
    const content = `${lines.slice(0, 2).join(first)}${first}${lines.slice(2).join(second)}${second}`;
    const joined = recordsOf(await shape([{ kind: 'workflows', content }]));
    expect(joined.map((record) => recordOf(record).id)).toEqual(['w-1', 'w-2', 'w-3']);
    // What stands last in a line holds nothing of its end.
    for (const { workflow } of joined) expect(workflow['Interaction End Date']).not.toMatch(/\s$/u);
    expect(joined.map(({ workflow }) => parseWorkflow(normalRow(workflow)).interactionenddate)).toEqual(
      rows.map(() => '2026-09-01T00:07:00.000Z'),
    );
  });

  test('with blanks around ids is one workflow with its questions', async () => {
    const shaped = await shape([
      { kind: 'workflows', content: csv([workflowRow({ 'Workflow ID': ' w-1 ', 'Form Version': '3 ' })]) },
      {
        kind: 'questions',
        content: csv([
          questionRow({ 'Workflow Instance ID': 'w-1 ', 'Form ID': ' f-1' }),
          questionRow({ 'Question ID': ' q-1 ', 'Section ID': 'g-1 ' }),
        ]),
      },
    ]);
    const [joined] = recordsOf(shaped);
    expect(joined?.questions).toHaveLength(1);
    expect(joined && recordOf(joined)).toMatchObject({ id: 'w-1', formId: 'f-1/3' });
    expect(shaped.kept.has(formName('f-1/3'))).toBe(true);
  });
});

/** Workflows and questions by small numbers, so that they meet, repeat and miss each other. */
const workflows = fc.array(
  fc.record({ id: fc.nat(8), updated: fc.nat(3), comment: fc.constantFrom('x', 'y'), file: fc.nat(1) }),
  { minLength: 1, maxLength: 20 },
);
const questions = fc.array(
  fc.record({
    workflow: fc.nat(10),
    section: fc.nat(1),
    question: fc.nat(3),
    file: fc.nat(1),
    score: fc.nat(2),
  }),
  { minLength: 1, maxLength: 60 },
);

const fileTimes = ['2026-09-20T10:00:00.000Z', '2026-09-20T11:00:00.000Z'];

const rowOfWorkflow = ({ id, updated, comment }: { id: number; updated: number; comment: string }) =>
  workflowRow({
    'Workflow ID': `w-${id}`,
    'Last Updated': `2026-09-0${updated + 1}T00:00:00Z`,
    'User Review Comments': comment,
  });

const rowOfQuestion = (each: { workflow: number; section: number; question: number; score: number }) =>
  questionRow({
    'Workflow Instance ID': `w-${each.workflow}`,
    'Section ID': `g-${each.section}`,
    'Question ID': `q-${each.question}`,
    'Actual Score': String(each.score),
  });

/** Two files of workflows and two of questions, of different times. */
function filesOf(all: {
  workflows: { file: number; row: CsvRow }[];
  questions: { file: number; row: CsvRow }[];
}): TestFile[] {
  return (['workflows', 'questions'] as const).flatMap((kind) =>
    fileTimes.map((at, file) => {
      const rows = all[kind].filter((each) => each.file === file).map(({ row }) => row);
      return { kind, extractedAt: at, content: rows.length === 0 ? '' : csv(rows) };
    }),
  );
}

describe('workflows and questions', () => {
  test('are joined as by a plain join, in any order of rows', async () => {
    await fc.assert(
      fc.asyncProperty(workflows, questions, fc.infiniteStream(fc.nat(1000)), async (ws, qs, order) => {
        const all = {
          workflows: ws.map((each) => ({ file: each.file, row: rowOfWorkflow(each) })),
          questions: qs.map((each) => ({ file: each.file, row: rowOfQuestion(each) })),
        };
        const shuffled = <T>(rows: readonly T[]) =>
          rows
            .map((row) => [Number(order.next().value), row] as const)
            .sort(([a], [b]) => a - b)
            .map(([, row]) => row);
        const read = await shape(filesOf(all));
        const again = await shape(
          filesOf({ workflows: shuffled(all.workflows), questions: shuffled(all.questions) }),
        );
        expect(recordsOf(again)).toEqual(recordsOf(read));
        expect(orphansOf(again)).toHaveLength(orphansOf(read).length);

        const records = byId(recordsOf(read));
        const ids = new Set(ws.map(({ id }) => id));
        expect(records.size).toBe(ids.size);
        expect(orphansOf(read)).toHaveLength(qs.filter(({ workflow }) => !ids.has(workflow)).length);
        for (const id of ids) {
          const newest = ws.filter((each) => each.id === id).toSorted((a, b) => b.updated - a.updated)[0];
          const record = records.get(`w-${id}`);
          expect(record?.workflow['Last Updated']).toBe(`2026-09-0${(newest?.updated ?? 0) + 1}T00:00:00Z`);
          const own = qs.filter(({ workflow }) => workflow === id);
          const file = Math.max(...own.map((each) => each.file));
          const places = new Set(
            own.filter((each) => each.file === file).map((each) => `g-${each.section} q-${each.question}`),
          );
          expect(
            new Set(record?.questions.map((row) => `${row['Section ID']} ${row['Question ID']}`)),
          ).toEqual(places);
          expect(record?.questions).toHaveLength(places.size);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are as old as the older of their two files', async () => {
    const shaped = await shape([
      { kind: 'workflows', content: csv([workflowRow()]), extractedAt: fileTimes[1] ?? '' },
      { kind: 'questions', content: csv([questionRow()]), extractedAt: fileTimes[0] ?? '' },
    ]);
    expect(recordsOf(shaped)[0]?.extractedAt).toBe(fileTimes[0]);
  });

  test('are told of where they do not fit together', async () => {
    const shaped = await shape([
      {
        kind: 'workflows',
        content: csv([
          workflowRow({ 'Workflow ID': 'w-2' }),
          workflowRow({ 'Workflow ID': 'w-2', 'Last Updated': '2026-09-09T00:00:00Z' }),
          workflowRow({ 'Workflow ID': 'w-3', 'Workflow Status': 'Deleted' }),
          // Twice the same is nothing to speak of.
          workflowRow({ 'Workflow ID': 'w-4' }),
          workflowRow({ 'Workflow ID': 'w-4' }),
        ]),
      },
      {
        kind: 'questions',
        content: csv([
          questionRow(),
          questionRow({ 'Question ID': 'q-2' }),
          questionRow({ 'Workflow Instance ID': '' }),
          questionRow({ 'Workflow Instance ID': 'w-4' }),
        ]),
      },
    ]);
    expect(shaped).toMatchObject({ pages: 1, records: 3 });
    expect(shaped.notes).toEqual([
      '3 rows belong to no workflow of the window; they were not loaded.',
      '1 workflows came more than once with different contents; the newest was taken.',
      '1 of 3 workflows came without any question.',
    ]);
    expect(orphansOf(shaped)).toHaveLength(3);
    expect(shaped.counts.get('orphans-0001')).toBe(3);
  });
});

/** Two days and two jobs for each kind, as where a file was made by halves. */
async function shapeDays(days: { workflows: CsvRow[]; questions: CsvRow[] }[], at = extractedAt) {
  const content = (rows: CsvRow[]) => (rows.length === 0 ? '' : csv(rows));
  return shape(
    days.flatMap(({ workflows: ws, questions: qs }, index) => {
      const date = `2026-09-0${index + 2}`;
      const dates = { startDate: date, endDate: date, extractedAt: at };
      return [
        { kind: 'workflows' as const, content: content(ws), ...dates },
        { kind: 'questions' as const, content: content(qs), ...dates },
      ];
    }),
  );
}

describe('an empty file', () => {
  const asked = questionRow({ 'Evaluation Submission Date': '2026-09-02T10:00:00Z' });
  const next = { 'Workflow ID': 'w-2', 'Submission Date': '2026-09-03 10:00:00' };
  const full = { workflows: [workflowRow()], questions: [asked] };

  test.each([
    ['of questions', [{ workflows: [workflowRow()], questions: [] }], 'qm-questions-1', '1 workflows'],
    [
      'of questions that are of critical failures',
      [{ workflows: [workflowRow({ 'Score Percentage': '0', Score: '0' })], questions: [] }],
      'qm-questions-1',
      '1 workflows',
    ],
    [
      'of questions of one day of two',
      [full, { workflows: [workflowRow(next)], questions: [] }],
      'qm-questions-3',
      '1 workflows',
    ],
    ['of workflows', [{ workflows: [], questions: [asked, asked] }], 'qm-workflows-0', '2 rows of questions'],
    [
      'of workflows, where questions do not say when',
      [{ workflows: [], questions: [questionRow()] }],
      'qm-workflows-0',
      '1 rows of questions',
    ],
    [
      'of workflows of one day of two',
      [
        full,
        {
          workflows: [],
          questions: [
            questionRow({
              'Workflow Instance ID': 'w-2',
              'Evaluation Submission Date': '2026-09-03T00:00:00Z',
            }),
          ],
        },
      ],
      'qm-workflows-2',
      '1 rows of questions',
    ],
  ])('%s is refused where the other file proves that there is something', async (_, days, file, count) => {
    await expect(shapeDays(days)).rejects.toThrow(
      expect.objectContaining({
        kind: 'SchemaMismatch',
        message: expect.stringMatching(new RegExp(`${file} has no rows, though ${count}`, 'u')),
      }),
    );
  });

  const pointless = { 'Score Percentage': '', Score: '', 'Maximum Possible Score': '' };
  test.each([
    ['whose forms give no points', [{ workflows: [workflowRow(pointless)], questions: [] }], 1],
    ['that were deleted', [{ workflows: [workflowRow({ 'Workflow Status': 'Deleted' })], questions: [] }], 1],
    [
      'that are under way',
      [{ workflows: [workflowRow({ 'Workflow Status': 'In Progress' })], questions: [] }],
      1,
    ],
    ['that there are none of', [{ workflows: [], questions: [] }], 0],
    ['beside another day', [full, { workflows: [workflowRow({ ...next, ...pointless })], questions: [] }], 2],
  ])('of questions is taken for workflows %s', async (_, days, records) => {
    expect(await shapeDays(days)).toMatchObject({ records });
  });

  test.each([
    [{ workflows: [workflowRow()], questions: [] }, 1],
    [{ workflows: [], questions: [asked] }, 0],
  ])('is taken where what it lacks was submitted too lately', async (day, records) => {
    expect(await shapeDays([day], '2026-09-02T10:29:59.000Z')).toMatchObject({ records });
    await expect(shapeDays([day], '2026-09-02T10:30:00.000Z')).rejects.toThrow(/has no rows/u);
  });
});

test('pages end at 500 records', async () => {
  const rows = Array.from({ length: 1_201 }, (_, index) => workflowRow({ 'Workflow ID': `w-${index}` }));
  const shaped = await shape([{ kind: 'workflows', content: csv(rows) }]);
  expect(shaped).toMatchObject({ pages: 3, records: 1_201 });
  expect([1, 2, 3].map((number) => shaped.counts.get(`page-000${number}`))).toEqual([500, 500, 201]);
  expect(byId(recordsOf(shaped)).size).toBe(1_201);
});

test('large files are read in parts: every workflow once, with all of its questions', async () => {
  const ids = Array.from({ length: 1_500 }, (_, index) => `w-${index}`);
  const questionsOf = (id: string) =>
    ['q-1', 'q-2', 'q-3', 'q-4'].map((question) =>
      questionRow({ 'Workflow Instance ID': id, 'Question ID': question, Options: 'x'.repeat(1_200) }),
    );
  const content = csv(ids.flatMap(questionsOf).toReversed());
  // More than one part, and pages that end by their size.
  expect(content.length).toBeGreaterThan(6 * 2 ** 20);
  const shaped = await shape([
    { kind: 'workflows', content: csv(ids.map((id) => workflowRow({ 'Workflow ID': id }))) },
    { kind: 'questions', content },
  ]);
  const records = byId(recordsOf(shaped));
  expect(records.size).toBe(ids.length);
  expect([...records.values()].every(({ questions: own }) => own.length === 4)).toBe(true);
  expect(shaped.notes).toEqual([]);
});

test('a form is what the questions of a window show of it, the newest text of each', async () => {
  const at = (id: string, updated: string) =>
    workflowRow({ 'Workflow ID': id, 'Last Updated': `2026-09-${updated}T00:00:00Z` });
  const asked = (id: string, changed: CsvRow) => questionRow({ 'Workflow Instance ID': id, ...changed });
  const rows = [
    asked('w-1', { 'Question Title': 'Greeted' }),
    asked('w-2', { 'Question Title': 'Greeted?', 'Max Score': '' }),
    asked('w-2', { 'Question ID': 'q-2', 'Question Number': '1.2' }),
  ];
  for (const [first, second] of [
    ['01', '02'],
    ['02', '01'],
  ] as const) {
    const { kept } = await shape([
      { kind: 'workflows', content: csv([at('w-1', first), at('w-2', second)]) },
      { kind: 'questions', content: csv(rows) },
    ]);
    const form = kept.get(formName('f-1/3')) as PreparedForm;
    expect(form).toMatchObject({
      formId: 'f-1/3',
      contextId: 'f-1',
      name: 'Service',
      version: '3',
      extractedAt,
    });
    expect(form.questions.map(({ questionid }) => questionid)).toEqual(['q-1', 'q-2']);
    expect(form.questions[0]).toMatchObject({
      questiontitle: first === '01' ? 'Greeted?' : 'Greeted',
      maxscore: '10',
    });
    expect(form.questions[0]).not.toHaveProperty('answer');
  }
});

test('what cannot be read of a question is no part of its form, which others are scored on', async () => {
  const asked = (id: string, changed: CsvRow) => questionRow({ 'Workflow Instance ID': id, ...changed });
  const { kept } = await shape([
    { kind: 'workflows', content: csv([workflowRow(), workflowRow({ 'Workflow ID': 'w-2' })]) },
    {
      kind: 'questions',
      content: csv([
        asked('w-1', {}),
        asked('w-2', { Scorable: 'perhaps', 'Max Score': 'ten', Critical: 'zz' }),
        asked('w-2', { 'Question ID': '', 'Question Number': '1.2' }),
      ]),
    },
  ]);
  const form = kept.get(formName('f-1/3')) as PreparedForm;
  expect(form.questions).toMatchObject([
    { questionid: 'q-1', scorable: 'true', maxscore: '10', critical: 'false' },
  ]);
});
