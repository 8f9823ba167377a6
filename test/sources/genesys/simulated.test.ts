/** Streams of the published contract read from the simulated organisation, compared with what it holds. */
import { afterAll, describe, expect, it } from 'vitest';
import { createPublishedSource } from '../../../sources/genesys/published/source.js';
import type { CsatStream, GenesysStream } from '../../../sources/genesys/streams.js';
import type { TruthTable } from '../../../simulator/organisation/organisation.js';
import { startSimulator } from '../../../simulator/server.js';
import { never } from '../http/testServer.js';
import { readStream, type ReadStream } from './publishedRun.js';
import { expectRegistered } from './rows.js';
import { clientOfSimulator } from './simulatedClient.js';

const span = { from: '2026-10-01T00:00:00Z', to: '2026-10-31T00:00:00Z' };
const simulator = await startSimulator({
  ...span,
  now: '2026-11-20T00:00:00Z',
  evaluations: 250,
  seed: 5,
  allowance: 1_000_000,
  client: { divisionIds: 'all' },
});
afterAll(() => simulator.close());
const api = clientOfSimulator(simulator);
const context = { signal: never, priority: 2 } as const;
const open = (stream: GenesysStream) => createPublishedSource(api, stream);
const truth = (table: TruthTable) => [...simulator.organisation.truth(table, { divisionIds: 'all' })];
/** Everything that happened, as one window. */
const all = { start: '2026-09-01T00:00:00.000Z', end: '2026-11-20T00:00:00.000Z' };

/** The rows of a table by key, with the columns that the truth has. */
function expectTrue(
  { rows }: Pick<ReadStream, 'rows'>,
  table: TruthTable,
  key: string[],
  from = truth(table),
) {
  const keyOf = (row: Record<string, unknown>) => key.map((column) => String(row[column])).join(' ');
  const byKey = (of: Record<string, unknown>[]) => [...of].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const [sample = {}] = from;
  const held = (rows[table] ?? []).map((row) =>
    Object.fromEntries(Object.keys(sample).map((column) => [column, row[column]])),
  );
  expect(from.length).toBeGreaterThan(0);
  expect(byKey(held)).toEqual(byKey(from));
}

const readCsat = (window = all, more: Partial<CsatStream> = {}) =>
  readStream(open({ name: 'csat', label: 'csat', ...more }), window, { withConversations: true });

describe('csat', () => {
  it('holds every survey with its answers and what its conversation says', async () => {
    const read = await readCsat();
    expectRegistered(read.rows);
    expectTrue(read, 'surveys', ['survey_id']);
    expectTrue(read, 'survey_answers', ['survey_id', 'question_id']);
  });

  it('holds of other media nothing, where some are asked for', async () => {
    const wanted = ['email', 'message'];
    const read = await readCsat(all, { interactionTypes: wanted });
    const expected = truth('surveys').filter((row) => wanted.includes(String(row['media_type'])));
    expectTrue(read, 'surveys', ['survey_id'], expected);
    expect(expected.length).toBeLessThan(truth('surveys').length);
  });

  it('finds in each window what happened in it, and in all of them everything', async () => {
    const days = ['2026-09-01', '2026-10-05', '2026-10-16', '2026-11-20'];
    const found = new Set<string>();
    for (const [index, end] of days.slice(1).entries()) {
      const window = { start: `${days[index]}T00:00:00.000Z`, end: `${end}T00:00:00.000Z` };
      const [from, to] = [Date.parse(window.start), Date.parse(window.end)];
      const happened = new Set(
        [...simulator.organisation.surveyEvents(from, to)].map(({ survey }) => survey.id),
      );
      const { records } = await readCsat(window);
      expect(new Set(records.map(({ id }) => id))).toEqual(happened);
      for (const { id } of records) found.add(id);
    }
    expect(found.size).toBe(truth('surveys').length);
  });

  it('counts by day at least what there is to read', async () => {
    const counted = await open({ name: 'csat', label: 'csat' }).countByDay(all, context);
    const records = (counted ?? []).reduce((sum, each) => sum + each.records, 0);
    expect(records).toBeGreaterThanOrEqual(
      truth('surveys').filter(({ status }) => status === 'FINISHED').length,
    );
  });

  it('keeps surveys whose conversations could not be read', async () => {
    const read = await readStream(open({ name: 'csat', label: 'csat' }), all);
    const unenriched = truth('surveys').map((row) => ({
      ...row,
      external_reference: null,
      media_type: null,
      conversation_start: null,
      conversation_seconds: null,
      is_enriched: false,
    }));
    expectTrue(read, 'surveys', ['survey_id'], unenriched);
  });
});

describe('feedback', () => {
  const read = (deleted: 'archive' | 'drop') =>
    readStream(open({ name: 'feedback', deleted }), all, { withConversations: true });

  it('holds every appointment and annotation', async () => {
    const { rows } = await read('archive');
    expectRegistered(rows);
    expectTrue({ rows }, 'feedback', ['feedback_id']);
  });

  it('holds what is deleted only where that is archived', async () => {
    const { rows, gone } = await read('drop');
    const archived = truth('feedback').filter((row) => row['is_archived'] === true);
    expect(archived.length).toBeGreaterThan(0);
    expectTrue(
      { rows },
      'feedback',
      ['feedback_id'],
      truth('feedback').filter((row) => row['is_archived'] === false),
    );
    expect(gone.map(({ id }) => id).sort()).toEqual(archived.map((row) => String(row['feedback_id'])).sort());
  });

  it('shows an edit in the window of the edit', async () => {
    const entry = [...simulator.organisation.feedbackBy('dateCreated', -Infinity, Infinity)].find(
      ({ status }) => status === 'published',
    );
    const before = simulator.clock.now();
    simulator.organisation.apply({ kind: 'editFeedback', feedbackId: entry?.id ?? '', content: 'Said anew' });
    const window = {
      start: new Date(before).toISOString(),
      end: new Date(simulator.clock.now() + 1_000).toISOString(),
    };
    const { rows } = await readStream(open({ name: 'feedback', deleted: 'archive' }), window);
    expect(rows['feedback']).toMatchObject([
      { feedback_id: entry?.id, kind: 'coaching_appointment' },
      { feedback_id: entry?.annotationId, parent_id: entry?.id, content: 'Said anew' },
    ]);
  });
});

describe('conversations', () => {
  it('are what evaluations, surveys and feedback are about', async () => {
    const wanted = truth('conversations');
    const source = open({ name: 'evaluations', discovery: 'lists' });
    const rows: Record<string, unknown>[] = [];
    const ids = wanted.map((row) => String(row['conversation_id']));
    for (let start = 0; start < ids.length; start += 100) {
      const read = await source.readConversations?.(ids.slice(start, start + 100), context);
      for (const conversation of read ?? []) {
        const mapped = source.mapper.conversation?.(conversation, { connection: 'acme', batchId: 'b1' });
        expectRegistered(mapped ?? {});
        rows.push(...(mapped?.conversations ?? []));
      }
    }
    expectTrue({ rows: { conversations: rows } }, 'conversations', ['conversation_id']);
  });

  it('that are not there are absent', async () => {
    const source = open({ name: 'divisions' });
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await source.readConversations?.([nobody], context)).toEqual([]);
  });
});

describe('divisions', () => {
  it('have nothing to read but the directory', async () => {
    const source = open({ name: 'divisions' });
    expect(await readStream(source, all)).toMatchObject({ records: [], references: [], pages: 1 });
    const rows: Record<string, Record<string, unknown>[]> = {};
    for await (const page of source.readDirectory(context)) {
      for (const record of page) {
        const mapped = source.mapper.directory(record, { connection: 'acme', batchId: 'b1' });
        for (const [table, of] of Object.entries(mapped)) (rows[table] ??= []).push(...of);
      }
    }
    for (const table of ['divisions', 'users', 'queues'] as const) {
      expect(rows[table]).toHaveLength(truth(table).length);
    }
    await expect(
      source.lookup(
        { kind: 'survey', id: 's', locator: '', changedAt: '', isAutomated: null, reason: 'requested' },
        context,
      ),
    ).rejects.toMatchObject({ kind: 'InvalidRequest' });
  });

  it('are a stream, assessments are not', () => {
    expect(() => open({ name: 'assessments', divisions: 'all' })).toThrow(
      expect.objectContaining({ kind: 'InvalidConfig', remedy: expect.stringContaining('evaluations') }),
    );
  });
});
