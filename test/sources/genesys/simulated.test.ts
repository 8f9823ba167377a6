/** Streams of the published contract read from the simulated organisation, compared with what it holds. */
import { afterAll, describe, expect, it } from 'vitest';
import { createPublishedSource } from '../../../sources/genesys/published/source.js';
import type { GenesysStream } from '../../../sources/genesys/streams.js';
import { createGenesysClient } from '../../../sources/genesys/client.js';
import type { TruthTable } from '../../../simulator/genesys/organisation/organisation.js';
import { startSimulator } from '../../../simulator/server.js';
import { readStream, type ReadStream } from './publishedRun.js';
import { expectRegistered } from './rows.js';

const day = 86_400_000;
const span = { from: '2026-10-01T00:00:00Z', to: '2026-10-31T00:00:00Z' };
const simulator = await startSimulator({
  ...span,
  now: '2026-11-20T00:00:00Z',
  evaluations: 400,
  seed: 5,
  allowance: 1_000_000,
  client: { divisionIds: 'all' },
});
afterAll(() => simulator.close());
const api = createGenesysClient({
  connection: 'acme',
  region: undefined,
  apiUrl: simulator.apiUrl,
  loginUrl: simulator.loginUrl,
  clientId: simulator.clientId,
  clientSecret: simulator.clientSecret,
  tokenRefreshMarginSeconds: 60,
  allowance: { requests: 1_000_000, windowSeconds: 60 },
});
const open = (stream: GenesysStream) => createPublishedSource(api, stream);
const truth = (table: TruthTable) => [...simulator.organisation.truth(table, { divisionIds: 'all' })];
/** Everything that happened, as one window. */
const all = { start: '2026-09-01T00:00:00.000Z', end: '2026-11-20T00:00:00.000Z' };

/** The rows of a table by key, with the columns that the truth has. */
function expectTrue({ rows }: ReadStream, table: TruthTable, key: string[], from = truth(table)) {
  const keyOf = (row: Record<string, unknown>) => key.map((column) => String(row[column])).join(' ');
  const byKey = (of: Record<string, unknown>[]) => [...of].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const [sample = {}] = from;
  const held = (rows[table] ?? []).map((row) =>
    Object.fromEntries(Object.keys(sample).map((column) => [column, row[column]])),
  );
  expect(from.length).toBeGreaterThan(20);
  expect(byKey(held)).toEqual(byKey(from));
}

describe('csat', () => {
  it('holds every survey with its answers and what its conversation says', async () => {
    const read = await readStream(open({ name: 'csat', label: 'csat' }), all, { withConversations: true });
    expectRegistered(read.rows);
    expectTrue(read, 'surveys', ['survey_id']);
    expectTrue(read, 'survey_answers', ['survey_id', 'question_id']);
  });
});

describe('feedback', () => {
  it('holds every appointment and annotation', async () => {
    const source = open({ name: 'feedback', deleted: 'archive' });
    const read = await readStream(source, all, { withConversations: true });
    expectRegistered(read.rows);
    expectTrue(read, 'feedback', ['feedback_id']);
  });
});
