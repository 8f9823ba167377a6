/** Users, queues and divisions: full snapshots, page by page. */
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, DirectoryRecord } from '../../source.js';
import { isRefusal } from '../../http/refusal.js';
import { listingSchema } from './schemas.js';

const pageSize = 500;
const divisionPageSize = 200;

/** A division with what only a second question tells: whether the client may read evaluations of it. */
export interface DivisionBody {
  division: unknown;
  isGranted: boolean | null;
}

export async function* readDirectory(
  api: ApiClient,
  context: CallContext,
): AsyncGenerator<DirectoryRecord[]> {
  const granted = await grantedDivisions(api, context);
  for await (const page of listing(
    api,
    '/api/v2/authorization/divisions',
    { pageSize: divisionPageSize },
    context,
  )) {
    yield page.map(({ id, body, extractedAt }): DirectoryRecord => ({
      kind: 'division',
      id,
      extractedAt,
      body: { division: body, isGranted: granted === null ? null : granted.has(id) } satisfies DivisionBody,
    }));
  }
  // Deleted people have evaluations too; the default shows only those who are active.
  for await (const page of listing(api, '/api/v2/users', { pageSize, state: 'any' }, context)) {
    yield page.map((user): DirectoryRecord => ({ kind: 'user', ...user }));
  }
  for await (const page of listing(api, '/api/v2/routing/queues', { pageSize }, context)) {
    yield page.map((queue): DirectoryRecord => ({ kind: 'queue', ...queue }));
  }
}

export const evaluationsPermission = 'quality:evaluation:view';

/** Divisions in which the client holds a permission, by default to see evaluations; null when the vendor does not tell. */
export async function grantedDivisions(
  api: ApiClient,
  context: CallContext,
  permission: string = evaluationsPermission,
): Promise<Set<string> | null> {
  try {
    const ids = new Set<string>();
    const path = '/api/v2/authorization/divisionspermitted/paged/me';
    const query = { permission, pageSize: divisionPageSize };
    for await (const page of listing(api, path, query, context)) for (const { id } of page) ids.add(id);
    return ids;
  } catch (error) {
    // A "me" route need not answer a client without a user behind it.
    if (isRefusal(error)) return null;
    throw error;
  }
}

/** All divisions of the organisation. */
export async function allDivisions(
  api: ApiClient,
  context: CallContext,
): Promise<{ id: string; name: string }[]> {
  const divisions: { id: string; name: string }[] = [];
  const query = { pageSize: divisionPageSize };
  for await (const page of listing(api, '/api/v2/authorization/divisions', query, context)) {
    for (const { id, body } of page) {
      const { name } = body as { name?: unknown };
      divisions.push({ id, name: typeof name === 'string' ? name : id });
    }
  }
  return divisions;
}

interface ListedEntity {
  id: string;
  extractedAt: string;
  body: unknown;
}

/** Pages of a listing until one says that none follows; its counts are not trusted. */
export async function* listing(
  api: ApiClient,
  path: string,
  query: { pageSize: number; [name: string]: string | number },
  context: CallContext,
): AsyncGenerator<ListedEntity[]> {
  for (let pageNumber = 1; ; pageNumber++) {
    const { data, raw, receivedAt } = await api.call(
      { method: 'GET', path, query: { ...query, pageNumber }, schema: listingSchema, repeatable: true },
      context,
    );
    const bodies = (raw as { entities?: unknown[] } | null)?.entities ?? [];
    const entities = data.entities ?? [];
    yield entities.map(({ id }, index) => ({ id, extractedAt: receivedAt, body: bodies[index] }));
    if (!data.nextUri || entities.length === 0) return;
  }
}
