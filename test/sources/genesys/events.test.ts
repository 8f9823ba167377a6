import { afterAll, describe, expect, test } from 'vitest';
import { beginOf, searchPosition } from '../../../sources/genesys/published/cursor.js';
import { orderEvents, readEventPage } from '../../../sources/genesys/published/events.js';
import { passes, type EventPass, type OrderPass } from '../../../sources/genesys/published/passes.js';
import type { ApiClient } from '../../../sources/http/apiClient.js';
import type { Cursor, SourcePage } from '../../../sources/source.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';
import { EventLog, type DataEvent } from './eventLog.js';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 2, 1);
const spanOf = (millis: number) => ({
  start: new Date(start).toISOString(),
  end: new Date(start + millis).toISOString(),
});
const window = spanOf(day);
const pass = passes.find((each): each is EventPass => each.kind === 'events') as EventPass;
const orderPass = passes.find((each): each is OrderPass => each.kind === 'order') as OrderPass;
const context = { signal: never, priority: 2 } as const;

/** Each job is waited for, so the tests of this file run at the same time. */
const servers: (() => Promise<void>)[] = [];
const whenDone = (close: () => Promise<void>) => void servers.push(close);
afterAll(async () => {
  await Promise.all(servers.map((close) => close()));
});

async function serve(events: readonly DataEvent[], settings: Partial<EventLog> = {}) {
  const log = Object.assign(new EventLog(events), settings);
  const { api } = await clientOf((request, response) => log.answer(request, response), whenDone);
  return { log, api };
}

/** Reads the pass to its end, each cursor once through JSON as workflows carry it. */
async function readAll(api: ApiClient, span = window, begin = beginOf(pass)): Promise<SourcePage[]> {
  const pages: SourcePage[] = [];
  let cursor: Cursor | null = begin;
  while (cursor !== null) {
    if (pages.length > 20) throw new Error('reading does not come to an end');
    const carried = JSON.parse(JSON.stringify(cursor)) as Cursor;
    const page = await readEventPage(api, span, pass, carried, context);
    pages.push(page);
    cursor = page.next;
  }
  return pages;
}

const referencesOf = (pages: SourcePage[]) => pages.flatMap(({ references }) => references);
const idsOf = (pages: SourcePage[]) => referencesOf(pages).map(({ kind, id }) => `${kind} ${id}`);
const happened = (evaluationId: string, more: Partial<DataEvent> = {}): DataEvent => ({
  at: start,
  evaluationId,
  conversationId: `conversation-${evaluationId}`,
  ...more,
});

describe.concurrent('events of a window', () => {
  test('become references: what happened, was deleted, belongs to a calibration, each with its conversation', async () => {
    const { api } = await serve([
      happened('e1'),
      happened('e1', { at: start + hour }),
      happened('e2', { deleted: true }),
      happened('e3', { calibrationId: 'c1' }),
      happened('e4', { calibrationId: 'c2', deleted: true }),
      happened('before', { at: start - 1 }),
      happened('after', { at: start + day }),
    ]);
    const pages = await readAll(api);
    const common = { changedAt: window.end, isAutomated: null };
    expect(referencesOf(pages)).toEqual([
      { kind: 'evaluation', id: 'e1', locator: 'conversation-e1', reason: 'event', ...common },
      { kind: 'evaluation', id: 'e2', locator: 'conversation-e2', reason: 'deleted-event', ...common },
      { kind: 'evaluation', id: 'e3', locator: 'conversation-e3', reason: 'event', ...common },
      { kind: 'calibration', id: 'c1', locator: 'conversation-e3', reason: 'calibration', ...common },
      { kind: 'evaluation', id: 'e4', locator: 'conversation-e4', reason: 'deleted-event', ...common },
      { kind: 'calibration', id: 'c2', locator: 'conversation-e4', reason: 'deleted-event', ...common },
    ]);
    expect(pages).toHaveLength(1);
    expect(pages[0]).toMatchObject({ records: [], redacted: [], next: null });
  });

  test('are read page by page from one job', async () => {
    const events = Array.from({ length: 25 }, (_, number) => happened(`e${number}`));
    const { api, log } = await serve(events, { groupsPerPage: 10 });
    const pages = await readAll(api);
    expect(pages.map(({ references }) => references.length)).toEqual([10, 10, 5]);
    expect(new Set(idsOf(pages)).size).toBe(25);
    expect(log.groupings).toHaveLength(1);
  });

  test('without a conversation are kept, as another page may have shown the record; without a record they are nothing', async () => {
    const { api } = await clientOf((request, response) => {
      if (request.method === 'POST') return sendJson(response, 202, { jobId: 'job-1' });
      if (!request.url.includes('/results')) return sendJson(response, 200, { state: 'FULFILLED' });
      sendJson(response, 200, {
        results: [{ group: { evaluationId: 'e1' } }, { group: { conversationId: 'x' } }, { data: [] }],
      });
    }, whenDone);
    expect(referencesOf(await readAll(api))).toMatchObject([
      { kind: 'evaluation', id: 'e1', locator: '', reason: 'event' },
    ]);
  });

  test('of none are a pass without references', async () => {
    const { api } = await serve([]);
    expect(await readAll(api)).toEqual([{ records: [], references: [], redacted: [], next: null }]);
  });
});

describe.concurrent('a window longer than one job may be', () => {
  test('is read in parts, each event once, as new as its part', async () => {
    const days = [0, 30, 31, 61, 62, 69];
    const { api, log } = await serve(
      days.map((number) => happened(`day ${number}`, { at: start + number * day })),
    );
    const pages = await readAll(api, spanOf(70 * day));
    expect(idsOf(pages)).toEqual(days.map((number) => `evaluation day ${number}`));
    expect(log.intervals).toEqual([
      '2026-03-01T00:00:00.000Z/2026-04-01T00:00:00.000Z',
      '2026-04-01T00:00:00.000Z/2026-05-02T00:00:00.000Z',
      '2026-05-02T00:00:00.000Z/2026-05-10T00:00:00.000Z',
    ]);
    expect(referencesOf(pages).map(({ changedAt }) => changedAt.slice(0, 10))).toEqual([
      '2026-04-01',
      '2026-04-01',
      '2026-05-02',
      '2026-05-02',
      '2026-05-10',
      '2026-05-10',
    ]);
  });

  test('of exactly that length is one job', async () => {
    const { api, log } = await serve([happened('e1')]);
    await readAll(api, spanOf(31 * day));
    expect(log.intervals).toHaveLength(1);
  });
});

describe.concurrent('a grouping that the vendor refuses', () => {
  test('is left out where it only tells calibrations apart, for all of the window', async () => {
    const { api, log } = await serve(
      [happened('e1', { calibrationId: 'c1' }), happened('e2', { at: start + 40 * day })],
      { refuses: ['calibrationId'], groupsPerPage: 1 },
    );
    const pages = await readAll(api, spanOf(41 * day));
    expect(idsOf(pages)).toEqual(['evaluation e1', 'evaluation e2']);
    expect(log.groupings).toEqual([
      ['evaluationId', 'conversationId', 'calibrationId'],
      ['evaluationId', 'conversationId'],
      ['evaluationId', 'conversationId'],
    ]);
  });

  test('is not the only thing that is asked for more plainly: large pages are, too', async () => {
    const { api, log } = await serve([happened('e1'), happened('e2')], { largestPage: 1_000 });
    expect(idsOf(await readAll(api))).toEqual(['evaluation e1', 'evaluation e2']);
    expect(log.groupings).toEqual([['evaluationId', 'conversationId']]);
  });

  test('is an error where records could not be read without it', async () => {
    const { api } = await serve([happened('e1')], { refuses: ['conversationId'] });
    await expect(readAll(api)).rejects.toMatchObject({
      kind: 'InvalidRequest',
      status: 400,
      message: expect.stringContaining('groupBy conversationId is not supported'),
    });
  });

  test.each([
    [403, 'Forbidden'],
    [404, 'InvalidRequest'],
    [503, 'UpstreamUnavailable'],
  ])('is told from other failures: %i is one at once', async (status, kind) => {
    const { api, server } = await clientOf((_, response) => sendJson(response, status, {}), whenDone);
    await expect(readAll(api)).rejects.toMatchObject({ kind, status });
    expect(server.received.filter(({ url }) => url !== '/oauth/token')).toHaveLength(1);
  });
});

describe.concurrent('a job', () => {
  test('is waited for', async () => {
    const { api, log } = await serve([happened('e1')], { states: [{ state: 'QUEUED' }] });
    expect(idsOf(await readAll(api))).toEqual(['evaluation e1']);
    expect(log.groupings).toHaveLength(1);
  });

  test.each(['EXPIRED', 'CANCELLED'])('that is %s is asked for anew', async (state) => {
    const { api, log } = await serve([happened('e1')], { states: [{ state }] });
    const pages = await readAll(api);
    expect(idsOf(pages)).toEqual(['evaluation e1']);
    expect(log.groupings).toHaveLength(2);
  });

  test('whose results are dropped halfway is asked for anew, and nothing is missing', async () => {
    const events = Array.from({ length: 3 }, (_, number) => happened(`e${number}`));
    const { api, log } = await serve(events, { groupsPerPage: 2, drops: (request) => request === 2 });
    expect(new Set(idsOf(await readAll(api)))).toEqual(
      new Set(['evaluation e0', 'evaluation e1', 'evaluation e2']),
    );
    expect(log.groupings).toHaveLength(2);
  });

  test('that is dropped again and again is not asked for without end', async () => {
    const { api, log } = await serve([happened('e1')], { drops: () => true });
    await expect(readAll(api)).rejects.toMatchObject({
      kind: 'UpstreamUnavailable',
      message: expect.stringContaining('6 aggregates jobs in a row'),
    });
    expect(log.groupings).toHaveLength(6);
  });

  test('that fails is an error with the reason of the vendor', async () => {
    const { api } = await serve([], { states: [{ state: 'FAILED', errorMessage: 'too many groups' }] });
    await expect(readAll(api)).rejects.toMatchObject({
      kind: 'UpstreamUnavailable',
      message: expect.stringContaining('job-1 is FAILED: too many groups'),
    });
  });

  test('is no longer waited for once its reader is cancelled', async () => {
    const { api } = await serve([], { states: Array.from({ length: 50 }, () => ({ state: 'PENDING' })) });
    const controller = new AbortController();
    const reading = readEventPage(api, window, pass, beginOf(pass), {
      ...context,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error('cancelled by the test')), 100);
    const begun = Date.now();
    await expect(reading).rejects.toThrow();
    expect(Date.now() - begun).toBeLessThan(2_000);
  });
});

describe.concurrent('a job that was ordered before the lists were read', () => {
  /** Where reading begins once the lists are read. */
  const order = async (api: ApiClient, span = window): Promise<Cursor> => {
    const { next } = await orderEvents(api, span, orderPass, context);
    expect(next).toMatchObject({ pass: 'submitted' });
    return beginOf(pass, searchPosition(next ?? expect.unreachable('no lists')));
  };

  test('is the one that is read, of a long window its first part', async () => {
    const { api, log } = await serve([happened('e1'), happened('e2', { at: start + 40 * day })]);
    const span = spanOf(41 * day);
    const begin = await order(api, span);
    expect(log.groupings).toHaveLength(1);
    expect(idsOf(await readAll(api, span, begin))).toEqual(['evaluation e1', 'evaluation e2']);
    expect(log.groupings).toHaveLength(2);
  });

  test.each(['EXPIRED', 'CANCELLED', 'FAILED'])('and is %s is asked for anew, once', async (state) => {
    const { api, log } = await serve([happened('e1')], { states: [{ state }] });
    expect(idsOf(await readAll(api, window, await order(api)))).toEqual(['evaluation e1']);
    expect(log.groupings).toHaveLength(2);
  });

  test('and that the vendor no longer knows is asked for anew', async () => {
    const { api, log } = await serve([happened('e1')]);
    const begin = { ...(await order(api)), jobId: 'of long ago' };
    expect(idsOf(await readAll(api, window, begin))).toEqual(['evaluation e1']);
    expect(log.groupings).toHaveLength(2);
  });

  test.each([400, 403])('and that the vendor no longer shows (%i) is asked for anew', async (status) => {
    const log = new EventLog([happened('e1')]);
    const { api } = await clientOf((request, response) => {
      if (request.url.endsWith('/of-long-ago')) return sendJson(response, status, {});
      return log.answer(request, response);
    }, whenDone);
    const begin = { ...(await order(api)), jobId: 'of-long-ago' };
    expect(idsOf(await readAll(api, window, begin))).toEqual(['evaluation e1']);
    expect(log.groupings).toHaveLength(2);
  });

  test.each([403, 404, 503])('and cannot be ordered (%i) does not keep the lists waiting', async (status) => {
    const log = new EventLog([happened('e1')]);
    let asked = 0;
    const { api } = await clientOf((request, response) => {
      if (request.method === 'POST' && ++asked === 1) return sendJson(response, status, {});
      return log.answer(request, response);
    }, whenDone);
    expect(idsOf(await readAll(api, window, await order(api)))).toEqual(['evaluation e1']);
    expect(log.groupings).toHaveLength(1);
  });

  test.each([401, 429])('is an error where all else would fail as well: %i', async (status) => {
    const { api } = await clientOf((_, response) => sendJson(response, status, {}), whenDone);
    await expect(order(api)).rejects.toMatchObject({ status });
  });

  test('and was refused is asked for plainly', async () => {
    const { api, log } = await serve([happened('e1')], { refuses: ['calibrationId'] });
    const begin = await order(api);
    expect(begin).toMatchObject({ jobId: null, plain: true });
    expect(idsOf(await readAll(api, window, begin))).toEqual(['evaluation e1']);
    expect(log.groupings.map(({ length }) => length)).toEqual([3, 2]);
  });
});
