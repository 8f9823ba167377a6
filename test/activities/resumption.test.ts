/** Activities that go on from what an earlier attempt left in staging: nothing is lost, whatever was different then. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { lookupListName, manifestName } from '../../activities/batchLayout.js';
import type { BatchManifest } from '../../activities/batchManifest.js';
import type { BatchRef, BudgetPriority, ExtractedBatch } from '../../activities/contracts.js';
import { createExtractPages } from '../../activities/extractPages.js';
import { createReadRecords } from '../../activities/readRecords.js';
import { openStagedBatch } from '../../activities/stagedBatch.js';
import { putJson, requireJson } from '../../activities/stagedJson.js';
import { startSimulator, type Simulator } from '../../simulator/server.js';
import type { Cursor, RecordReference, Source } from '../../sources/source.js';
import { createFileStore } from '../../staging/fileStore.js';
import type { StagingStore } from '../../staging/stagingStore.js';
import { simulatedSources } from '../support/simulatedSources.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const window = { start: '2026-09-01T00:00:00.000Z', end: '2026-09-30T00:00:00.000Z' };
const priority: BudgetPriority = 2;

let simulator: Simulator;
let sources: (connection: string, stream: string) => Source;
let staging: StagingStore;
let folder: string;

beforeEach(async () => {
  simulator = await startSimulator({
    evaluations: 900,
    from: window.start,
    to: '2026-09-25T00:00:00Z',
    allowance: 100_000,
  });
  onTestFinished(async () => simulator.close());
  sources = simulatedSources(simulator, window.start).source;
  await openStaging();
});

async function openStaging(): Promise<void> {
  folder = await scratchDirectory();
  staging = createFileStore(folder, 'file:staging');
}

const batchOf = (number: number): BatchRef => ({
  connection: 'acme',
  stream: 'evaluations',
  window,
  windowDirectory: 'acme/evaluations/window/attempt',
  number,
});

async function extract(number: number, cursor: Cursor | null, maxPages: number): Promise<ExtractedBatch> {
  const input = { batch: batchOf(number), cursor, maxPages, maxSeconds: 60, priority } as const;
  return new MockActivityEnvironment().run(createExtractPages({ source: sources, staging }), input);
}

async function recordsOf(number: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of (await openStagedBatch(staging, batchOf(number))).records()) ids.push(id);
  return ids;
}

/** Extracts to the end of the window, in batches of so many pages; what all of them hold. */
async function extractAll(maxPages: number): Promise<Set<string>> {
  const all = new Set<string>();
  let cursor: Cursor | null = null;
  for (let number = 1; ; number++) {
    const { next } = await extract(number, cursor, maxPages);
    for (const id of await recordsOf(number)) all.add(id);
    if (next === null) return all;
    cursor = next;
  }
}

describe('extraction', () => {
  it('of a batch that is complete changes nothing, also when more would fit in now', async () => {
    const first = await extract(1, null, 2);
    const before = await recordsOf(1);
    expect(await extract(1, null, 8)).toEqual(first);
    expect(await recordsOf(1)).toEqual(before);
  });

  it('of a first batch is what another version extracted, however that called the begin of a window', async () => {
    const first = await extract(1, null, 3);
    const name = manifestName(batchOf(1));
    const manifest = await requireJson<BatchManifest>(staging, name);
    await putJson(staging, name, { ...manifest, begin: { pass: 'submitted', page: 1 } }, 0);
    expect(await extract(1, null, 8)).toEqual(first);
  });

  it('loses nothing when batches are smaller than in the attempt before', async () => {
    const all = await extractAll(20);
    await openStaging();
    const { next } = await extract(1, null, 4);
    await extract(2, next, 4);
    // Killed when the pages of the first batch were there, but not yet what it consists of.
    await rm(join(folder, manifestName(batchOf(1))));
    expect(await extractAll(3)).toEqual(all);
  });

  it('of a batch whose pages are not what its manifest says is refused, and not loaded short', async () => {
    await extract(1, null, 3);
    const { pages } = await requireJson<BatchManifest>(staging, manifestName(batchOf(1)));
    await putJson(staging, pages[1]?.name ?? '', { page: { records: [] } }, 0);
    await expect(recordsOf(1)).rejects.toMatchObject({
      kind: 'LoadRefused',
      message: expect.stringMatching(/^\d+ records of batch 1 are not in the staged pages/),
    });
  });
});

describe('reading by id', () => {
  const wanted = async (count: number): Promise<{ reference: RecordReference; heldIn: null }[]> => {
    const { body } = await fetch(`${simulator.controlUrl}/truth?table=evaluations`);
    const rows = (await new Response(body).text()).trim().split('\n').slice(0, count);
    return rows.map((line) => {
      const row = JSON.parse(line) as { evaluation_id: string; conversation_id: string };
      const reference: RecordReference = {
        kind: 'evaluation',
        id: row.evaluation_id,
        locator: row.conversation_id,
        changedAt: window.end,
        isAutomated: false,
        reason: 'event',
      };
      return { reference, heldIn: null };
    });
  };
  const manifest: BatchManifest = {
    begin: null,
    pages: [],
    references: [],
    redacted: [],
    seen: [],
    requests: 0,
    next: null,
    position: '',
  };
  const read = async () =>
    new MockActivityEnvironment().run(createReadRecords({ source: sources, staging }), {
      batch: batchOf(1),
      priority,
    });

  it('reads what the list wants now, whatever an earlier list had wanted', async () => {
    await putJson(staging, manifestName(batchOf(1)), manifest, 0);
    const entries = await wanted(120);
    await putJson(staging, lookupListName(batchOf(1)), entries, entries.length);
    await read();
    const rest = entries.slice(70);
    await putJson(staging, lookupListName(batchOf(1)), rest, rest.length);
    await read();
    const held = new Set(await recordsOf(1));
    for (const { reference } of rest) expect(held).toContain(reference.id);
  });

  it('does not ask again for records that are staged', async () => {
    await putJson(staging, manifestName(batchOf(1)), manifest, 0);
    const entries = await wanted(60);
    await putJson(staging, lookupListName(batchOf(1)), entries, entries.length);
    const first = await read();
    await fetch(`${simulator.controlUrl}/counters`, { method: 'DELETE' });
    expect(await read()).toEqual(first);
    const counters = (await (await fetch(`${simulator.controlUrl}/counters`)).json()) as { requests: number };
    expect(counters.requests).toBe(0);
  });
});
