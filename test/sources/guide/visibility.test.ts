import { describe, expect, test } from 'vitest';
import { createGuideSource } from '../../../sources/genesys/guide/source.js';
import type { GenesysStream } from '../../../sources/genesys/streams.js';
import { serveGuide } from './servedGuide.js';
import { context } from './simulatedGuide.js';

const window = { start: '2026-11-01T05:00:00.000Z', end: '2026-11-02T07:00:00.000Z' };

/** Ids by division, in pages of two. */
async function audit(stream: GenesysStream, shown: Record<string, string[]>) {
  const served = await serveGuide(({ path, query }) => {
    if (path === '/api/v2/divisions') {
      return { entities: ['d1', 'd2'].map((id) => ({ id, name: `Division ${id}` })) };
    }
    const ids = shown[query['divisionId'] ?? ''] ?? [];
    const start = Number(query['cursor'] ?? query['nextPageToken'] ?? 0);
    const next = start + 2 < ids.length ? String(start + 2) : null;
    const entities = ids.slice(start, start + 2).map((id) => ({ id }));
    return stream.name === 'evaluations'
      ? { entities, ...(next ? { nextPage: next } : {}) }
      : { entities, nextPageToken: next };
  });
  const findings = await createGuideSource(served.api, stream).auditVisibility(window, context);
  return { findings, asked: served.asked };
}

describe('an audit of what is hidden', () => {
  test.each([
    ['evaluations', { name: 'evaluations', discovery: 'lists' }],
    ['assessments', { name: 'assessments', divisions: 'each' }],
    ['feedback', { name: 'feedback', deleted: 'archive' }],
  ] as [string, GenesysStream][])('of %s counts each division, and all at once', async (_, stream) => {
    const { findings } = await audit(stream, {
      d1: ['a', 'b', 'c'],
      d2: ['c', 'd'],
      all: ['a', 'b', 'c', 'd'],
    });
    expect(findings).toMatchObject([
      { aspect: 'division', subjectId: 'd1', subjectName: 'Division d1', records: 3, isVisible: true },
      { aspect: 'division', subjectId: 'd2', records: 2, isVisible: true },
      { aspect: 'divisions-at-once', subjectId: 'organisation', records: 0, isVisible: true },
    ]);
  });

  test.each([
    [
      'a division without records, which may be empty or hidden',
      { d1: ['a'], all: ['a'] },
      [true, null, true],
      [1, 0, 0],
    ],
    [
      'all at once that leave something out',
      { d1: ['a'], d2: ['b'], all: ['a'] },
      [true, true, false],
      [1, 1, 1],
    ],
    [
      'all at once that show more',
      { d1: ['a'], d2: ['b'], all: ['a', 'b', 'c', 'd'] },
      [true, true, false],
      [1, 1, 2],
    ],
    ['nothing at all', {}, [null, null, true], [0, 0, 0]],
  ])('finds %s', async (_, shown, visible, records) => {
    const { findings } = await audit({ name: 'assessments', divisions: 'each' }, shown);
    expect(findings.map(({ isVisible }) => isVisible)).toEqual(visible);
    expect(findings.map((each) => each.records)).toEqual(records);
  });

  test('asks for whole days, and of evaluations for their ids alone', async () => {
    const { asked } = await audit({ name: 'evaluations', discovery: 'lists' }, { all: ['a'] });
    expect(asked.at(-1)?.query).toEqual({
      dateModifiedRange: '2026-11-01T00:00:00.000Z..2026-11-03T00:00:00.000Z',
      pageSize: '250',
      fields: 'id',
      divisionId: 'all',
    });
  });

  test.each([{ name: 'csat', label: 'csat' }, { name: 'divisions' }] as GenesysStream[])(
    'of %o has nothing to ask',
    async (stream) => {
      const { findings, asked } = await audit(stream, {});
      expect(findings).toEqual([]);
      expect(asked).toEqual([]);
    },
  );
});
