import { expect, test } from 'vitest';
import { BatchCollector } from '../../activities/batchCollector.js';
import { factsOf, type PageFacts } from '../../activities/batchManifest.js';
import { needsReading } from '../../activities/selectChanged.js';
import { toRecord } from '../../sources/genesys/published/records.js';
import { evaluationSchema } from '../../sources/genesys/published/schemas.js';
import { finished } from '../sources/genesys/fixtures.js';

/** What has to be read by id of a batch whose one record came from a list that cannot be trusted. */
function referencesOf(body: unknown) {
  const collector = new BatchCollector();
  const record = toRecord(evaluationSchema.parse(body), body, false, '2026-03-10T12:00:00.000Z');
  const page = { records: [factsOf(record)], references: [], redacted: [], next: null };
  collector.add('page-1', { cursor: {}, page, requests: 1, answersVerified: false }, 'begin');
  return collector.manifest(new Set(), {}, null, 'end').references;
}

test.each([
  ['is read again where the score that the list states is another one', 92, true],
  ['is not read again where nothing has changed', 87.5, false],
])('a record of a list that cannot be trusted %s', (_, totalScore, expected) => {
  const held = {
    id: finished.id,
    changeStamp: finished.changedDate,
    extractedAt: '2026-03-05T00:00:00.000Z',
    status: 'FINISHED',
    totalScore: finished.answers.totalScore,
    isDeleted: false,
  };
  const references = referencesOf({ ...finished, answers: { ...finished.answers, totalScore } });
  expect(references.map((reference) => needsReading(reference, held))).toEqual([expected]);
});

const cursor = { pass: 'submitted' };

/** The manifest of a batch whose pages hid these. */
function manifestOf(hidden: readonly string[][], earlier: ReadonlySet<string> = new Set()) {
  const collected = new BatchCollector();
  for (const [number, redacted] of hidden.entries()) {
    const page: PageFacts = { records: [], references: [], redacted, next: cursor };
    collected.add(`page-${number}`, { cursor, page, requests: 1, answersVerified: null }, 'submitted');
  }
  return collected.manifest(earlier, cursor, null, 'the end');
}

test('what is hidden on several pages of a window is counted once', () => {
  const first = manifestOf([
    ['e1', 'e2'],
    ['e2', 'e3'],
  ]);
  expect(first.redacted).toEqual(['e1', 'e2', 'e3']);
  const second = manifestOf([['e3', 'e4'], ['e1']], new Set(first.seen));
  expect(second.redacted).toEqual(['e4']);
});
