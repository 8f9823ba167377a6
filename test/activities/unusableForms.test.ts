/** A form version that cannot be used, among others that can. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, test } from 'vitest';
import { manifestName, pageName } from '../../activities/batchLayout.js';
import type { BatchManifest } from '../../activities/batchManifest.js';
import { createCheckForms } from '../../activities/checkForms.js';
import { createFetchForms } from '../../activities/fetchForms.js';
import { createNormalizeBatch } from '../../activities/normalizeBatch.js';
import { putBodies } from '../../activities/stagedBodies.js';
import { putJson } from '../../activities/stagedJson.js';
import { literal } from '../../model/sqlText.js';
import { createEvaluationsSource } from '../../sources/genesys/published/evaluationsSource.js';
import { createFileStore } from '../../staging/fileStore.js';
import { withMemoryDatabase } from '../../staging/memoryDatabase.js';
import { clientOf } from '../sources/genesys/client.js';
import { extractedAt, finished, formBody, recordOf } from '../sources/genesys/fixtures.js';
import { sendJson } from '../sources/http/testServer.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const batch = {
  ...{ connection: 'acme', stream: 'evaluations', windowDirectory: 'acme/w', number: 1 },
  window: { start: '2026-03-01T00:00:00.000Z', end: '2026-03-11T00:00:00.000Z' },
};
const formIds = ['form-v1', 'form-v2', 'form-v3', 'form-v4'];
const run = async <I, R>(activity: (input: I) => Promise<R>, input: I): Promise<R> =>
  (await new MockActivityEnvironment().run(activity, input)) as R;

/** A vendor that answers the versions named with a way of weighing nobody has heard of, and a batch of one evaluation each. */
async function vendorWith(broken: readonly string[]) {
  const { api } = await clientOf((request, response) => {
    const ids = new URL(request.url, 'https://api.invalid').searchParams.get('id')?.split(',') ?? [];
    const entities = ids.map((id) => ({
      ...formBody,
      id,
      weightMode: broken.includes(id) ? 'GEOMETRIC' : 'SCALED',
    }));
    sendJson(response, 200, { entities });
  });
  const folder = await scratchDirectory();
  const staging = createFileStore(folder, `file:${folder}`);
  const bodies = formIds.map((formId) => ({
    ...finished,
    id: `of-${formId}`,
    retractedEvaluation: null,
    evaluationForm: { id: formId },
  }));
  const records = bodies.map((body) => {
    const { body: _, ...facts } = recordOf(body, { formId: body.evaluationForm.id });
    return { ...facts, extractedAt };
  });
  const manifest: BatchManifest = {
    ...{ begin: { pass: 'submitted' }, references: [], redacted: [], seen: [], requests: 1, next: null },
    ...{ position: '', pages: [{ name: pageName(batch, 1), records }] },
  };
  await putJson(staging, manifestName(batch), manifest, 1);
  await putBodies(staging, pageName(batch, 1), { page: { records } }, bodies);
  const source = createEvaluationsSource(api);
  return { staging, source: () => source };
}

async function loaded(dependencies: Awaited<ReturnType<typeof vendorWith>>) {
  const { files, notes } = await run(createNormalizeBatch(dependencies), { batch, directory: null });
  if (files.evaluations === undefined) throw new Error('no evaluations');
  const path = await dependencies.staging.localPath(files.evaluations);
  const rows = await withMemoryDatabase({ memoryLimit: '64MB', threads: 1 }, async (connection) => {
    const read = await connection.runAndReadAll(
      `SELECT evaluation_id, score_version_locked FROM read_parquet(${literal(path)}) ORDER BY 1`,
    );
    return read.getRowsJS();
  });
  return { rows, notes };
}

describe('a form version that cannot be used', () => {
  test('leaves its evaluations without texts, and all others as they are', async () => {
    const dependencies = await vendorWith(['form-v2']);
    const fetched = await run(createFetchForms(dependencies), { batch, priority: 2 });
    expect(fetched).toMatchObject({ needed: 4, fetched: 3, missing: ['form-v2'] });
    const { rows, notes } = await loaded(dependencies);
    expect(rows).toEqual(formIds.map((formId) => [`of-${formId}`, formId !== 'form-v2']));
    expect(notes).toEqual([expect.stringMatching(/^Form version form-v2 cannot be used: .*weightMode/u)]);
  });

  test('does not keep drift of the others from being found', async () => {
    const versions = formIds.map((formId) => ({ formId, structureHash: 'before', evaluations: 1 }));
    const dependencies = await vendorWith(['form-v4']);
    const checked = await run(createCheckForms(dependencies), {
      ...{ connection: 'acme', stream: 'evaluations', priority: 3, versions },
    });
    expect(checked.drifted.map(({ formId }) => formId)).toEqual(['form-v1', 'form-v2', 'form-v3']);
  });

  test('is no accident where none can: nothing is loaded', async () => {
    const dependencies = await vendorWith(formIds);
    await expect(run(createFetchForms(dependencies), { batch, priority: 2 })).rejects.toMatchObject({
      kind: 'SchemaMismatch',
      message: expect.stringContaining('None of 4 form versions can be used'),
    });
  });
});
