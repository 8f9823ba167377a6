/**
 * What the settings of a stream leave out of a window, and which of its sites show anything: the contract leaves out
 * sites without a grant without a word, so that an empty one may be hidden. Where nothing is narrowed, nothing can be
 * compared.
 */
import type { Interval } from '../../../model/interval.js';
import type { VisibilityFinding } from '../../../model/visibility.js';
import type { ApiClient } from '../../http/apiClient.js';
import { idsListed } from '../../lists/idsListed.js';
import type { CallContext } from '../../source.js';
import { everywhere, scopesOf, type Scope } from './scopes.js';
import type { CxoneGuideStream } from './streams.js';
import { createdIn, pageSize } from './windowLists.js';

export async function auditScopes(
  api: ApiClient,
  path: string,
  stream: CxoneGuideStream,
  window: Interval,
  context: CallContext,
): Promise<VisibilityFinding[]> {
  const scopes = scopesOf(stream);
  const [first] = scopes;
  if (first?.siteId === undefined && first?.queueId === undefined) return [];
  const idsOf = (scope: Scope) =>
    idsListed(
      api,
      { path, query: { ...createdIn(window), ...scope, pageSize }, tokenAs: 'nextPageToken' },
      context,
    );
  const shown = new Set<string>();
  const sites = new Map<string, number>();
  for (const scope of scopes) {
    const ids = await idsOf(scope);
    for (const id of ids) shown.add(id);
    if (scope.siteId !== undefined) sites.set(scope.siteId, (sites.get(scope.siteId) ?? 0) + ids.size);
  }
  const all = await idsOf(everywhere);
  const leftOut = [...all].filter((id) => !shown.has(id)).length;
  return [...[...sites].map(siteFinding), leftOutFinding(leftOut, all.size)];
}

const siteFinding = ([siteId, records]: [string, number]): VisibilityFinding => ({
  aspect: 'site',
  subjectId: siteId,
  subjectName: null,
  records,
  isVisible: records > 0 ? true : null,
  note:
    records > 0
      ? 'The client may read its records.'
      : 'It shows no record of the window: there is none, its id is wrong, or the client may not read it. Compare with somebody who may.',
});

const leftOutFinding = (leftOut: number, all: number): VisibilityFinding => ({
  aspect: 'left-out-by-settings',
  subjectId: 'organisation',
  subjectName: null,
  records: leftOut,
  // Not hidden: the client may read them, and is told not to.
  isVisible: true,
  note:
    leftOut === 0
      ? `The stream reads all ${all} records of the window that the client may read.`
      : `sites and queues of the stream leave out ${leftOut} of ${all} records of the window.`,
});
