import { describe, expect, test } from 'vitest';
import { formIdsPerCall, readForms } from '../../../sources/genesys/published/forms.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';
import { formBody } from './fixtures.js';

const context = { signal: never, priority: 2 } as const;

/** A vendor that knows some form versions, gives them in an order of its own and takes so many ids. */
async function serve(known: readonly string[]) {
  return clientOf((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname !== '/api/v2/quality/forms/evaluations/bulk') return sendJson(response, 404, {});
    const ids = searchParams.getAll('id').flatMap((each) => each.split(','));
    if (ids.length > 100) return sendJson(response, 400, { message: 'too many ids' });
    const entities = known.filter((id) => ids.includes(id)).map((id) => ({ ...formBody, id }));
    sendJson(response, 200, { entities: entities.toReversed() });
  });
}

describe('form versions', () => {
  test('are read in one request, as they came, each with its own questions', async () => {
    const { api, server } = await serve(['v1', 'v2', 'v3']);
    const forms = await readForms(api, ['v1', 'v3'], context);
    expect(new Map(forms.map(({ formId, body }) => [formId, body]))).toEqual(
      new Map([
        ['v1', { ...formBody, id: 'v1' }],
        ['v3', { ...formBody, id: 'v3' }],
      ]),
    );
    expect(forms).toHaveLength(2);
    expect(server.received.map(({ url }) => url)).toContain(
      '/api/v2/quality/forms/evaluations/bulk?id=v1,v3',
    );
  });

  test('that the vendor does not know are not in the answer, and the others are', async () => {
    const { api } = await serve(['v2']);
    const forms = await readForms(api, ['v1', 'v2', 'v3'], context);
    expect(forms.map(({ formId }) => formId)).toEqual(['v2']);
  });

  test('that are hidden from the client are unknown, as their questions are not told', async () => {
    const { questionGroups: _, ...hidden } = formBody;
    const entities = [
      { ...hidden, id: 'v1', redacted: true },
      { ...formBody, id: 'v2', redacted: false },
    ];
    const { api } = await clientOf((_request, response) => sendJson(response, 200, { entities }));
    expect(await readForms(api, ['v1', 'v2'], context)).toMatchObject([{ formId: 'v2', body: { id: 'v2' } }]);
  });

  test('can all be unknown', async () => {
    const { api } = await serve([]);
    expect(await readForms(api, ['v1'], context)).toEqual([]);
  });

  test('are as many in one request as the vendor takes', async () => {
    const ids = Array.from({ length: formIdsPerCall }, (_, number) => `version-${number}`);
    const { api } = await serve(ids);
    expect(await readForms(api, ids, context)).toHaveLength(100);
  });

  test('in an answer without any are none', async () => {
    const { api } = await clientOf((_, response) => sendJson(response, 200, {}));
    expect(await readForms(api, ['v1'], context)).toEqual([]);
  });

  test.each([
    ['without id', { ...formBody, id: undefined }],
    ['without name', { ...formBody, name: null }],
    ['with another way of weighing', { ...formBody, weightMode: 'HEAVY' }],
  ])('of a broken shape are refused: %s', async (_, body) => {
    const { api } = await clientOf((_request, response) => sendJson(response, 200, { entities: [body] }));
    await expect(readForms(api, ['v1'], context)).rejects.toMatchObject({ kind: 'SchemaMismatch' });
  });

  test('that may not be read are an error, not unknown', async () => {
    const { api } = await clientOf((_, response) => sendJson(response, 403, {}));
    await expect(readForms(api, ['v1'], context)).rejects.toMatchObject({ kind: 'Forbidden' });
  });
});
