/** How early each stream replaces its token: by default as its guide says, or as the configuration does. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sendJson, startServer } from '../sources/http/testServer.js';
import { checkConfiguration } from '../../workers/loadConfiguration.js';
import { openSources } from '../../workers/openSources.js';

const lifetimeSeconds = 3_600;
const context = { signal: new AbortController().signal, priority: 2 } as const;
const window = { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' };
const startFrom = '2026-11-01';
const streams = {
  evaluations: { evaluations: { startFrom } },
  assessments: { assessments: { startFrom, divisions: 'all' } },
  csat: { csat: { startFrom } },
  feedback: { feedback: { startFrom } },
  metrics: { metrics: { timeZone: 'UTC' } },
};
type Stream = keyof typeof streams;

/** Reads of a stream, so many seconds after each other; gives how often the client has signed in after each. */
async function signInsOf(stream: Stream, more: object, ...secondsBetween: readonly number[]) {
  let signIns = 0;
  const server = await startServer((request, response) => {
    if (request.url !== '/oauth/token') {
      return sendJson(response, 200, stream === 'metrics' ? [] : { entities: [] });
    }
    signIns += 1;
    sendJson(response, 200, { access_token: `token-${signIns}`, expires_in: lifetimeSeconds });
  });
  const clock = performance.now.bind(performance);
  let passed = 0;
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => clock() + passed * 1_000);
  onTestFinished(async () => {
    spy.mockRestore();
    await server.close();
  });
  const acme = {
    vendor: 'genesys',
    api: 'guide',
    ...{ apiUrl: server.url, clientId: 'client', clientSecret: '${SECRET}', streams: streams[stream] },
    ...more,
  };
  const sources = openSources(
    checkConfiguration({ connections: { acme } }, 'tidemark.yaml', { SECRET: 'secret' }),
  );
  const read = async () => {
    if (stream === 'metrics') {
      const question = { window, by: 'agent', segment: 'all', passScore: 80 } as const;
      return sources.metrics('acme').readMetrics(question, context);
    }
    const source = sources.source('acme', stream);
    return source.readPage(window, source.firstCursor(window), context);
  };
  const counts: number[] = [];
  for (const seconds of [0, ...secondsBetween]) {
    passed += seconds;
    await read();
    counts.push(signIns);
  }
  return counts;
}

describe('a token', () => {
  it.each<[Stream, number, object]>([
    ['evaluations', 60, {}],
    ['csat', 60, {}],
    ['metrics', 300, {}],
    ['assessments', 900, {}],
    ['feedback', 900, {}],
    ['evaluations', 120, { tokenRefreshMargin: '2m' }],
    ['metrics', 120, { tokenRefreshMargin: '2m' }],
    ['feedback', 120, { tokenRefreshMargin: '2m' }],
  ])('of %s is replaced %i s before its end, with %j', async (stream, margin, more) => {
    // Reading takes a moment, too.
    const early = 5;
    const counts = await signInsOf(stream, more, lifetimeSeconds - margin - early, early);
    expect(counts).toEqual([1, 1, 2]);
  });
});
