/** Reads by id of surveys and coaching that lie in divisions without a grant. */
import { describe, expect, test } from 'vitest';
import { createCsatSource } from '../../../sources/genesys/published/csatSource.js';
import { createFeedbackSource } from '../../../sources/genesys/published/feedbackSource.js';
import type { RecordReference } from '../../../sources/source.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';

const context = { signal: never, priority: 2 } as const;
const reference: RecordReference = {
  kind: 'survey',
  id: 's1',
  locator: 'c1',
  changedAt: '2026-03-04T10:00:00.123Z',
  isAutomated: null,
  reason: 'event',
};
type Client = Awaited<ReturnType<typeof clientOf>>['api'];

describe('a record that is refused for its division', () => {
  test.each([
    ['survey', (api: Client) => createCsatSource(api, { name: 'csat', label: 'csat' }, [])],
    ['feedback', (api: Client) => createFeedbackSource(api, { name: 'feedback', deleted: 'archive' }, [])],
  ] as const)('is hidden: %s', async (kind, create) => {
    const { api } = await clientOf((_, response) => {
      sendJson(response, 403, { status: 403, code: 'missing.division.permission', message: 'No.' });
    });
    const asked = { ...reference, kind };
    expect(await create(api).lookup(asked, context)).toEqual({ outcome: 'redacted', reference: asked });
  });
});
