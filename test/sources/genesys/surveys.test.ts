/** How surveys are found, whose deletion is noticed, and what a read of one gives. */
import { describe, expect, it, test } from 'vitest';
import { needsReading } from '../../../activities/selectChanged.js';
import { createCsatSource } from '../../../sources/genesys/published/csatSource.js';
import { surveyEvents } from '../../../sources/genesys/published/surveys.js';
import type { RecordReference, Source } from '../../../sources/source.js';
import type { KnownVersion } from '../../../warehouses/warehouse.js';
import { never, sendJson, type Received } from '../http/testServer.js';
import { clientOf } from './client.js';
import { readStream } from './publishedRun.js';

const context = { signal: never, priority: 2 } as const;
const window = { start: '2026-03-01T00:00:00.000Z', end: '2026-03-02T00:00:00.000Z' };
const iso = (millis: number) => new Date(millis).toISOString();
/** A day and a time; the first is that of March. */
const inFebruary = (moment: string) => `2026-${moment.startsWith('01') ? '03' : '02'}-${moment}:00.000Z`;
const jobs = '/api/v2/analytics/surveys/aggregates/jobs';
const group = (
  surveyId: string | undefined,
  conversationId: string | undefined,
  metric = 'nSurveysSent',
) => ({
  group: { ...(surveyId ? { surveyId } : {}), ...(conversationId ? { conversationId } : {}) },
  data: [{ metrics: [{ metric, stats: { count: 1 } }] }],
});

/** Surveys behind one job; `refuses` are the jobs that the vendor will not start. */
async function surveys(
  groups: unknown[],
  held: Record<string, object> = {},
  {
    refuses = () => false,
    interactionTypes,
  }: { refuses?: (body: Job) => boolean; interactionTypes?: string[] } = {},
): Promise<{ source: Source; asked: Job[]; received: readonly Received[] }> {
  const asked: Job[] = [];
  const { api, server } = await clientOf((request, response) => {
    if (request.method === 'POST') {
      const job = JSON.parse(request.body) as Job;
      asked.push(job);
      return sendJson(response, refuses(job) ? 400 : 202, refuses(job) ? {} : { jobId: 'job-1' });
    }
    if (request.url === `${jobs}/job-1`) return sendJson(response, 200, { state: 'FULFILLED' });
    if (request.url.startsWith(`${jobs}/job-1/results`)) return sendJson(response, 200, { results: groups });
    const survey = held[request.url.split('/').at(-1) ?? ''];
    sendJson(response, survey === undefined ? 404 : 200, survey ?? { code: 'not.found', status: 404 });
  });
  const source = createCsatSource(api, { name: 'csat', label: 'csat', interactionTypes }, []);
  return { source, asked, received: server.received };
}
interface Job {
  interval: string;
  groupBy: string[];
  metrics: string[];
  pageSize: number;
  filter?: unknown;
  alternateTimeDimension: string;
}

describe('surveys of a window', () => {
  it('are those that anything happened to, each with its conversation', async () => {
    const { source, asked } = await surveys([
      group('s1', 'c1'),
      group('s2', undefined),
      group(undefined, 'c3'),
    ]);
    const { references } = await source.readPage(window, source.firstCursor(window), context);
    const common = { kind: 'survey', changedAt: window.end, isAutomated: null, reason: 'event' };
    expect(references).toEqual([
      { ...common, id: 's1', locator: 'c1' },
      { ...common, id: 's2', locator: '' },
    ]);
    expect(asked).toMatchObject([
      {
        interval: `${window.start}/${window.end}`,
        alternateTimeDimension: 'eventTime',
        groupBy: ['surveyId', 'conversationId'],
        granularity: 'PT1H',
      },
    ]);
    expect(asked[0]?.metrics).toContain('nSurveysDeleted');
    expect(asked[0]).not.toHaveProperty('filter');
  });

  it('are asked for more plainly where the vendor refuses more, deletions still among them', async () => {
    const { source, asked } = await surveys(
      [group('s1', 'c1')],
      {},
      { refuses: ({ metrics }) => metrics.length > 5 },
    );
    expect((await readStream(source, window)).references).toHaveLength(1);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.metrics).toContain('nSurveysDeleted');
    expect(asked[1]).not.toHaveProperty('granularity');
    expect(asked[1]?.pageSize).toBeLessThan(asked[0]?.pageSize ?? 0);
  });

  test.each([
    // A window that reaches back over days must not have everything in it read again.
    ['an hour of long ago', [['22T05:00', '22T06:00', 1]], '2026-02-23T06:00:00.000Z'],
    [
      'several hours',
      [
        ['22T09:00', '22T10:00', 1],
        ['22T05:00', '22T06:00', 2],
      ],
      '2026-02-23T10:00:00.000Z',
    ],
    [
      'one of several hours',
      [
        ['22T05:00', '22T06:00', 1],
        ['22T09:00', '22T10:00', 0],
      ],
      '2026-02-23T06:00:00.000Z',
    ],
    ['an hour of the last day', [['28T05:00', '28T06:00', 1]], '2026-02-28T07:00:00.000Z'],
    ['the last hour', [['28T23:00', '01T00:00', 1]], '2026-03-01T00:00:00.000Z'],
    ['an hour that is still running', [['28T23:30', '01T00:30', 1]], '2026-03-01T00:00:00.000Z'],
    ['an hour that is not told', [['', '', 1]], '2026-03-01T00:00:00.000Z'],
  ] as const)(
    'that something happened to in %s are read then, an hour later and a day later',
    (_, hours, changedAt) => {
      const week = { start: '2026-02-22T00:00:00.000Z', end: '2026-03-01T00:00:00.000Z' };
      const data = hours.map(([from, to, count]) => ({
        ...(from === '' ? {} : { interval: `${inFebruary(from)}/${inFebruary(to)}` }),
        metrics: [{ metric: 'nSurveyResponses', stats: { count } }],
      }));
      const references = surveyEvents(undefined).references({ group: { surveyId: 's1' }, data }, week);
      expect(references).toMatchObject([{ id: 's1', changedAt }]);
    },
  );

  it('are read a few times, however often a stream runs while its windows reach back to them', () => {
    const hour = 3_600_000;
    const begin = Date.parse(window.start);
    const happened = [10, 14];
    let reads = 0;
    let copy: KnownVersion | undefined;
    for (let run = 11; run < 24 * 8; run++) {
      const end = begin + run * hour - 15 * 60_000;
      const part = { start: iso(end - 7 * 24 * hour), end: iso(end) };
      const data = happened
        .map((at) => begin + at * hour)
        .filter((at) => at >= Date.parse(part.start) && at < end)
        .map((at) => ({
          interval: `${iso(at)}/${iso(at + hour)}`,
          metrics: [{ metric: 'nSurveyResponses', stats: { count: 1 } }],
        }));
      const found = surveyEvents(undefined).references({ group: { surveyId: 's1' }, data }, part);
      if (data.length === 0 || !found.some((reference) => needsReading(reference, copy))) continue;
      reads += 1;
      const extractedAt = iso(begin + run * hour + 60_000);
      copy = {
        id: 's1',
        changeStamp: extractedAt,
        extractedAt,
        isDeleted: false,
        status: 'FINISHED',
        totalScore: null,
      };
    }
    // Both events at once and an hour later, and the last of them a day later.
    expect(reads).toBe(5);
  });

  test.each([[['voice']], [['email', 'message']]])('may be of %j alone', async (interactionTypes) => {
    const { source, asked } = await surveys([], {}, { interactionTypes });
    await readStream(source, window);
    expect(asked[0]?.filter).toEqual({
      type: 'or',
      predicates: interactionTypes.map((value) => ({
        type: 'dimension',
        dimension: 'mediaType',
        operator: 'matches',
        value,
      })),
    });
  });

  test.each([
    ['nSurveysDeleted', 'deleted-event'],
    ['nSurveyResponses', 'event'],
  ])('counted as %s are a %s', (metric, reason) => {
    const references = surveyEvents(undefined).references(group('s1', 'c1', metric), window);
    expect(references).toMatchObject([{ id: 's1', reason }]);
  });
});

describe('a survey read by id', () => {
  const reference: RecordReference = {
    kind: 'survey',
    id: 's1',
    locator: 'c1',
    changedAt: window.end,
    isAutomated: null,
    reason: 'event',
  };
  const survey = {
    id: 's1',
    conversation: { id: 'c1' },
    status: 'Sent',
    surveyForm: { id: 'sf-1' },
    news: 1,
  };

  it('is as new as its reading, and kept whole', async () => {
    const { source } = await surveys([], { s1: survey });
    const found = await source.lookup(reference, context);
    if (found.outcome !== 'found') throw new Error(found.outcome);
    expect(found.record).toMatchObject({ id: 's1', conversationId: 'c1', formId: 'sf-1', body: survey });
    expect(found.record.changeStamp).toBe(found.record.extractedAt);
  });

  it('needs no conversation', async () => {
    const { source } = await surveys([], { s1: { id: 's1', status: 'Sent' } });
    const found = await source.lookup({ ...reference, locator: '' }, context);
    expect(found).toMatchObject({ outcome: 'found', record: { formId: null, locator: '' } });
    expect(found.outcome === 'found' && 'conversationId' in found.record).toBe(false);
  });

  it('that is not there is gone', async () => {
    const { source } = await surveys([]);
    expect(await source.lookup(reference, context)).toMatchObject({ outcome: 'gone', reference });
  });

  it('of another shape is an error that names it', async () => {
    const { source } = await surveys([], { s1: { ...survey, status: 'Lost' } });
    await expect(source.lookup(reference, context)).rejects.toMatchObject({ kind: 'SchemaMismatch' });
  });
});
