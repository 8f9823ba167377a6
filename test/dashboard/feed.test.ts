/** The feed over real HTTP, from a real warehouse. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ScoresAnswer } from '../../dashboard/scores.js';
import description from '../../dashboard/openapi.json' with { type: 'json' };
import { holdOpen } from './holdOpen.js';
import { agent, at, day, duckdbIn, poll, reading } from './readings.js';
import { acme, serve, someDay, type Held, type Served } from './served.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

let served: Served;
beforeAll(async () => {
  served = await serve(someDay);
});
afterAll(() => served.close());

async function serveAnother(held: Held, options: Parameters<typeof serve>[1] = {}): Promise<Served> {
  const another = await serve(held, options);
  onTestFinished(() => another.close());
  return another;
}

async function scores(query = '', from = served): Promise<ScoresAnswer> {
  const response = await from.get(`/api/v1/scores${query}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/json; charset=utf-8',
  ]);
  return (await response.json()) as ScoresAnswer;
}
const ids = ({ rows }: ScoresAnswer) => rows.map(({ entityId }) => entityId);

describe('scores', () => {
  it('are flat rows beside what is to know of the day', async () => {
    const { rows, trend, ...rest } = await scores();
    expect(rest).toEqual({
      connection: 'acme',
      sourceSystem: 'genesys',
      isPolled: true,
      businessDay: day,
      isCurrentDay: true,
      timeZone: 'Europe/Berlin',
      windowStart: '2026-11-19T23:00:00.000Z',
      countThreshold: 3,
      pollMinutes: 15,
      updatedAt: at('12:31'),
      polledAt: at('12:46'),
      isStale: false,
      heldFrom: null,
      teams: [
        { id: 'north', name: 'Team north' },
        { id: 'south', name: 'Team south' },
      ],
      forms: [
        { id: 'sales', name: 'Sales' },
        { id: 'support', name: 'Support' },
      ],
      queues: [{ id: 'q1', name: 'Hotline' }],
    });
    expect(rows[0]).toEqual({
      entityType: 'agent',
      entityId: 'ann',
      entityName: 'Ann "Ace" Archer, Dr.',
      teamId: 'north',
      teamName: 'Team north',
      segmentType: 'all',
      segmentId: '',
      segmentName: null,
      count: 9,
      averageScore: 91.25,
      passRate: 91.25,
      highestScore: 91.25,
      lowestScore: 91.25,
      noData: false,
      isBelowThreshold: false,
      updatedAt: at('12:31'),
    });
    for (const row of rows) {
      expect(Object.values(row).filter((value) => value !== null && typeof value === 'object')).toEqual([]);
    }
    expect(trend.filter(({ entityId }) => entityId === 'bob')).toEqual([
      { entityId: 'bob', entityName: 'Bob Baker', at: at('08:00'), averageScore: 64, count: 3 },
      { entityId: 'bob', entityName: 'Bob Baker', at: at('11:00'), averageScore: 58, count: 7 },
    ]);
  });

  it.each([
    ['', ['ann', 'bob', 'cyd', 'dee']],
    ['?connection=acme&day=2026-11-20', ['ann', 'bob', 'cyd', 'dee']],
    ['?sourceSystem=genesys', ['ann', 'bob', 'cyd', 'dee']],
    ['?sourceSystem=genesys&connection=acme', ['ann', 'bob', 'cyd', 'dee']],
    ['?team=south', ['bob', 'dee']],
    ['?minCount=1', ['ann', 'bob', 'cyd']],
    ['?minCount=3&team=north', ['ann']],
    ['?form=sales', ['ann']],
    ['?queue=q1', ['bob']],
    ['?form=unheard-of', []],
    ['?entity=queue', []],
    ['?day=2026-11-18', []],
  ])('of %s are those of %j', async (query, expected) => {
    expect(ids(await scores(query))).toEqual(expected);
  });

  it('are CSV where that is asked for', async () => {
    const response = await served.get('/api/v1/scores?format=csv&minCount=7');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect((await response.text()).split('\r\n')).toEqual([
      'connection,sourceSystem,businessDay,timeZone,entityType,entityId,entityName,teamId,teamName,segmentType,segmentId,segmentName,count,averageScore,passRate,highestScore,lowestScore,noData,isBelowThreshold,updatedAt',
      `acme,genesys,2026-11-20,Europe/Berlin,agent,ann,"Ann ""Ace"" Archer, Dr.",north,Team north,all,,,9,91.25,91.25,91.25,91.25,false,false,${at('12:31')}`,
      `acme,genesys,2026-11-20,Europe/Berlin,agent,bob,Bob Baker,south,Team south,all,,,7,58,58,58,58,false,false,${at('11:01')}`,
      '',
    ]);
  });

  it.each([
    ['?conection=acme', 'conection', 'acme', /no such parameter/],
    ['?connection=other', 'connection', 'other', /one of acme/],
    ['?sourceSystem=nice', 'sourceSystem', 'nice', /genesys or cxone/],
    ['?sourceSystem=cxone', 'sourceSystem', 'cxone', /there are acme/],
    ['?day=20.11.2026', 'day', '20.11.2026', /YYYY-MM-DD/],
    ['?day=2026-02-30', 'day', '2026-02-30', /YYYY-MM-DD/],
    ['?entity=team', 'entity', 'team', /agent, queue, skill, form, evaluator/],
    ['?minCount=-1', 'minCount', '-1', /whole number/],
    ['?minCount=', 'minCount', '', /whole number/],
    ['?form=', 'form', '', /Leave it out/],
    ['?form=a&form=b', 'form', 'a", "b', /once/],
    ['?format=xml', 'format', 'xml', /json or csv/],
    ['?form=sales&queue=q1', 'queue', 'q1', /form or queue/],
  ])('are refused for %s', async (query, parameter, value, remedy) => {
    for (const path of ['/api/v1/scores', '/api/v1/events']) {
      const response = await served.get(`${path}${query}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        error: {
          parameter,
          value,
          remedy: expect.stringMatching(remedy),
          message: expect.stringContaining(value),
        },
      });
    }
  });

  it('are of the last day until there is a reading of the new one, and say so', async () => {
    const another = await serveAnother(someDay);
    another.clock.now = Date.parse('2026-11-21T06:00:00Z');
    expect(await scores('', another)).toMatchObject({
      businessDay: day,
      isCurrentDay: false,
      isStale: false,
    });
    await another.warehouse.record('agent_metrics', [
      reading({ entity_id: 'ann', window_end: '2026-11-21T05:59:00.000Z', business_day: '2026-11-21' }),
    ]);
    expect(await scores('', another)).toMatchObject({ businessDay: '2026-11-21', isCurrentDay: true });
    expect(await scores(`?day=${day}`, another)).toMatchObject({
      isCurrentDay: false,
      polledAt: at('12:46'),
    });
  });

  it('are found without a zone in the configuration, too', async () => {
    const another = await serveAnother(someDay, { connections: [{ ...acme, days: null }] });
    expect(await scores('', another)).toMatchObject({
      businessDay: day,
      timeZone: 'Europe/Berlin',
      isCurrentDay: true,
    });
  });

  it('leave other connections out', async () => {
    const other = { ...acme, name: 'other' };
    const held = { readings: [...agent('ann', 'Ann', 'north', [['08:00', 3, 70]])] };
    const another = await serveAnother(held, { connections: [acme, other] });
    expect(ids(await scores('?connection=acme', another))).toEqual(['ann']);
    expect(await scores('?connection=other', another)).toMatchObject({
      rows: [],
      polledAt: null,
      isStale: true,
    });
  });

  describe('of connections of two vendors', () => {
    const nice = { ...acme, name: 'nice', sourceSystem: 'cxone', isPolled: false } as const;
    const [late, third] = [
      { ...nice, name: 'late', isPolled: true },
      { ...acme, name: 'third' },
    ];
    let several: Served;
    beforeAll(async () => {
      several = await serve({}, { connections: [nice, acme, late, third] });
    });
    afterAll(() => several.close());

    it.each([
      ['', 'acme'],
      ['?sourceSystem=genesys', 'acme'],
      ['?sourceSystem=cxone', 'late'],
      ['?connection=nice', 'nice'],
      ['?sourceSystem=cxone&connection=nice', 'nice'],
    ])('%s are those of %s', async (query, expected) => {
      const { connection, sourceSystem } = await scores(query, several);
      expect([connection, sourceSystem]).toEqual([
        expected,
        ['acme', 'third'].includes(expected) ? 'genesys' : 'cxone',
      ]);
    });

    it('refuse a connection of another vendor', async () => {
      const response = await several.get('/api/v1/scores?sourceSystem=cxone&connection=acme');
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: { parameter: 'connection', value: 'acme', remedy: 'Write one of nice, late.' },
      });
    });

    it.each([
      ['', ['nice', 'acme', 'late', 'third']],
      ['?sourceSystem=cxone', ['nice', 'late']],
      ['?sourceSystem=genesys', ['acme', 'third']],
    ])('connections of %s are %j', async (query, expected) => {
      const { connections } = (await (await several.get(`/api/v1/connections${query}`)).json()) as {
        connections: { name: string }[];
      };
      expect(connections.map(({ name }) => name)).toEqual(expected);
    });
  });

  it('are none where there is no warehouse yet', async () => {
    const { warehouse } = await duckdbIn(await scratchDirectory());
    const another = await serveAnother({}, { warehouse });
    expect(await scores('', another)).toMatchObject({ rows: [], businessDay: day, updatedAt: null });
  });
});

describe('what has not changed', () => {
  it('is answered with 304 until it has', async () => {
    const another = await serveAnother(someDay);
    const first = await another.get('/api/v1/scores');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const ask = async (held: string) => another.get('/api/v1/scores', { 'if-none-match': held });
    const second = await ask(`"other", ${etag}`);
    expect([second.status, await second.text(), second.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await ask(`W/${etag}`)).status).toBe(304);
    expect((await ask('"other"')).status).toBe(200);

    await another.warehouse.record('interval_runs', [poll(at('12:55'))]);
    const third = await ask(etag);
    expect([third.status, ((await third.json()) as ScoresAnswer).polledAt]).toEqual([200, at('12:56')]);
  });

  it('has changed when it became stale', async () => {
    const another = await serveAnother(someDay);
    const etag = (await another.get('/api/v1/scores')).headers.get('etag') ?? '';
    another.clock.now = Date.parse(at('13:17'));
    const response = await another.get('/api/v1/scores', { 'if-none-match': etag });
    expect([response.status, ((await response.json()) as ScoresAnswer).isStale]).toEqual([200, true]);
  });

  it.each(['/', '/dashboard.js', '/feed.js', '/table.js', '/text.js', '/dashboard.css', '/icon.svg'])(
    'holds for the page, too: %s',
    async (path) => {
      const first = await served.get(path);
      expect([first.status, (await first.text()).length > 50]).toEqual([200, true]);
      const again = await served.get(path, { 'if-none-match': first.headers.get('etag') ?? '' });
      expect(again.status).toBe(304);
    },
  );
});

describe('a warehouse that is busy', () => {
  it('leaves the last answer, which says so, and nothing where there is none', async () => {
    const another = await serveAnother(someDay);
    const before = await scores('', another);
    const holder = await holdOpen(another.path);
    another.clock.now += 60_000;
    expect(await scores('', another)).toEqual({ ...before, heldFrom: at('13:00') });
    const unseen = await another.get('/api/v1/scores?day=2026-11-19');
    expect([unseen.status, unseen.headers.get('retry-after')]).toEqual([503, '5']);
    expect(JSON.stringify(await unseen.json())).not.toContain(another.path);
    expect(another.problems).toEqual([expect.stringContaining(`${another.path} is in use`)]);
    await holder.release();
    expect(await scores('', another)).toEqual(before);
  });
});

describe('the description', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(description, 'feed');
  const check = (path: string, value: unknown) => {
    const validate = ajv.compile({ $ref: `feed#/components/schemas/${path}` });
    expect([validate(value), validate.errors]).toEqual([true, null]);
  };

  it('is that of the answers', async () => {
    const answers: [string, string][] = [
      ['Scores', '/api/v1/scores'],
      ['Scores', '/api/v1/scores?form=sales'],
      ['Scores', '/api/v1/scores?day=2026-11-01'],
      ['Connections', '/api/v1/connections'],
      ['Health', '/healthz'],
      ['Error', '/api/v1/scores?minCount=x'],
      ['Error', '/api/v1/nothing'],
    ];
    for (const [name, path] of answers) check(name, await (await served.get(path)).json());
  });

  it('refuses other answers', async () => {
    const answer = await scores();
    const validate = ajv.compile({ $ref: 'feed#/components/schemas/Scores' });
    expect(validate({ ...answer, more: 1 })).toBe(false);
    expect(validate({ ...answer, rows: [{ ...answer.rows[0], count: '9' }] })).toBe(false);
  });

  it('names each route and each parameter that there is', async () => {
    expect(await (await served.get('/api/v1/openapi.json')).json()).toEqual(description);
    const get = description.paths['/api/v1/scores'].get.parameters;
    const examples: Record<string, string> = {
      connection: 'acme',
      sourceSystem: 'genesys',
      day,
      entity: 'agent',
      minCount: '0',
      format: 'json',
    };
    for (const { name, in: place } of get.filter((each) => each.in === 'query')) {
      expect([
        name,
        place,
        (await served.get(`/api/v1/scores?${name}=${examples[name] ?? 'x'}`)).status,
      ]).toEqual([name, 'query', 200]);
    }
    for (const path of Object.keys(description.paths).filter((each) => !each.endsWith('events'))) {
      expect([path, (await served.get(path)).status]).toEqual([path, 200]);
    }
  });
});
