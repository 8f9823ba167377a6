/** Workflows of CXone's files that came without their questions: what is held of them, answers included, stays. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { preparedName } from '../../activities/batchLayout.js';
import type { BatchRef } from '../../activities/contracts.js';
import { createExtractPages } from '../../activities/extractPages.js';
import { createReadRecords } from '../../activities/readRecords.js';
import { createSelectChanged } from '../../activities/selectChanged.js';
import { openStagedBatch } from '../../activities/stagedBatch.js';
import { putJson } from '../../activities/stagedJson.js';
import { createDataExtractionClient } from '../../sources/cxone/data-extraction/client.js';
import { createDataExtractionSource } from '../../sources/cxone/data-extraction/source.js';
import { questionRow, workflowRow } from '../sources/cxone/dataExtraction/rows.js';
import { secrets } from '../sources/cxone/dataExtraction/servedExtraction.js';
import { evaluation } from '../warehouses/contract/sampleEvaluation.js';
import { scratchWarehouse } from '../warehouses/scratchWarehouse.js';

const priority = 2 as const;
const extractedAt = '2026-09-20T10:00:00.000Z';
const batch: BatchRef = {
  ...{ connection: 'acme', stream: 'evaluations', windowDirectory: 'window', number: 1 },
  window: { start: '2026-09-01T00:00:00.000Z', end: '2026-09-14T00:00:00.000Z' },
};
const dataExtraction = createDataExtractionSource(
  createDataExtractionClient({
    ...{ connection: 'acme', signIn: 'access-key', issuer: 'http://127.0.0.1:1', ...secrets },
    ...{ allowedHosts: [], tokenRefreshMarginSeconds: 60 },
  }),
);
const source = () => dataExtraction;
/** All of them were updated at the same time, and have the same score. */
const workflow = (id: string, questions = 0) => ({
  workflow: workflowRow({ 'Workflow ID': id }),
  questions: Array.from({ length: questions }, () => questionRow({ 'Workflow Instance ID': id })),
  extractedAt,
});
const updated = '2026-09-03T08:00:00.000Z';

it('only those are loaded of which nothing is held, or something older', async () => {
  const { warehouse, store: staging, load } = await scratchWarehouse();
  const held = { extracted: '2026-09-10T00:00:00.000Z', score: 80 };
  await load(
    'b1',
    evaluation({ ...held, id: 'w-held', stamp: updated }),
    evaluation({ ...held, id: 'w-older', stamp: '2026-09-02T10:00:00.000Z' }),
  );
  const records = [workflow('w-held'), workflow('w-new'), workflow('w-older'), workflow('w-whole', 1)];
  await putJson(staging, preparedName('window', 'page-0001'), { records, isLast: true }, records.length);

  const run = new MockActivityEnvironment();
  const input = { batch, cursor: null, maxPages: 1, maxSeconds: 60, priority };
  await run.run(createExtractPages({ source, staging }), input);
  await new MockActivityEnvironment().run(createSelectChanged({ staging, warehouse }), { batch });
  await new MockActivityEnvironment().run(createReadRecords({ source, staging }), { batch, priority });

  const loaded: string[] = [];
  for await (const { id } of (await openStagedBatch(staging, batch)).records()) loaded.push(id);
  expect(loaded.toSorted()).toEqual(['w-new', 'w-older', 'w-whole']);
});
