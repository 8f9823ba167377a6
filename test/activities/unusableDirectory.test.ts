/** Users and queues of which some cannot be used. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { formsName, manifestName } from '../../activities/batchLayout.js';
import type { BatchManifest } from '../../activities/batchManifest.js';
import { createExtractDirectory } from '../../activities/extractDirectory.js';
import { createNormalizeBatch } from '../../activities/normalizeBatch.js';
import { putJson } from '../../activities/stagedJson.js';
import { createEvaluationsSource } from '../../sources/genesys/published/evaluationsSource.js';
import { createFileStore } from '../../staging/fileStore.js';
import { clientOf } from '../sources/genesys/client.js';
import { sendJson } from '../sources/http/testServer.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const batch = {
  ...{ connection: 'acme', stream: 'evaluations', windowDirectory: 'acme/w', number: 1 },
  window: { start: '2026-03-01T00:00:00.000Z', end: '2026-03-11T00:00:00.000Z' },
};
const listed: Record<string, object[]> = {
  '/api/v2/users': [{ id: 'u1', title: 7 }, { id: 'u2', name: 'Ada' }, { id: 'u3' }],
  '/api/v2/routing/queues': [
    { id: 'q1', name: 'Billing' },
    { id: 'q2', name: 9 },
  ],
  '/api/v2/authorization/divisions': [
    { id: 'd1', name: 'Home' },
    { id: 'd2', name: 'Legal' },
  ],
  '/api/v2/authorization/divisionspermitted/paged/me': [],
};

test('users and queues of another shape are left out, and keep nothing else from being loaded', async () => {
  const { api } = await clientOf((request, response) => {
    const { pathname } = new URL(request.url, 'https://api.invalid');
    sendJson(response, 200, { entities: listed[pathname] ?? [] });
  });
  const folder = await scratchDirectory();
  const staging = createFileStore(folder, `file:${folder}`);
  const manifest: BatchManifest = {
    ...{ begin: { pass: 'submitted' }, references: [], redacted: [], seen: [], requests: 1, next: null },
    ...{ position: '', pages: [] },
  };
  await putJson(staging, manifestName(batch), manifest, 1);
  await putJson(staging, formsName(batch), [], 0);
  const source = createEvaluationsSource(api);
  const dependencies = { staging, source: () => source };

  const directory = await new MockActivityEnvironment().run(createExtractDirectory(dependencies), {
    ...{ connection: 'acme', stream: 'evaluations', priority: 3 as const, runDirectory: 'acme/run' },
  });
  const { object, hiddenDivisions } = directory as { object: never; hiddenDivisions: unknown[] };
  expect(hiddenDivisions).toEqual([
    { id: 'd1', name: 'Home' },
    { id: 'd2', name: 'Legal' },
  ]);
  const normalized = await new MockActivityEnvironment().run(createNormalizeBatch(dependencies), {
    batch,
    directory: object,
  });
  expect(normalized).toMatchObject({
    files: { users: { rows: 2 }, queues: { rows: 1 }, divisions: { rows: 2 } },
    notes: [expect.stringMatching(/^2 users or queues cannot be used .*user u1/u)],
  });
});
