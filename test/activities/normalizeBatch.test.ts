/** A staged batch as rows: what only this batch holds of a record that is gone. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { formsName, lookupPageName, manifestName, pageName } from '../../activities/batchLayout.js';
import type { BatchManifest } from '../../activities/batchManifest.js';
import type { NormalizedBatch } from '../../activities/contracts.js';
import { createNormalizeBatch } from '../../activities/normalizeBatch.js';
import type { RecordTable } from '../../activities/selectChanged.js';
import { putBodies } from '../../activities/stagedBodies.js';
import { putJson } from '../../activities/stagedJson.js';
import { literal } from '../../model/sqlText.js';
import type { CanonicalRows } from '../../model/tables.js';
import type { Source } from '../../sources/source.js';
import { createFileStore } from '../../staging/fileStore.js';
import { withMemoryDatabase } from '../../staging/memoryDatabase.js';
import { sampleRow } from '../support/sampleRows.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const at = '2026-11-21T05:00:00.000Z';
const batch = {
  ...{ connection: 'acme', stream: 'evaluations', windowDirectory: 'acme/w', number: 1 },
  window: { start: '2026-11-21T00:00:00.000Z', end: '2026-11-22T00:00:00.000Z' },
};
const record = { kind: 'evaluation', id: 'e1', changeStamp: at, formId: null } as const;

/** Tables of which the tombstones of a batch speak whose one record a list showed and a read by id did not find. */
async function entitiesOf(rows: CanonicalRows, heldIn: RecordTable | null): Promise<unknown[]> {
  const folder = await scratchDirectory();
  const staging = createFileStore(folder, `file:${folder}`);
  const source = {
    vendor: 'genesys',
    capabilities: { lookupById: true },
    mapper: { record: () => rows },
  } as unknown as Source;
  const manifest: BatchManifest = {
    ...{ begin: 'first' as unknown as BatchManifest['begin'], references: [], redacted: [], seen: [] },
    ...{ pages: [{ name: pageName(batch, 1), records: [record] }], requests: 1, next: null, position: '' },
  };
  await putJson(staging, manifestName(batch), manifest, 1);
  await putJson(staging, formsName(batch), [], 0);
  await putBodies(staging, pageName(batch, 1), { page: { records: [{ ...record, extractedAt: at }] } }, [{}]);
  const reference = { ...record, locator: 'c1', changedAt: at, isAutomated: null, reason: 'deleted-event' };
  const lookups = [{ outcome: 'gone', reference, extractedAt: at, heldIn }];
  await putBodies(staging, lookupPageName(batch, 1), { keys: ['evaluation:e1'], lookups, requests: 1 }, []);

  const normalize = createNormalizeBatch({ source: () => source, staging });
  const { files } = (await new MockActivityEnvironment().run(normalize, {
    batch,
    directory: null,
  })) as NormalizedBatch;
  if (files.tombstones === undefined) return [];
  const path = await staging.localPath(files.tombstones);
  return withMemoryDatabase({ memoryLimit: '64MB', threads: 1 }, async (connection) => {
    const read = await connection.runAndReadAll(`SELECT entity FROM read_parquet(${literal(path)})`);
    return read.getRowsJS().flat();
  });
}

const evaluations = [sampleRow('evaluations', { evaluation_id: 'e1', score_calculation_status: 'final' })];
const scorecards = [sampleRow('calibration_evaluations', { evaluation_id: 'e1' })];
const assessments = [sampleRow('self_assessments', { evaluation_id: 'e1' })];

test.each<[string, CanonicalRows, RecordTable | null, RecordTable]>([
  ['an evaluation', { evaluations }, null, 'evaluations'],
  ['a scorecard of a calibration', { calibration_evaluations: scorecards }, null, 'calibration_evaluations'],
  ['a self-assessment', { self_assessments: assessments }, null, 'self_assessments'],
  ['what was held before', { evaluations }, 'calibration_evaluations', 'calibration_evaluations'],
])('%s that is deleted in its own window is deleted where it is loaded', async (_, rows, heldIn, entity) => {
  expect(await entitiesOf(rows, heldIn)).toEqual([entity]);
});
