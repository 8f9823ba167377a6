import { describe, expect, test } from 'vitest';
import { createDataExtractionSource } from '../../../../sources/cxone/data-extraction/source.js';
import { createDataExtractionClient } from '../../../../sources/cxone/data-extraction/client.js';
import type { JoinedWorkflow } from '../../../../sources/cxone/data-extraction/joinedWorkflow.js';
import type { CallContext, RecordReference } from '../../../../sources/source.js';
import type { TidemarkError } from '../../../../model/errors.js';
import { never } from '../../http/testServer.js';
import { extractedAt, questionRow, workflowRow } from './rows.js';
import { secrets } from './servedExtraction.js';

/** A source whose host nobody asks: what it says here comes from what was prepared. */
const source = createDataExtractionSource(
  createDataExtractionClient({
    connection: 'acme',
    signIn: 'access-key',
    issuer: 'http://127.0.0.1:1',
    ...secrets,
    allowedHosts: [],
    tokenRefreshMarginSeconds: 60,
  }),
);

const window = { start: '2026-09-01T00:00:00.000Z', end: '2026-09-02T00:00:00.000Z' };

const context = (prepared: Record<string, unknown>): CallContext => ({
  signal: never,
  priority: 2,
  prepared: async (name) => prepared[name],
});

const joined = (id: string, changed: Record<string, string> = {}): JoinedWorkflow => ({
  workflow: workflowRow({ 'Workflow ID': id, ...changed }),
  questions: [questionRow({ 'Workflow Instance ID': id })],
  extractedAt,
});

describe('pages', () => {
  const pages = {
    'page-0001': {
      records: [joined('w-1'), joined('w-2', { 'Workflow Status': 'Replaced' })],
      isLast: false,
    },
    'page-0002': { records: [joined('w-3'), joined('w-4', { 'Score Percentage': 'good' })], isLast: false },
    'page-0003': { records: [], isLast: true },
  };

  test('hold records, and references to what was deleted', async () => {
    const first = source.firstCursor(window);
    expect(source.describeCursor(first)).toBe('page 1 of its files');
    const page = await source.readPage(window, first, context(pages));
    expect(page.records).toEqual([
      {
        kind: 'evaluation',
        id: 'w-1',
        locator: '4711',
        changeStamp: '2026-09-03T08:00:00.000Z',
        formId: 'f-1/3',
        isAutomated: null,
        extractedAt,
        body: { workflow: joined('w-1').workflow, shared: joined('w-1').questions[0], questions: [{}] },
      },
    ]);
    expect(page.references).toEqual([
      {
        kind: 'evaluation',
        id: 'w-2',
        locator: '',
        changedAt: extractedAt,
        isAutomated: null,
        reason: 'deleted-event',
      },
    ]);
    expect(page).toMatchObject({ redacted: [], next: { page: 2 } });
  });

  test('that cannot be used are said by name with their content, and passed over', async () => {
    const error: unknown = await source
      .readPage(window, { page: 2 }, context(pages))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      kind: 'SchemaMismatch',
      message: expect.stringContaining('workflow w-4 has "good" in column "Score Percentage"'),
      body: pages['page-0002'],
    });
    const behind = source.skipPage(window, { page: 2 }, (error as TidemarkError).body);
    expect(behind).toEqual({ page: 3 });
    expect(await source.readPage(window, { page: 3 }, context(pages))).toMatchObject({
      records: [],
      next: null,
    });
    expect(source.skipPage(window, { page: 3 }, pages['page-0003'])).toBeNull();
  });

  test.each([
    [{ page: 4 }, "Page 4 of the window's files is not in staging"],
    [{ page: 0 }, 'A cursor names the page 0'],
    [{ pass: 'all' }, 'A cursor names the page undefined'],
  ])('are not there for %j', async (cursor, message) => {
    await expect(source.readPage(window, cursor, context(pages))).rejects.toMatchObject({
      kind: 'InvalidRequest',
      message: expect.stringContaining(message),
    });
  });
});

describe('a workflow with points that came without its questions', () => {
  const alone = { ...joined('w-1'), questions: [] };
  const pages = { 'page-0001': { records: [joined('w-2'), alone], isLast: true } };

  test('is referred to, so that the answers that are held of it stay', async () => {
    const { records, references } = await source.readPage(window, { page: 1 }, context(pages));
    expect(records.map(({ id }) => id)).toEqual(['w-2']);
    expect(references).toEqual([
      {
        ...{ kind: 'evaluation', id: 'w-1', locator: '1', isAutomated: null, reason: 'incomplete' },
        ...{ changedAt: '2026-09-03T08:00:00.000Z', totalScore: 80 },
      },
    ]);
  });

  test('is taken as it is where nothing is held of it, or something older', async () => {
    const { references } = await source.readPage(window, { page: 1 }, context(pages));
    const [reference] = references;
    if (reference === undefined) throw new Error('nothing was referred to');
    expect(await source.lookup(reference, context(pages))).toMatchObject({
      outcome: 'found',
      record: {
        ...{ id: 'w-1', locator: '4711', changeStamp: '2026-09-03T08:00:00.000Z', formId: 'name:Service/3' },
        body: { workflow: alone.workflow, shared: {}, questions: [] },
      },
    });
  });

  test.each([
    ['no points', { 'Score Percentage': '0', 'Maximum Possible Score': '0' }],
    ['no end yet', { 'Workflow Status': 'In Progress' }],
  ])('and has %s lacks none', async (_, changed) => {
    const records = [{ ...joined('w-1', changed), questions: [] }];
    const page = { 'page-0001': { records, isLast: true } };
    expect(await source.readPage(window, { page: 1 }, context(page))).toMatchObject({
      records: [{ id: 'w-1' }],
      references: [],
    });
  });
});

describe('what is looked for by id', () => {
  const reference = (reason: RecordReference['reason']): RecordReference => ({
    ...{ kind: 'evaluation', id: 'w-1', locator: '', isAutomated: null, reason },
    changedAt: extractedAt,
  });

  test('is gone by the time of the file that called it deleted', async () => {
    expect(await source.lookup(reference('deleted-event'), context({}))).toEqual({
      outcome: 'gone',
      reference: reference('deleted-event'),
      extractedAt,
    });
  });

  test.each(['absent', 'absent-confirmed'] as const)(
    'is gone where a re-read calls it %s',
    async (reason) => {
      const before = new Date().toISOString();
      const lookup = await source.lookup(reference(reason), context({}));
      expect(lookup.outcome).toBe('gone');
      expect('extractedAt' in lookup && lookup.extractedAt >= before).toBe(true);
    },
  );

  test.each(['incomplete', 'requested', 'deferred', 'overdue', 'event'] as const)(
    'cannot be read where it is %s',
    async (reason) => {
      await expect(source.lookup(reference(reason), context({}))).rejects.toMatchObject({
        kind: 'InvalidRequest',
        message: expect.stringContaining('Load the window of its submission again.'),
      });
    },
  );
});

test('forms that the window does not show are not there', async () => {
  expect(await source.readForms(['f-1/3'], context({}))).toEqual([]);
});

test('what is hidden cannot be told, which the audit says', async () => {
  expect(await source.auditVisibility(window, context({}))).toEqual([
    expect.objectContaining({ aspect: 'views', records: null, isVisible: null }),
  ]);
});

test('it counts nothing and has no directory', async () => {
  expect(await source.countByDay(window, context({}))).toBeNull();
  expect(await source.countCreated(window, context({}))).toBeNull();
  const directory: unknown[] = [];
  for await (const records of source.readDirectory(context({}))) directory.push(...records);
  expect(directory).toEqual([]);
});
