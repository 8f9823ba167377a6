import { describe, expect, test } from 'vitest';
import { auditVisibility } from '../../../sources/genesys/published/visibility.js';
import type { Interval } from '../../../model/interval.js';
import { compareVisibility, type VisibilityFinding } from '../../../model/visibility.js';
import { simulatedSources } from '../../support/simulatedSources.js';
import { auditor, freshSimulator, span } from '../../simulator/http/simulatorClient.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';

const context = { signal: never, priority: 1 } as const;
const window: Interval = { start: '2026-03-01T00:00:00.000Z', end: '2026-03-04T00:00:00.000Z' };

const paths = {
  divisions: '/api/v2/authorization/divisions',
  permitted: '/api/v2/authorization/divisionspermitted/paged/me',
  activity: '/api/v2/quality/agents/activity',
  aggregates: '/api/v2/analytics/evaluations/aggregates/query',
  search: '/api/v2/quality/evaluations/search',
  users: '/api/v2/users',
} as const;

interface SearchBody {
  query: { type: string; field: string; operator?: string; values?: string[] }[];
  pageNumber: number;
  pageSize?: number;
  aggregations?: unknown[];
  systemSubmitted: boolean;
}

interface Organisation {
  /** Counted by analytics, by day of creation. */
  counted: Record<string, number>;
  /** Shown by searches, by day of creation. */
  people: Record<string, number>;
  automated: Record<string, number>;
  neverReleased: number;
  withoutPermission: (number | undefined)[];
  users: Record<string, number>;
  /** Status answered instead, by path. */
  refused: Partial<Record<keyof typeof paths, number>>;
  /** How searches answer when aggregations are asked for. */
  aggregations: 'days' | 'times' | 'millis' | 'none' | 'refused';
  /** Results of one search that can be paged through. */
  resultWindow: number;
}

const quiet: Organisation = {
  counted: { '2026-03-01': 5, '2026-03-02': 3 },
  people: { '2026-03-01': 4, '2026-03-02': 3 },
  automated: { '2026-03-01': 1 },
  neverReleased: 2,
  withoutPermission: [0, undefined, 0],
  users: { inactive: 2, deleted: 1 },
  refused: {},
  aggregations: 'days',
  resultWindow: 10_000,
};

async function organisation(given: Partial<Organisation> = {}) {
  const org = { ...quiet, ...given };
  return clientOf((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const name = Object.entries(paths).find(([, path]) => path === pathname)?.[0] as keyof typeof paths;
    const refusal = org.refused[name];
    if (refusal !== undefined) return sendJson(response, refusal, { status: refusal });
    const answer = {
      divisions: () => ({
        entities: [
          { id: 'd-1', name: 'Home' },
          { id: 'd-2', name: 'Closed' },
        ],
      }),
      permitted: () => ({ entities: [{ id: 'd-1' }] }),
      activity: () => activityPage(org, Number(searchParams.get('pageNumber'))),
      aggregates: () => aggregated(org, JSON.parse(request.body) as Record<string, unknown>),
      search: () => searched(org, JSON.parse(request.body) as SearchBody),
      users: () => ({
        entities: Array.from({ length: org.users[searchParams.get('state') ?? ''] ?? 0 }, (_, index) => ({
          id: `u-${index}`,
        })),
      }),
    }[name]();
    if (answer === null) sendJson(response, 400, { code: 'bad.request', status: 400 });
    else sendJson(response, 200, answer);
  });
}

/** Two agents to a page. */
function activityPage({ withoutPermission }: Organisation, page: number) {
  const entities = withoutPermission.slice(page * 2 - 2, page * 2).map((count) => ({
    agent: { id: 'a' },
    numEvaluations: 9,
    ...(count === undefined ? {} : { numEvaluationsWithoutViewPermission: count }),
  }));
  return { entities, ...(withoutPermission.length > page * 2 ? { nextUri: '/next' } : {}) };
}

function aggregated({ counted }: Organisation, body: Record<string, unknown>) {
  expect(body).toMatchObject({ alternateTimeDimension: 'evaluationCreatedDate', granularity: 'P1D' });
  const data = Object.entries(counted).map(([day, count]) => ({
    interval: `${day}T00:00:00.000Z/${day}T23:59:59.999Z`,
    metrics: [{ metric: 'nEvaluations', stats: { count } }],
  }));
  return { results: [{ group: {}, data }] };
}

function searched(org: Organisation, body: SearchBody) {
  const narrowed = body.query.length > 1;
  const shown = narrowed
    ? { '2026-03-01': body.systemSubmitted ? 0 : org.neverReleased }
    : org[body.systemSubmitted ? 'automated' : 'people'];
  if (body.aggregations !== undefined) {
    if (org.aggregations === 'refused' || body.pageSize !== undefined) return null;
    const bucketOf = {
      days: (day: string) => ({ key: day, keyAsString: day }),
      times: (day: string) => ({ key: `${day}T00:00:00.000Z` }),
      millis: (day: string) => ({ key: Date.parse(day), keyAsString: String(Date.parse(day)) }),
      none: () => ({}),
    }[org.aggregations];
    const buckets = Object.entries(shown).map(([day, documentCount]) => ({
      ...bucketOf(day),
      documentCount,
    }));
    return { results: [], aggregations: { days: { buckets } } };
  }
  const { pageNumber, pageSize = 25 } = body;
  if (pageNumber * pageSize > org.resultWindow) return null;
  const [range] = body.query as unknown as { startValue: string; endValue: string }[];
  // Evenly spread over their day, from its begin.
  const ids = Object.entries(shown).flatMap(([day, count]) =>
    Array.from({ length: count }, (_, index) => ({
      id: `${day}-${index}`,
      at: Date.parse(day) + Math.floor((index * 86_400_000) / count),
    })).filter(
      ({ at }) => at >= Date.parse(range?.startValue ?? '') && at < Date.parse(range?.endValue ?? ''),
    ),
  );
  return {
    results: ids
      .slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
      .map(({ id }) => ({ id, status: 'FINISHED' })),
  };
}

const audit = async (given: Partial<Organisation> = {}, within = window) =>
  auditVisibility((await organisation(given)).api, within, context);
const find = (findings: readonly VisibilityFinding[], aspect: string) =>
  findings.find((finding) => finding.aspect === aspect);
const counts = (findings: readonly VisibilityFinding[]) =>
  Object.fromEntries(
    findings
      .filter(({ aspect }) => aspect !== 'division')
      .map(({ aspect, records, isVisible }) => [aspect, [records, isVisible]]),
  );

describe('an audit of visibility', () => {
  test('tells each division, granted or not', async () => {
    expect((await audit()).filter(({ aspect }) => aspect === 'division')).toEqual([
      {
        aspect: 'division',
        subjectId: 'd-1',
        subjectName: 'Home',
        records: null,
        isVisible: true,
        note: expect.any(String),
      },
      expect.objectContaining({ subjectId: 'd-2', subjectName: 'Closed', isVisible: false }),
    ]);
  });

  test('counts what there is, and hides nothing where nothing is hidden', async () => {
    expect(counts(await audit())).toEqual({
      redacted: [0, true],
      unlisted: [0, true],
      automated: [1, true],
      'never-released': [2, true],
      'deleted-user': [3, true],
    });
  });

  test("sums the vendor's own count of hidden evaluations over all pages of agents", async () => {
    expect(find(await audit({ withoutPermission: [1, 0, undefined, 4, 2] }), 'redacted')).toMatchObject({
      subjectId: 'organisation',
      records: 7,
      isVisible: false,
      note: expect.stringMatching(/^Evaluations .*grant/u),
    });
  });

  test('compares analytics and searches day by day: what is over on one day covers up for no other', async () => {
    const people = { '2026-03-01': 2, '2026-03-02': 30 };
    expect(find(await audit({ people }), 'unlisted')).toMatchObject({ records: 2, isVisible: false });
  });

  test.each(['times', 'millis'] as const)('understands days that are written as %s', async (aggregations) => {
    expect(counts(await audit({ aggregations }))).toMatchObject({
      unlisted: [0, true],
      automated: [1, true],
    });
  });

  test.each(['none', 'refused'] as const)(
    'looks for the last page where aggregations are answered with %s',
    async (aggregations) => {
      for (const many of [0, 1, 99, 100, 101, 200, 730, 6_400]) {
        const counted = { '2026-03-01': many + 3 };
        const people = { '2026-03-01': many };
        const automated = { '2026-03-01': 2 };
        const { api, server } = await organisation({ aggregations, counted, people, automated });
        expect(find(await auditVisibility(api, window, context), 'unlisted'), String(many)).toMatchObject({
          records: 1,
        });
        expect(server.received.length).toBeLessThan(40);
      }
    },
  );

  test('cuts the span where the vendor gives no page so far back', async () => {
    const given = { aggregations: 'refused', resultWindow: 1_000 } as const;
    const people = { '2026-03-01': 2_600, '2026-03-03': 450 };
    const counted = { '2026-03-01': 2_611, '2026-03-03': 450 };
    expect(find(await audit({ ...given, people, counted }), 'unlisted')).toMatchObject({ records: 10 });
  });

  test('is of whole days, and takes long windows in parts', async () => {
    const { api, server } = await organisation();
    const long = { start: '2026-01-01T10:00:00.000Z', end: '2026-03-05T11:00:00.000Z' };
    await auditVisibility(api, long, context);
    const asked = server.received
      .filter(({ url }) => url === paths.aggregates)
      .map(({ body }) => (JSON.parse(body) as { interval: string }).interval);
    expect(asked).toEqual([
      '2026-01-01T00:00:00.000Z/2026-02-01T00:00:00.000Z',
      '2026-02-01T00:00:00.000Z/2026-03-04T00:00:00.000Z',
      '2026-03-04T00:00:00.000Z/2026-03-06T00:00:00.000Z',
    ]);
  });

  test.each([
    ['activity', 403, ['redacted'], 'quality:evaluation:view'],
    ['activity', 404, ['redacted'], 'quality:evaluation:view'],
    ['aggregates', 403, ['unlisted'], 'analytics:evaluationAggregate:view'],
    ['search', 403, ['unlisted', 'automated', 'never-released'], 'quality:evaluation:searchAny'],
    ['permitted', 403, ['division'], 'quality:evaluation:view'],
  ] as const)(
    'names the permission where %s is refused with %i',
    async (path, status, aspects, permission) => {
      const findings = await audit({ refused: { [path]: status } });
      const unknown = findings.filter(({ isVisible }) => isVisible === null);
      expect([...new Set(unknown.map(({ aspect }) => aspect))]).toEqual(aspects);
      for (const { note, records } of unknown) {
        expect(note).toContain(permission);
        expect(records).toBeNull();
      }
    },
  );

  test.each([
    [503, 'UpstreamUnavailable'],
    [401, 'Unauthorized'],
    [429, 'RateLimited'],
  ])('fails with %i, which hides nothing', async (status, kind) => {
    await expect(audit({ refused: { search: status } })).rejects.toMatchObject({ kind });
  });
});

describe('an audit of the simulated organisation', () => {
  const month: Interval = { start: span.from, end: span.to };

  async function simulated(evaluations = 1_200) {
    const opened = await freshSimulator({ evaluations });
    const { simulator } = opened;
    const connect = (clientId: string, clientSecret: string) =>
      simulatedSources({ ...simulator, clientId, clientSecret }, span.from).source('acme', 'evaluations');
    return {
      ...opened,
      source: connect(simulator.clientId, simulator.clientSecret),
      everything: connect(auditor.clientId, auditor.clientSecret),
    };
  }

  test('is served throughout, in few requests, and agrees with the truth', async () => {
    const { source, everything, truth } = await simulated(5_000);
    const meter = { requests: 0 };
    const findings = await source.auditVisibility(month, { ...context, meter });
    expect(meter.requests).toBeLessThanOrEqual(30);
    expect(findings.filter(({ isVisible }) => isVisible === null)).toEqual([]);
    expect(
      findings
        .filter(({ isVisible }) => isVisible === false)
        .map(({ subjectName, aspect }) => subjectName ?? aspect),
    ).toEqual(expect.arrayContaining(['Legal', 'Partners', 'redacted']));
    expect(find(findings, 'unlisted')).toMatchObject({ records: 0 });

    const all = await everything.auditVisibility(month, context);
    expect(all.filter(({ isVisible }) => isVisible !== true)).toEqual([]);
    const rows = (await truth('evaluations', { clientId: auditor.clientId })).filter(
      (row) => String(row['created_at']) >= month.start && String(row['created_at']) < month.end,
    );
    expect(find(all, 'automated')?.records).toBe(rows.filter((row) => row['is_automated'] === true).length);
    expect(find(all, 'never-released')?.records).toBe(
      rows.filter((row) => row['status'] === 'FINISHED' && row['released_at'] === null).length,
    );
    const users = await truth('users');
    expect(find(all, 'deleted-user')?.records).toBe(users.filter((row) => row['state'] !== 'active').length);
  });

  test('shows a division that was revoked in between, and that it came back', async () => {
    const { source, control } = await simulated();
    const before = await source.auditVisibility(month, context);
    const granted = before.find(({ subjectName }) => subjectName === 'Claims');
    const divisionId = granted?.subjectId;
    await control('POST', 'events', { kind: 'revokeDivision', divisionId });
    const after = await source.auditVisibility(month, context);
    expect(compareVisibility(after, before)).toEqual([
      {
        aspect: 'division',
        subjectId: divisionId,
        subjectName: granted?.subjectName,
        records: null,
        change: 'hidden',
      },
    ]);
    expect(find(after, 'redacted')?.records).toBeGreaterThan(find(before, 'redacted')?.records ?? 0);
    await control('POST', 'events', { kind: 'grantDivision', divisionId });
    const again = await source.auditVisibility(month, context);
    expect(compareVisibility(again, after)).toMatchObject([{ subjectId: divisionId, change: 'visible' }]);
  });

  test('names what the client may not ask', async () => {
    const { source, control } = await simulated();
    await control('POST', 'events', { kind: 'setPermissions', permissions: ['quality:evaluation:view'] });
    const findings = await source.auditVisibility(month, context);
    expect(findings.filter(({ isVisible }) => isVisible === null).map(({ aspect }) => aspect)).toEqual([
      'unlisted',
      'automated',
      'never-released',
    ]);
  });
});
