/** Conversations of a batch while the source cannot be asked, and once it answers again. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { manifestName, pageName } from '../../activities/batchLayout.js';
import type { BatchManifest } from '../../activities/batchManifest.js';
import { createFetchConversations } from '../../activities/fetchConversations.js';
import { createRecallConversations } from '../../activities/recallConversations.js';
import { putBodies } from '../../activities/stagedBodies.js';
import { putJson } from '../../activities/stagedJson.js';
import { createEvaluationsSource } from '../../sources/genesys/published/evaluationsSource.js';
import { clientOf } from '../sources/genesys/client.js';
import { finished, recordOf } from '../sources/genesys/fixtures.js';
import { sendJson } from '../sources/http/testServer.js';
import { scratchWarehouse } from '../warehouses/scratchWarehouse.js';

const batch = {
  ...{ connection: 'acme', stream: 'evaluations', windowDirectory: 'acme/w', number: 1 },
  window: { start: '2026-03-01T00:00:00.000Z', end: '2026-03-11T00:00:00.000Z' },
};
const run = async <I, R>(activity: (input: I) => Promise<R>, input: I): Promise<R> =>
  (await new MockActivityEnvironment().run(activity, input)) as R;

test('the source is asked again for what could only be recalled', async () => {
  const { api } = await clientOf((request, response) => {
    const ids = new URL(request.url, 'https://api.invalid').searchParams.get('id')?.split(',') ?? [];
    sendJson(response, 200, {
      conversations: ids.map((conversationId) => ({ conversationId, participants: [] })),
    });
  });
  const { warehouse, store: staging } = await scratchWarehouse();
  const { body: _, ...facts } = recordOf(finished, { conversationId: 'c-1' });
  const manifest: BatchManifest = {
    ...{ begin: { pass: 'submitted' }, references: [], redacted: [], seen: [], requests: 1, next: null },
    ...{ position: '', pages: [{ name: pageName(batch, 1), records: [facts] }] },
  };
  await putJson(staging, manifestName(batch), manifest, 1);
  await putBodies(staging, pageName(batch, 1), { page: { records: [facts] } }, [finished]);
  const source = createEvaluationsSource(api);

  // As the workflow does while the source has an outage; the run that resumes the batch finds it over.
  const recalled = await run(createRecallConversations({ staging, warehouse }), { batch });
  expect(recalled).toEqual({ needed: 1, held: 0 });
  const fetched = await run(createFetchConversations({ source: () => source, staging }), {
    batch,
    priority: 2,
  });
  expect(fetched).toMatchObject({ needed: 1, fetched: 1 });
});
