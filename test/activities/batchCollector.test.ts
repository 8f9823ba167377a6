import { expect, test } from 'vitest';
import { BatchCollector } from '../../activities/batchCollector.js';
import { factsOf } from '../../activities/batchManifest.js';
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
