import { describe, expect, test } from 'vitest';
import type { CxoneGuideStream } from '../../../../sources/cxone/guide/streams.js';
import { context } from '../../guide/simulatedGuide.js';
import type { Answering } from '../../http/servedApi.js';
import { allAssessments, allFeedback, serve } from './fixtures.js';

describe('an audit of what settings leave out', () => {
  const records = [
    ['a', 's1', 'q1'],
    ['b', 's1', 'q2'],
    ['c', 's2', 'q1'],
    ['d', 's3', undefined],
  ] as const;
  /** Only the whole days of the window have anything; in pages of two. */
  const organisation: Answering = ({ query }) => {
    const { dateFrom, dateTo, siteId, queueId, nextPageToken } = query;
    if (dateFrom !== '2026-11-01T00:00:00.000Z' || dateTo !== '2026-11-02T00:00:00.000Z')
      return { entities: [] };
    const shown = records.filter(
      ([, site, queue]) => (siteId ?? site) === site && (queueId ?? queue) === queue,
    );
    const start = Number(nextPageToken ?? 0);
    const entities = shown.slice(start, start + 2).map(([id]) => ({ id }));
    return { entities, nextPageToken: start + 2 < shown.length ? String(start + 2) : null };
  };
  const someHours = { start: '2026-11-01T05:00:00.000Z', end: '2026-11-01T07:00:00.000Z' };

  test.each<[string, CxoneGuideStream, [string, number, boolean | null][]]>([
    ['nothing is narrowed', allAssessments, []],
    [
      'a site is',
      { ...allAssessments, sites: ['s1'] },
      [
        ['s1', 2, true],
        ['organisation', 2, true],
      ],
    ],
    ['a queue is', { ...allAssessments, queues: ['q1'] }, [['organisation', 2, true]]],
    [
      'both are',
      { ...allAssessments, sites: ['s1', 's2'], queues: ['q1'] },
      [
        ['s1', 1, true],
        ['s2', 1, true],
        ['organisation', 2, true],
      ],
    ],
    [
      'every site is named',
      { ...allAssessments, sites: ['s1', 's2', 's3'] },
      [
        ['s1', 2, true],
        ['s2', 1, true],
        ['s3', 1, true],
        ['organisation', 0, true],
      ],
    ],
    [
      'a site shows nothing',
      { ...allFeedback, sites: ['s3', 'hidden'] },
      [
        ['s3', 1, true],
        ['hidden', 0, null],
        ['organisation', 3, true],
      ],
    ],
  ])('where %s', async (_, stream, expected) => {
    const { source } = await serve(stream, organisation);
    const findings = await source.auditVisibility(someHours, context);
    expect(findings.map((each) => [each.subjectId, each.records, each.isVisible])).toEqual(expected);
  });
});
