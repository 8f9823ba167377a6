/** What is read again unchanged makes the same rows: loading a window twice must write nothing. */
import { afterAll, describe, expect, test } from 'vitest';
import { startSimulator } from '../../simulator/server.js';
import { createPublishedSource } from '../../sources/genesys/published/source.js';
import type { GenesysStream } from '../../sources/genesys/streams.js';
import type { RecordReference, SourceRecord } from '../../sources/source.js';
import { readStream } from './genesys/publishedRun.js';
import { clientOfSimulator } from './genesys/simulatedClient.js';
import { context, everything, openSimulator, recordsOf, rowsOf, sourceOf } from './guide/simulatedGuide.js';

type Rows = Readonly<Record<string, readonly object[]>>;

/** What a merge compares, of every row of every table that has it. */
function hashesOf(rows: Rows): Record<string, string[]> {
  const hashes: Record<string, string[]> = {};
  for (const [table, of] of Object.entries(rows)) {
    const found = of.flatMap((row) => ('content_hash' in row ? [String(row.content_hash)] : []));
    if (found.length > 0) hashes[table] = found.sort();
  }
  return hashes;
}

describe('published', async () => {
  const simulator = await startSimulator({
    from: '2026-09-01T00:00:00Z',
    to: '2026-10-01T00:00:00Z',
    now: everything.end,
    evaluations: 60,
    seed: 7,
    allowance: 1_000_000,
  });
  afterAll(() => simulator.close());

  test.each([
    [{ name: 'csat', label: 'csat' }, ['conversations', 'surveys']],
    [{ name: 'feedback', deleted: 'archive' }, ['conversations', 'feedback']],
    [{ name: 'evaluations', discovery: 'conversation-details' }, ['conversations', 'evaluations']],
  ] as const satisfies (readonly [GenesysStream, readonly string[]])[])('%o', async (stream, tables) => {
    const read = async () => {
      const source = createPublishedSource(clientOfSimulator(simulator), stream);
      const { rows } = await readStream(source, everything, { withConversations: true });
      return hashesOf(rows);
    };
    const first = await read();
    expect(Object.keys(first)).toEqual(expect.arrayContaining([...tables]));
    expect(await read()).toEqual(first);
  });
});

describe('guide', async () => {
  const simulator = await openSimulator({ evaluations: 60 });
  afterAll(() => simulator.close());

  test.each([
    [{ name: 'csat', label: 'csat' }, ['conversations', 'surveys']],
    [{ name: 'feedback', deleted: 'archive' }, ['conversations', 'feedback']],
    [{ name: 'evaluations', discovery: 'lists' }, ['conversations', 'evaluations', 'forms']],
    [{ name: 'assessments', divisions: 'each' }, ['conversations', 'evaluations', 'forms']],
  ] as const satisfies (readonly [GenesysStream, readonly string[]])[])('%o', async (stream, tables) => {
    const read = async () => {
      const source = sourceOf(simulator, stream);
      return hashesOf({ ...(await rowsOf(source, await recordsOf(source, everything))) });
    };
    const first = await read();
    expect(Object.keys(first)).toEqual(expect.arrayContaining([...tables]));
    expect(await read()).toEqual(first);
  });

  test.each([
    { name: 'evaluations', discovery: 'lists' },
    { name: 'assessments', divisions: 'each' },
  ] as const)('%o by id as in lists', async (stream) => {
    const source = sourceOf(simulator, stream);
    const listed = await recordsOf(source, everything);
    const found: SourceRecord[] = [];
    for (const record of listed.slice(0, 40)) {
      const lookup = await source.lookup(referenceTo(record), context);
      expect(lookup.outcome).toBe('found');
      if (lookup.outcome === 'found') found.push(lookup.record);
    }
    const rows = await rowsOf(source, listed.slice(0, 40));
    expect(hashesOf({ ...(await rowsOf(source, found)) })).toEqual(hashesOf({ ...rows }));
  });
});

function referenceTo({ kind, id, locator, isAutomated, body }: SourceRecord): RecordReference {
  const { dateSubmitted } = body as { dateSubmitted?: string | null };
  return { kind, id, locator, changedAt: dateSubmitted ?? '', isAutomated, reason: 'requested' };
}
