/** What a complete re-read did not show, by each table that its files carry, and when it is too much at once. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { comparedName, manifestName } from '../../activities/batchLayout.js';
import type { BatchManifest } from '../../activities/batchManifest.js';
import { createListAbsent } from '../../activities/listAbsent.js';
import { putJson, requireJson } from '../../activities/stagedJson.js';
import { jsonText } from '../../model/jsonText.js';
import { createDataExtractionClient } from '../../sources/cxone/data-extraction/client.js';
import { createDataExtractionSource } from '../../sources/cxone/data-extraction/source.js';
import { sampleRow } from '../support/sampleRows.js';
import { scratchWarehouse } from '../warehouses/scratchWarehouse.js';

const window = { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' };
const of = { connection: 'acme', stream: 'evaluations' };
const source = createDataExtractionSource(
  createDataExtractionClient({
    ...{ connection: 'acme', signIn: 'access-key', issuer: 'https://cxone.niceincontact.com' },
    ...{ clientId: 'client-1', clientSecret: 'secret', accessKeyId: 'key-1', accessKeySecret: 'secret' },
    ...{ allowedHosts: [], tokenRefreshMarginSeconds: 60 },
  }),
);

const held = {
  ...({ connection: 'acme', source_system: 'genesys', status: 'FINISHED' } as const),
  ...{
    division_ids: jsonText([]),
    created_at: '2026-11-01T01:00:00.000Z',
    submitted_at: '2026-11-01T02:00:00.000Z',
  },
};
const ids = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}`);

/** A window whose files show all evaluations that are held, and nothing else of what is. */
async function listed(evaluations: number, calibrations: number, ownAssessments: number) {
  const { warehouse, store, load } = await scratchWarehouse();
  await load('b1', {
    evaluations: ids('e', evaluations).map((id) => sampleRow('evaluations', { ...held, evaluation_id: id })),
    calibration_evaluations: ids('c', calibrations).map((id) =>
      sampleRow('calibration_evaluations', { ...held, evaluation_id: id }),
    ),
    self_assessments: ids('s', ownAssessments).map((id) =>
      sampleRow('self_assessments', { ...held, evaluation_id: id }),
    ),
  });
  const compared = { ...of, window, windowDirectory: 'compared', number: 1 };
  const seen = ids('e', evaluations).map((id) => `evaluation:${id}`);
  await putJson(store, manifestName(compared), { references: [], seen }, 0);
  await putJson(store, comparedName(compared), [], 0);
  const listAbsent = createListAbsent({ source: () => source, staging: store, warehouse });
  const list = await new MockActivityEnvironment().run(listAbsent, {
    ...of,
    ...{ window, comparedDirectory: 'compared', listDirectory: 'absent', hiddenDivisionIds: [] },
    ...{ confirmations: 2, breakerShare: 5, recordsPerBatch: 100 },
  });
  const references = async () => {
    const batch = { ...of, window, windowDirectory: 'absent', number: 1 };
    return (await requireJson<BatchManifest>(store, manifestName(batch))).references.map(({ id }) => id);
  };
  return { list, references };
}

test('calibrations and self-assessments that files do not show are looked for as evaluations are', async () => {
  const { list, references } = await listed(40, 1, 2);
  expect(list).toMatchObject({ tripped: [], batches: [3] });
  expect(await references()).toEqual(['c-0', 's-0', 's-1']);
});

test('all of one table at once is too much, however little it is beside the others', async () => {
  const { list } = await listed(200, 1, 6);
  expect(list).toMatchObject({ tripped: [{ table: 'self_assessments', absent: 6, held: 6 }], batches: [] });
});
