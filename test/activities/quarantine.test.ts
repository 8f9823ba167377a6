/** Answers that fail their schema: asked for three times, kept with their reason, read on behind, decided about. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { lookupListName, manifestName, pageName } from '../../activities/batchLayout.js';
import type { BatchManifest, StagedPage } from '../../activities/batchManifest.js';
import type { BatchRef, ExtractedBatch } from '../../activities/contracts.js';
import type { Dependencies } from '../../activities/dependencies.js';
import { createExtractPages } from '../../activities/extractPages.js';
import { createKeepQuarantined } from '../../activities/keepQuarantined.js';
import { createListQuarantine, pagesPerListing, windowsPerListing } from '../../activities/listQuarantine.js';
import { createLoadBatch } from '../../activities/loadBatch.js';
import { createReadRecords } from '../../activities/readRecords.js';
import { createSettleQuarantine } from '../../activities/settleQuarantine.js';
import { openStagedBatch } from '../../activities/stagedBatch.js';
import { getJson, putJson, requireJson } from '../../activities/stagedJson.js';
import { toIso, type Interval } from '../../model/interval.js';
import type { Simulator } from '../../simulator/server.js';
import { controlSimulator } from '../support/simulatorControl.js';
import { requestsOf, simulatedDependencies } from './support/simulatedDependencies.js';

const window = { start: '2026-09-01T00:00:00.000Z', end: '2026-09-30T00:00:00.000Z' };
const batch: BatchRef = {
  connection: 'acme',
  stream: 'evaluations',
  window,
  windowDirectory: 'acme/evaluations/window/attempt',
  number: 1,
};
const searchPath = '/api/v2/quality/evaluations/search';

let simulator: Simulator;
let dependencies: Dependencies;
let folder: string;

beforeEach(async () => {
  const organisation = { evaluations: 700, from: window.start, to: '2026-09-25T00:00:00Z' };
  ({ simulator, dependencies, folder } = await simulatedDependencies(organisation));
});

const run = async <I, R>(activity: (input: I) => Promise<R>, input: I): Promise<R> =>
  (await new MockActivityEnvironment().run(activity, input)) as R;

const extract = async (maxPages: number): Promise<ExtractedBatch> =>
  run(createExtractPages(dependencies), { batch, cursor: null, maxPages, maxSeconds: 60, priority: 2 });

async function setFault(where: object, when: object): Promise<void> {
  const fault = { kind: 'invalidItem' };
  await controlSimulator(simulator.controlUrl, 'POST', 'faults', { fault, where, when });
}

const requests = async () => requestsOf(simulator);

const load = async (closesWindow = true) =>
  run(createLoadBatch(dependencies), {
    batch,
    files: {},
    closesWindow,
    isLast: true,
    ...{ redacted: 0, gone: 0, pages: 1, requests: 1, notes: [] },
  });

describe('a page that fails its schema', () => {
  it('is good at the third time', async () => {
    await setFault({ path: searchPath }, { times: 2 });
    expect(await extract(2)).toMatchObject({ quarantined: null, pages: 2 });
  });

  it('is kept after three times with its reason and its answer, and is read on behind', async () => {
    const whole = await extract(4);
    await dependencies.staging.remove(`${batch.windowDirectory}/`);
    await setFault({ path: searchPath }, { times: 3 });
    const extracted = await extract(4);
    expect(extracted).toMatchObject({
      quarantined: { pages: 1, first: expect.stringMatching(/^submitted by people: .*results\[0\]\.status/) },
      pages: 4,
    });
    // Behind the order of events, which is a page of its own.
    const staged = await requireJson<StagedPage>(dependencies.staging, pageName(batch, 2));
    expect(staged.quarantined?.body).toMatchObject({ results: expect.any(Array) });
    expect(staged.requests).toBeGreaterThanOrEqual(3);
    expect(staged.page).toMatchObject({ records: [], redacted: [] });
    // Two pages of records instead of three, less the rows that the page in quarantine shares with the one after it.
    expect(extracted.records).toBeGreaterThanOrEqual(whole.records - 100);
    expect(extracted.next).toEqual({ ...whole.next, jobId: expect.any(String) });
  });

  it('is not asked for again by the same activity', async () => {
    await setFault({ path: searchPath }, { times: 3 });
    const first = await extract(2);
    const before = await requests();
    expect(await extract(2)).toEqual(first);
    // Killed when the pages were there, but not yet what the batch consists of.
    await rm(join(folder, manifestName(batch)));
    expect(await extract(2)).toMatchObject({ quarantined: first.quarantined, next: first.next });
    expect(await requests()).toBe(before);
  });
});

describe('reading by id', () => {
  const wantTwo = async (begin: BatchManifest['begin']) => {
    const manifest: BatchManifest = {
      ...{ begin, pages: [], references: [], redacted: [], seen: [], requests: 0, next: null, position: '' },
    };
    await putJson(dependencies.staging, manifestName(batch), manifest, 0);
    const truth = await (await fetch(`${simulator.controlUrl}/truth?table=evaluations`)).text();
    const entries = truth
      .split('\n', 2)
      .map((line) => JSON.parse(line) as { evaluation_id: string; conversation_id: string })
      .map((row) => ({
        reference: {
          kind: 'evaluation',
          id: row.evaluation_id,
          locator: row.conversation_id,
          changedAt: window.end,
          isAutomated: false,
          reason: 'event',
        },
        heldIn: null,
      }));
    await putJson(dependencies.staging, lookupListName(batch), entries, entries.length);
    const [first] = entries;
    await setFault({ path: `/api/v2/quality/conversations/*/evaluations/${first?.reference.id}` }, {});
    return first?.reference.id ?? '';
  };
  const read = async () => run(createReadRecords(dependencies), { batch, priority: 2 });

  it('keeps what cannot be used and reads the others', async () => {
    const broken = await wantTwo({ pass: 'submitted' });
    expect(await read()).toMatchObject({
      found: 1,
      quarantined: { pages: 1, first: expect.stringContaining(broken) },
    });
    await run(createKeepQuarantined(dependencies), { batch });
    expect(await dependencies.warehouse.quarantinedPages('acme', 'evaluations')).toMatchObject([
      { position: `read by id, evaluation ${broken}`, cursor: expect.stringContaining(broken) },
    ]);
    const ids: string[] = [];
    for await (const { id } of (await openStagedBatch(dependencies.staging, batch)).records()) ids.push(id);
    expect(ids).not.toContain(broken);
  });

  it('is left as it is where nothing but a list could bring it back, and the others of the list are read', async () => {
    const broken = await wantTwo(null);
    expect(await read()).toMatchObject({
      found: 1,
      quarantined: null,
      unusable: { pages: 1, first: expect.stringContaining(broken) },
    });
    const { gone } = await openStagedBatch(dependencies.staging, batch);
    expect(gone).toEqual([]);
  });
});

describe('what is in quarantine', { timeout: 60_000 }, () => {
  const keep = async () => run(createKeepQuarantined(dependencies), { batch });
  const pages = async () => dependencies.warehouse.quarantinedPages('acme', 'evaluations');
  const windows = async () => dependencies.warehouse.loadedWindows('acme', 'evaluations');
  const settle = async (quarantineIds: string[], state: 'skipped' | 'released') =>
    run(createSettleQuarantine(dependencies), {
      ...{ connection: 'acme', stream: 'evaluations', quarantineIds, state, by: 'jo' },
    });

  beforeEach(async () => {
    await setFault({ path: searchPath }, { times: 6 });
    await extract(3);
    await keep();
  });

  it('is listed, outlives its window, keeps that open, and lets it close once all of it is skipped', async () => {
    const [first, second] = await pages();
    if (first === undefined || second === undefined) return expect.unreachable('two pages');
    expect(first).toMatchObject({
      state: 'open',
      position: 'submitted by people',
      window_start: window.start,
    });
    expect(await load()).toMatchObject({ quarantined: 2 });
    expect(await dependencies.staging.list(`${batch.windowDirectory}/`)).toEqual([]);
    expect(await getJson(dependencies.staging, first.staged_object ?? '')).toMatchObject({
      reason: first.reason,
      body: { results: expect.any(Array) },
    });
    expect(await windows()).toEqual([]);

    expect(await settle([first.quarantine_id], 'skipped')).toEqual({ changed: 1, closed: [] });
    expect(await settle([second.quarantine_id], 'skipped')).toEqual({ changed: 1, closed: [window] });
    expect(await windows()).toMatchObject([window]);
    expect(await settle([second.quarantine_id], 'skipped')).toEqual({ changed: 0, closed: [window] });
    expect(await windows()).toHaveLength(1);
    expect(await dependencies.staging.list('quarantine/')).toEqual([]);
    expect(await pages()).toMatchObject([
      { state: 'skipped', decided_by: 'jo', staged_object: null },
      { state: 'skipped', decided_by: 'jo', staged_object: null },
    ]);
  });

  it('closes no window whose load did not get to its end, but lets it close itself', async () => {
    const ids = (await pages()).map((page) => page.quarantine_id);
    expect(await settle(ids, 'skipped')).toEqual({ changed: 2, closed: [] });
    expect(await windows()).toEqual([]);
    await keep();
    expect(await pages()).toMatchObject([{ state: 'skipped' }, { state: 'skipped' }]);
    expect(await load()).toMatchObject({ quarantined: 0 });
    expect(await windows()).toMatchObject([window]);
  });

  const list = async (quarantineIds: string[] | null, after: Interval | null = null) =>
    run(createListQuarantine(dependencies), {
      ...{ connection: 'acme', stream: 'evaluations', quarantineIds, after },
    });

  it('is found as one of all that are open', async () => {
    const [first, second] = (await pages()).map((page) => page.quarantine_id);
    await settle([first ?? ''], 'skipped');
    expect(await list(null)).toEqual({
      windows: [{ window, asked: [second], others: [] }],
      further: 0,
      unknown: [],
    });
  });

  it('is listed with so many windows at once, and the others behind them', async () => {
    const [page] = await pages();
    if (page === undefined) throw new Error('nothing went to quarantine');
    const starts = Array.from({ length: windowsPerListing + 1 }, (_, hour) => Date.UTC(2026, 0, 1, hour));
    await dependencies.warehouse.record(
      'quarantined_pages',
      // As a warehouse may return them: in no order of their windows.
      starts.toReversed().map((start) => ({
        ...page,
        quarantine_id: `of ${toIso(start)}`,
        window_start: toIso(start),
        window_end: toIso(start + 3_600_000),
      })),
    );
    const listed = await list(null);
    expect(listed.windows.map((each) => each.window.start)).toEqual(starts.slice(0, -1).map(toIso));
    expect(listed.further).toBe(2);
    const behind = await list(null, listed.windows.at(-1)?.window);
    expect(behind.windows.map((each) => each.window.start)).toEqual([
      toIso(starts.at(-1) ?? 0),
      window.start,
    ]);
    expect(behind.further).toBe(0);
    expect(await list(null, window)).toEqual({ windows: [], further: 0, unknown: [] });
  });

  it('is listed with fewer windows where these have very many pages', async () => {
    const [page] = await dependencies.warehouse.quarantinedPages('acme', 'evaluations');
    if (page === undefined) throw new Error('Nothing is in quarantine.');
    const starts = [0, 1, 2].map((hour) => Date.UTC(2026, 0, 1, hour));
    const record = async (start: number, count: number) =>
      dependencies.warehouse.record(
        'quarantined_pages',
        Array.from({ length: count }, (_, index) => ({
          ...page,
          quarantine_id: `${index} of ${toIso(start)}`,
          window_start: toIso(start),
          window_end: toIso(start + 3_600_000),
        })),
      );
    const [first = 0, second = 0, third = 0] = starts;
    await record(first, pagesPerListing + 1);
    await record(second, pagesPerListing / 2);
    await record(third, pagesPerListing / 2);
    const one = await list(null);
    expect(one.windows.map((each) => each.window.start)).toEqual([toIso(first)]);
    const two = await list(null, one.windows[0]?.window);
    expect(two.windows.map((each) => each.window.start)).toEqual([toIso(second), toIso(third)]);
    expect(two.further).toBe(1);
  });

  it('is found by its ids, with the rest of the window', async () => {
    const [first, second] = (await pages()).map((page) => page.quarantine_id);
    expect(await list([first ?? '', 'nothing'])).toEqual({
      windows: [{ window, asked: [first], others: [second] }],
      further: 0,
      unknown: ['nothing'],
    });
    expect(await settle([first ?? '', second ?? ''], 'released')).toEqual({ changed: 2, closed: [] });
    expect(await windows()).toEqual([]);
  });
});
