/**
 * What the vendor hides from the client without an error: divisions without a grant, rows it counts and does not show,
 * and kinds of evaluations that lists leave out unless they are asked for. Counts only; a few dozen requests.
 */
import type { Interval } from '../../../model/interval.js';
import type { VisibilityFinding } from '../../../model/visibility.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext } from '../../source.js';
import { allDivisions, grantedDivisions, listing } from './directory.js';
import { agentActivitySchema } from './schemas.js';
import { hiding, organisation, permissions, unlessRefused, untold } from './visibilityFindings.js';
import { auditLists, auditNeverReleased } from './visibilityOfSearches.js';
import { wholeDays } from '../../lists/wholeDays.js';

const activityPageSize = 100;
const userPageSize = 500;
/** Of the whole UTC days that the window touches. */
export async function auditVisibility(
  api: ApiClient,
  window: Interval,
  context: CallContext,
): Promise<VisibilityFinding[]> {
  const created = wholeDays(window);
  return [
    ...(await auditDivisions(api, context)),
    await auditRedacted(api, created, context),
    ...(await auditLists(api, created, context)),
    await auditNeverReleased(api, created, context),
    await auditInactiveUsers(api, context),
  ];
}

async function auditDivisions(api: ApiClient, context: CallContext): Promise<VisibilityFinding[]> {
  const granted = await grantedDivisions(api, context);
  return (await allDivisions(api, context)).map(({ id, name }) => {
    const isVisible = granted === null ? null : granted.has(id);
    return {
      aspect: 'division',
      subjectId: id,
      subjectName: name,
      records: null,
      isVisible,
      note: divisionNote(isVisible),
    };
  });
}

function divisionNote(isVisible: boolean | null): string {
  if (isVisible === null) return `The source does not say in which divisions ${permissions.view} is granted.`;
  return isVisible
    ? 'The client may read its evaluations.'
    : 'The client may not read its evaluations, which are missing without an error: grant the role in it.';
}

/** The vendor's own count of what it does not show, by agent and assigned date. */
async function auditRedacted(
  api: ApiClient,
  created: Interval,
  context: CallContext,
): Promise<VisibilityFinding> {
  const records = await unlessRefused(() => countWithoutPermission(api, created, context));
  if (records === null) return untold('redacted', permissions.view);
  return hiding(
    'redacted',
    records,
    'assigned in the window are hidden by lack of permission: grant the role in more divisions',
    'The source counts no evaluation assigned in the window that it hides.',
  );
}

async function countWithoutPermission(
  api: ApiClient,
  { start, end }: Interval,
  context: CallContext,
): Promise<number> {
  let records = 0;
  for (let pageNumber = 1; ; pageNumber++) {
    const { data } = await api.call(
      {
        method: 'GET',
        path: '/api/v2/quality/agents/activity',
        query: { startTime: start, endTime: end, pageSize: activityPageSize, pageNumber },
        schema: agentActivitySchema,
        repeatable: true,
      },
      context,
    );
    const agents = data.entities ?? [];
    for (const agent of agents) records += agent.numEvaluationsWithoutViewPermission ?? 0;
    if (!data.nextUri || agents.length === 0) return records;
  }
}

async function auditInactiveUsers(api: ApiClient, context: CallContext): Promise<VisibilityFinding> {
  const records = await unlessRefused(async () => {
    let count = 0;
    for (const state of ['inactive', 'deleted']) {
      const query = { pageSize: userPageSize, state };
      for await (const page of listing(api, '/api/v2/users', query, context)) count += page.length;
    }
    return count;
  });
  if (records === null) return untold('deleted-user', 'directory:user:view');
  return {
    ...organisation,
    aspect: 'deleted-user',
    records,
    isVisible: true,
    note: 'People of the directory who are not active. Lists leave them out unless asked; they are asked for.',
  };
}
