import { describe, expect, test } from 'vitest';
import {
  allDivisions,
  grantedDivisions,
  readDirectory,
} from '../../../sources/genesys/published/directory.js';
import type { ApiClient } from '../../../sources/http/apiClient.js';
import type { DirectoryRecord } from '../../../sources/source.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';
import { Listings } from './listings.js';

const context = { signal: never, priority: 2 } as const;
const divisions = '/api/v2/authorization/divisions';
const permitted = '/api/v2/authorization/divisionspermitted/paged/me';
const users = '/api/v2/users';
const queues = '/api/v2/routing/queues';

async function serve(entities: Listings['entities'], settings: Partial<Listings> = {}) {
  const listings = Object.assign(new Listings(entities), settings);
  const { api } = await clientOf((request, response) => listings.answer(request, response));
  return { listings, api };
}

async function readAll(api: ApiClient): Promise<DirectoryRecord[]> {
  const records: DirectoryRecord[] = [];
  for await (const page of readDirectory(api, context)) records.push(...page);
  return records;
}

describe('the directory', () => {
  const small = {
    [divisions]: [
      { id: 'd-1', name: 'Home', homeDivision: true },
      { id: 'd-2', name: 'Closed' },
    ],
    [permitted]: [{ id: 'd-1' }],
    [users]: [{ id: 'u-1', name: 'Ada', addedByTheVendor: [1] }],
    [queues]: [{ id: 'q-1', name: 'Billing' }],
  };

  test('is divisions, people and queues, as they came', async () => {
    const { api } = await serve(small);
    const extractedAt = expect.any(String);
    expect(await readAll(api)).toEqual([
      {
        kind: 'division',
        id: 'd-1',
        extractedAt,
        body: { division: { id: 'd-1', name: 'Home', homeDivision: true }, isGranted: true },
      },
      {
        kind: 'division',
        id: 'd-2',
        extractedAt,
        body: { division: { id: 'd-2', name: 'Closed' }, isGranted: false },
      },
      { kind: 'user', id: 'u-1', extractedAt, body: { id: 'u-1', name: 'Ada', addedByTheVendor: [1] } },
      { kind: 'queue', id: 'q-1', extractedAt, body: { id: 'q-1', name: 'Billing' } },
    ]);
  });

  test('asks for people who left, too, and for divisions by the permission to see evaluations', async () => {
    const { api, listings } = await serve(small);
    await readAll(api);
    expect(listings.queries.get(users)).toMatchObject([{ state: 'any' }]);
    expect(listings.queries.get(permitted)).toMatchObject([{ permission: 'quality:evaluation:view' }]);
  });

  test.each([403, 404, 400])('does not know grants where the vendor answers %i', async (status) => {
    const { api } = await serve(small, { refused: new Map([[permitted, status]]) });
    const records = await readAll(api);
    expect(
      records.flatMap(({ kind, body }) =>
        kind === 'division' ? [(body as { isGranted: unknown }).isGranted] : [],
      ),
    ).toEqual([null, null]);
  });

  test('without queues for want of a permission is an error that names it', async () => {
    const { api } = await serve(small, { refused: new Map([[queues, 403]]) });
    await expect(readAll(api)).rejects.toMatchObject({ kind: 'Forbidden' });
  });
});

describe('a listing', () => {
  const people = (count: number) => Array.from({ length: count }, (_, number) => ({ id: `u-${number}` }));

  test.each([
    ['right', {}],
    ['too low', { statedTotal: 3 }],
    ['too high', { statedTotal: 90_000 }],
  ])('is read while another page follows, the total being %s', async (_, settings) => {
    const all = people(1_203);
    const { api, listings } = await serve(
      { [divisions]: [], [permitted]: [], [users]: all, [queues]: [] },
      settings,
    );
    const records = await readAll(api);
    expect(records.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(listings.queries.get(users)?.map(({ pageNumber }) => pageNumber)).toEqual(['1', '2', '3']);
  });

  test('that ends with a page that is exactly full is not asked on', async () => {
    const { api, listings } = await serve({
      [divisions]: [],
      [permitted]: [],
      [users]: people(1_000),
      [queues]: [],
    });
    expect(await readAll(api)).toHaveLength(1_000);
    expect(listings.queries.get(users)).toHaveLength(2);
  });

  test('that promises a page for ever ends with an empty one', async () => {
    const { api } = await clientOf((request, response) => {
      const page = Number(new URL(request.url, 'http://x').searchParams.get('pageNumber'));
      const entities = page <= 2 ? [{ id: `d-${page}`, name: `Division ${page}` }] : [];
      sendJson(response, 200, { entities, nextUri: '/more' });
    });
    expect(await allDivisions(api, context)).toEqual([
      { id: 'd-1', name: 'Division 1' },
      { id: 'd-2', name: 'Division 2' },
    ]);
  });

  test('of something without id is refused', async () => {
    const { api } = await serve({ [divisions]: [{ name: 'nameless' }] });
    await expect(allDivisions(api, context)).rejects.toMatchObject({ kind: 'SchemaMismatch' });
  });
});

describe('divisions', () => {
  test('have their id for a name where they have none', async () => {
    const { api } = await serve({ [divisions]: [{ id: 'd-1' }, { id: 'd-2', name: 'Two' }] });
    expect(await allDivisions(api, context)).toEqual([
      { id: 'd-1', name: 'd-1' },
      { id: 'd-2', name: 'Two' },
    ]);
  });

  test('that are granted are read to the last page', async () => {
    const all = Array.from({ length: 450 }, (_, number) => ({ id: `d-${number}` }));
    const { api } = await serve({ [permitted]: all });
    expect(await grantedDivisions(api, context)).toEqual(new Set(all.map(({ id }) => id)));
  });

  test('of which none is granted are known to be none', async () => {
    const { api } = await serve({ [permitted]: [] });
    expect(await grantedDivisions(api, context)).toEqual(new Set());
  });

  test('are not taken for unknown when the vendor fails', async () => {
    const { api } = await serve({}, { refused: new Map([[permitted, 503]]) });
    await expect(grantedDivisions(api, context)).rejects.toMatchObject({ kind: 'UpstreamUnavailable' });
  });
});
