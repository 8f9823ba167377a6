/** Divisions and what they hide; users, queues, teams; the limits of the organisation. */
import { afterAll, describe, expect, it } from 'vitest';
import {
  auditor,
  dateRange,
  freshSimulator,
  openSimulator,
  searchAll,
  type Entity,
  type Listing,
} from './simulatorClient.js';

const shared = await openSimulator({ evaluations: 500 });
afterAll(() => shared.close());
const { api, truth, control } = shared;
type Row = Record<string, unknown>;
interface Described {
  divisions: { id: string; name: string; restricted: boolean }[];
  clients: string[];
}
const { divisions } = await control<Described>('GET', 'organisation');
const restricted = divisions.filter((division) => division.restricted);
const everything = dateRange('createdDate', '2026-08-15T00:00:00.000Z', '2026-11-15T00:00:00.000Z');
const names = ({ entities }: Listing) => entities.map((each) => String(each['name']));

describe('divisions that are not granted', () => {
  const rows = shared.truth('evaluations');
  const allRows = shared.truth('evaluations', { clientId: auditor.clientId });
  const isGranted = (row: Row) =>
    (JSON.parse(String(row['division_ids'])) as string[]).map(
      (id) => !restricted.some((division) => division.id === id),
    );

  it('hide what lies in them only, and redact what lies in them, too', async () => {
    const found = [
      ...(await searchAll(api, [everything])),
      ...(await searchAll(api, [everything], { systemSubmitted: true })),
    ].filter((item) => item['calibration'] === undefined);
    const ids = (state: 'visible' | 'redacted') =>
      found
        .filter((item) => item['redacted'] === (state === 'redacted'))
        .map(({ id }) => id)
        .sort();
    const expected = (granted: (flags: boolean[]) => boolean, list: Row[]) =>
      list
        .filter((row) => granted(isGranted(row)))
        .map((row) => String(row['evaluation_id']))
        .sort();
    const all = await allRows;
    expect(ids('visible')).toEqual(expected((flags) => flags.every(Boolean), all));
    expect(ids('visible')).toEqual((await rows).map((row) => String(row['evaluation_id'])).sort());
    const redacted = expected((flags) => flags.includes(true) && flags.includes(false), all);
    const calibrated = await truth('calibration_evaluations', { clientId: auditor.clientId });
    expect(calibrated.every((row) => isGranted(row).every(Boolean))).toBe(true);
    expect(ids('redacted')).toEqual(redacted);
    expect(redacted.length).toBeGreaterThan(0);
    expect(all.length - found.length).toBeGreaterThan(10);
  });

  it('show of a redacted evaluation that it is there, and nothing else', async () => {
    const row = (await allRows).find((each) => new Set(isGranted(each)).size === 2) ?? {};
    const path = `/api/v2/quality/conversations/${row['conversation_id']}/evaluations/${row['evaluation_id']}`;
    const read = await api.get(`${path}?expand=agent`);
    expect(Object.keys(read).sort()).toEqual(['id', 'redacted', 'selfUri']);
    expect(read['redacted']).toBe(true);
    const all = await shared.signIn(auditor);
    expect(await all.get(path)).toMatchObject({ redacted: false, agent: { name: row['agent_name'] } });
  });

  it('make what they hide not found', async () => {
    const hidden = (await allRows).find((each) => !isGranted(each).includes(true)) ?? {};
    const conversation = `/api/v2/analytics/conversations/${hidden['conversation_id']}/details`;
    const path = `/api/v2/quality/conversations/${hidden['conversation_id']}/evaluations/${hidden['evaluation_id']}`;
    await api.refused(404, 'GET', path);
    await api.refused(404, 'GET', conversation);
    const byConversation = `/api/v2/quality/evaluations/query?conversationId=${hidden['conversation_id']}&includeDeletedUsers=true`;
    expect((await api.get<Listing>(byConversation)).entities).toEqual([]);
    const ids = `/api/v2/analytics/conversations/details?id=${hidden['conversation_id']}`;
    expect(await api.get(ids)).toEqual({ conversations: [] });
    const all = await shared.signIn(auditor);
    await all.get(path);
    await all.get(conversation);
  });

  it('hide their queues', async () => {
    const path = '/api/v2/routing/queues?pageSize=500';
    const all = await shared.signIn(auditor);
    const [mine, theirs] = [await api.get<Listing>(path), await all.get<Listing>(path)];
    const hidden = theirs.entities.filter(({ id }) => !mine.entities.some((queue) => queue.id === id));
    expect(hidden.length).toBeGreaterThan(0);
    for (const { id, division } of hidden) {
      expect(restricted.map((each) => each.id)).toContain((division as Entity).id);
      await api.refused(404, 'GET', `/api/v2/routing/queues/${id}`);
    }
    expect((await truth('queues')).map((row) => row['queue_id']).sort()).toEqual(
      mine.entities.map(({ id }) => id).sort(),
    );
  });

  it('are listed all the same, but not as permitted', async () => {
    const listed = await api.get<Listing>('/api/v2/authorization/divisions');
    expect(names(listed)).toEqual(['Home', 'Sales', 'Service', 'Retention', 'Claims', 'Legal', 'Partners']);
    const permitted = (permission: string) =>
      api.get<Listing>(`/api/v2/authorization/divisionspermitted/paged/me?permission=${permission}`);
    expect(names(await permitted('quality:evaluation:view'))).toEqual([
      ...['Home', 'Sales', 'Service', 'Retention', 'Claims'],
    ]);
    expect(names(await permitted('quality:evaluation:delete'))).toEqual([]);
    expect(
      (await truth('divisions')).filter((row) => row['is_granted'] !== true).map((row) => row['name']),
    ).toEqual(['Legal', 'Partners']);
  });
});

it('a client may be granted some divisions only', async () => {
  const sales = divisions.find(({ name }) => name === 'Sales')?.id ?? '';
  const own = await freshSimulator({ evaluations: 200, client: { divisionIds: [sales] } });
  const found = await searchAll(own.api, [everything]);
  expect(found.length).toBeGreaterThan(5);
  for (const item of found) expect(item['divisionIds']).toContain(sales);
});

describe('divisions', () => {
  const path = '/api/v2/authorization/divisions';

  it('are read one by one, by name, by id and by page', async () => {
    const { entities } = await api.get<Listing>(path);
    for (const division of entities) expect(await api.get(`${path}/${division.id}`)).toEqual(division);
    expect(await api.get(`${path}/home`)).toMatchObject({ name: 'Home', homeDivision: true });
    expect(names(await api.get<Listing>(`${path}?name=ser`))).toEqual(['Service']);
    const two = entities.slice(1, 3).map(({ id }) => id);
    expect((await api.get<Listing>(`${path}?id=${two.join(',')}`)).entities.map(({ id }) => id)).toEqual(two);
    const page = await api.get<Listing>(`${path}?pageSize=3&pageNumber=2`);
    expect(page).toMatchObject({ pageNumber: 2, pageSize: 3, total: 7, pageCount: 3 });
    expect(page.entities).toEqual(entities.slice(3, 6));
  });
});

it.each(['/api/v2/authorization/divisions/query', '/api/v2/teams'])(
  '%s is walked through by cursor, forth and back',
  async (path) => {
    const whole = await api.get<Listing>(`${path}?pageSize=200`);
    expect(whole.nextUri).toBeUndefined();
    const first = await api.get<Listing>(`${path}?pageSize=3`);
    const second = await api.get<Listing>(first.nextUri ?? '');
    const third = await api.get<Listing>(second.nextUri ?? '');
    expect([...first.entities, ...second.entities, ...third.entities]).toEqual(whole.entities);
    expect([third.nextUri, first.previousUri]).toEqual([undefined, undefined]);
    const back = await api.get<Listing>(second.previousUri ?? '');
    expect(back.entities).toEqual(first.entities);
    expect(first).not.toHaveProperty('total');
  },
);

describe('users', () => {
  it('are the active ones unless the state is named', async () => {
    const states = async (query: string) =>
      (await api.get<Listing>(`/api/v2/users?pageSize=500${query}`)).entities.map((user) => user['state']);
    const known = await truth('users');
    const count = (state: string) => known.filter((row) => row['state'] === state).length;
    expect(await states('')).toEqual(Array.from({ length: count('active') }, () => 'active'));
    expect(await states('&state=inactive')).toHaveLength(count('inactive'));
    expect(await states('&state=deleted')).toHaveLength(count('deleted'));
    expect(await states('&state=any')).toHaveLength(known.length);
    expect([known.length, count('inactive'), count('deleted')]).toEqual([68, 4, 3]);
  });

  it('are sorted by name, either way, and paged', async () => {
    const up = await api.get<Listing>('/api/v2/users?state=any&pageSize=30&sortOrder=ASC');
    const down = await api.get<Listing>('/api/v2/users?state=any&pageSize=30&pageNumber=3&sortOrder=DESC');
    expect(names(up)).toEqual([...names(up)].sort());
    expect(down.entities.map(({ id }) => id)).toEqual(
      up.entities
        .slice(0, 8)
        .map(({ id }) => id)
        .reverse(),
    );
    expect([up.total, up.pageCount, down.nextUri]).toEqual([68, 3, undefined]);
  });

  it('who are deleted are still found by id', async () => {
    const gone = (await truth('users')).find((row) => row['state'] === 'deleted') ?? {};
    const path = `/api/v2/users/${gone['user_id']}`;
    expect(await api.get(path)).toMatchObject({ state: 'deleted', name: gone['name'] });
    await api.refused(404, 'GET', `${path}?state=active`);
    const ids = (await truth('users')).slice(0, 3).map((row) => row['user_id']);
    const found = await api.get<Listing>(`/api/v2/users?state=any&id=${ids.join(',')}`);
    expect(found.entities.map(({ id }) => id).sort()).toEqual(ids.sort());
  });
});

it('teams and queues are read by id and by name', async () => {
  for (const path of ['/api/v2/teams', '/api/v2/routing/queues']) {
    const { entities } = await api.get<Listing>(path);
    const [first] = entities;
    expect(await api.get(`${path}/${first?.id}`)).toEqual(first);
    const name = String(first?.['name']).toUpperCase();
    expect((await api.get<Listing>(`${path}?name=${encodeURIComponent(name)}`)).entities).toEqual([first]);
  }
});

describe('limits', () => {
  const path = '/api/v2/organizations/limits/namespaces';
  const tokenLimit = 'client.credentials.token.rate.per.minute';

  it('are those the simulator keeps to', async () => {
    const own = await freshSimulator({ evaluations: 10, allowance: 120, windowSeconds: 30 });
    const value = async (which: string) =>
      (await own.api.get<Listing<Row>>(`${path}/${which}`)).entities.find(({ key }) => key === tokenLimit);
    expect(await value('platform.api')).toEqual({ key: tokenLimit, namespace: 'platform.api', value: 240 });
    expect(await value('platform.api/defaults')).toEqual({
      key: tokenLimit,
      namespace: 'platform.api',
      value: 300,
    });
  });

  it('have namespaces that can be empty', async () => {
    const { entities } = await api.get<{ entities: string[] }>(`${path}?pageSize=500`);
    expect(entities).toEqual(expect.arrayContaining(['platform.api', 'analytics', 'quality']));
    expect(await api.get(`${path}/quality`)).toEqual({ entities: [] });
    expect(await api.get(`${path}?pageSize=5&pageNumber=2`)).toEqual({ entities: entities.slice(5, 10) });
  });
});
