/** Events over real HTTP: when they come, and when they do not. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Warehouse } from '../../warehouses/warehouse.js';
import { agent, at, duckdbIn, poll } from './readings.js';
import { scratchDirectory } from '../support/scratchDirectory.js';
import { serve, someDay, type Served } from './served.js';

const refreshEvery = 60;

/** Collects events of a stream until the test is over. */
async function listen({ url }: Served, query = '') {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const response = await fetch(new URL(`/api/v1/events${query}`, url), { signal: stop.signal });
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => {});
  return {
    response,
    etags: () =>
      [...text.matchAll(/^event: changed\ndata: (.+)$/gm)].map(
        ([, data = '']) => (JSON.parse(data) as { etag: string }).etag,
      ),
    text: () => text,
    stop: async () => {
      stop.abort();
      await reading;
    },
  };
}

async function dashboard(options: Parameters<typeof serve>[1] = {}) {
  const served = await serve(someDay, { refreshEvery, now: Date.now, ...options });
  onTestFinished(() => served.close());
  return served;
}

const query = '?day=2026-11-20';
const etagOf = async (served: Served, asked = query) =>
  (await served.get(`/api/v1/scores${asked}`)).headers.get('etag');
const wait = async (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

describe('events', () => {
  it('tell the ETag at once, and again when it is another one', async () => {
    const served = await dashboard();
    const before = await etagOf(served);
    const heard = await listen(served, query);
    expect(heard.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(heard.response.headers.get('cache-control')).toBe('no-store');
    expect(heard.response.headers.get('content-security-policy')).not.toBeNull();
    await expect.poll(heard.etags).toEqual([before]);
    await wait(5 * refreshEvery);
    expect(heard.etags()).toHaveLength(1);

    await served.warehouse.record('agent_metrics', agent('bob', 'Bob Baker', 'south', [['12:45', 8, 61]]));
    await expect.poll(heard.etags, { timeout: 5_000 }).toHaveLength(2);
    expect(heard.etags()).toEqual([before, await etagOf(served)]);
  });

  it('are of the question that was asked', async () => {
    const served = await dashboard();
    const north = await listen(served, `${query}&team=north&minCount=3&format=csv`);
    const all = await listen(served, query);
    await served.warehouse.record('interval_runs', [poll(at('12:55'))]);
    await expect.poll(all.etags, { timeout: 5_000 }).toHaveLength(2);
    await wait(5 * refreshEvery);
    // When it was looked last is not part of the rows.
    expect(north.etags()).toEqual([await etagOf(served, `${query}&team=north&minCount=3&format=csv`)]);
  });

  it('have signs of life between them', async () => {
    const heard = await listen(await dashboard({ heartbeatEvery: 30 }), query);
    await expect.poll(() => heard.text().split(': still here\n\n').length).toBeGreaterThan(3);
    expect(heard.text()).toMatch(/^retry: 60\n\n/);
  });

  it('cost one look for all who listen, none when nobody does, and readings only after a poll', async () => {
    const { warehouse } = await duckdbIn(await scratchDirectory());
    await warehouse.record('agent_metrics', someDay.readings ?? []);
    const asked = { looks: 0, readings: 0 };
    const counted: Pick<Warehouse, 'agentMetrics' | 'intervalRuns'> = {
      agentMetrics: async (connection, day) => {
        asked.readings += 1;
        return warehouse.agentMetrics(connection, day);
      },
      intervalRuns: async (...question) => {
        asked.looks += 1;
        return warehouse.intervalRuns(...question);
      },
    };
    const now = () => Date.parse(at('13:00'));
    const served = await dashboard({ warehouse: counted, refreshEvery: 300, readInFullEvery: 600_000, now });
    const asking = [query, query, query, `${query}&team=north`];
    const listeners = await Promise.all(asking.map((each) => listen(served, each)));
    await wait(1_500);
    // The polls of the day are asked for with its readings, once.
    expect(asked.readings).toBe(1);
    expect(asked.looks).toBeGreaterThan(3);
    expect(asked.looks).toBeLessThanOrEqual(10);

    await warehouse.record('agent_metrics', agent('bob', 'Bob Baker', 'south', [['12:45', 8, 61]]));
    await warehouse.record('interval_runs', [poll(at('12:45'))]);
    await expect.poll(listeners[0]?.etags ?? (() => []), { timeout: 5_000 }).toHaveLength(2);
    expect(asked.readings).toBe(2);

    for (const each of listeners) await each.stop();
    await wait(400);
    const { looks } = asked;
    await wait(1_000);
    expect(asked.looks).toBe(looks);
  });

  it('end when the dashboard is closed', async () => {
    const served = await serve(someDay, { refreshEvery });
    const heard = await listen(served, query);
    await served.close();
    await heard.stop();
    await expect(fetch(served.url)).rejects.toThrow();
  });
});
