/**
 * What the vendor hides from the client without an error: divisions without a grant, rows it counts and does not show,
 * and kinds of evaluations that lists leave out unless they are asked for. Counts only; a few dozen requests.
 */
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { VisibilityFinding } from '../../../model/visibility.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext } from '../../source.js';
import { countByDay, evaluationsBy } from './counts.js';
import { allDivisions, grantedDivisions, listing } from './directory.js';
import { longestAggregateMillis } from './aggregateJobs.js';
import { dateRange } from './passes.js';
import { isRefusal } from '../refusal.js';
import { agentActivitySchema } from './schemas.js';
import { countFound, type CountedSearch } from './searchCounts.js';

const day = 86_400_000;
const activityPageSize = 100;
const userPageSize = 500;
/** From a creation to the latest release there can be, and as much as a search takes at once. */
const releaseHorizonMillis = 89 * day;

const permissions = {
  view: 'quality:evaluation:view',
  search: 'quality:evaluation:searchAny',
  aggregates: 'analytics:evaluationAggregate:view',
} as const;

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

/** What searches show against what analytics counts; and how much of it only a search for automated ones shows. */
async function auditLists(
  api: ApiClient,
  created: Interval,
  context: CallContext,
): Promise<VisibilityFinding[]> {
  const shown = await unlessRefused(async () => ({
    people: await countParts(api, created, allOf(false), context),
    automated: await countParts(api, created, allOf(true), context),
  }));
  if (shown === null)
    return [untold('unlisted', permissions.search), untold('automated', permissions.search)];
  return [
    await auditUnlisted(api, created, shown, context),
    {
      ...organisation,
      aspect: 'automated',
      records: shown.automated.total,
      isVisible: true,
      note: 'Created in the window and submitted by the system. Searches leave them out unless asked; they are asked for.',
    },
  ];
}

const allOf = (systemSubmitted: boolean): CountedSearch => ({ systemSubmitted, narrow: () => [] });

async function auditUnlisted(
  api: ApiClient,
  created: Interval,
  shown: Record<'people' | 'automated', Counted>,
  context: CallContext,
): Promise<VisibilityFinding> {
  const counted = await countByDay(api, created, context, evaluationsBy('evaluationCreatedDate'));
  if (counted === null) return untold('unlisted', permissions.aggregates);
  return hiding(
    'unlisted',
    difference(counted, shown),
    'created in the window are counted by analytics and shown by no search: hidden from the client, deleted since, or not indexed yet',
    'Searches show all evaluations created in the window that analytics counts.',
  );
}

/** Day by day where days are known, so that a surplus of one day does not cover up for another. */
function difference(
  counted: readonly { day: string; records: number }[],
  { people, automated }: Record<'people' | 'automated', Counted>,
): number {
  const [peopleDays, automatedDays] = [people.byDay, automated.byDay];
  if (peopleDays !== null && automatedDays !== null) {
    const shownOn = (name: string) => (peopleDays.get(name) ?? 0) + (automatedDays.get(name) ?? 0);
    return counted.reduce((sum, each) => sum + Math.max(0, each.records - shownOn(each.day)), 0);
  }
  const total = counted.reduce((sum, { records }) => sum + records, 0);
  return Math.max(0, total - people.total - automated.total);
}

async function auditNeverReleased(
  api: ApiClient,
  created: Interval,
  context: CallContext,
): Promise<VisibilityFinding> {
  const records = await unlessRefused(async () => {
    const people = await countParts(api, created, neverReleased(false), context);
    const automated = await countParts(api, created, neverReleased(true), context);
    return people.total + automated.total;
  });
  if (records === null) return untold('never-released', permissions.search);
  return {
    ...organisation,
    aspect: 'never-released',
    records,
    isVisible: true,
    note: 'Created in the window, finished, and not to be released. Lists by agent leave them out; searches do not.',
  };
}

/** Finished, not released, and without a date of release, which may lie ahead. */
const neverReleased = (systemSubmitted: boolean): CountedSearch => ({
  systemSubmitted,
  narrow: ({ start }) => [
    { type: 'EXACT', field: 'evaluationStatus', values: ['FINISHED'] },
    { type: 'EXACT', field: 'released', values: ['false'] },
    dateRange('releaseDate', toMillis(start), toMillis(start) + releaseHorizonMillis, 'NOT'),
  ],
});

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

interface Counted {
  total: number;
  byDay: Map<string, number> | null;
}

/** Counts a span of any length in parts that a search takes at once. */
async function countParts(
  api: ApiClient,
  { start, end }: Interval,
  search: CountedSearch,
  context: CallContext,
): Promise<Counted> {
  const all: Counted = { total: 0, byDay: new Map() };
  for (let from = toMillis(start); from < toMillis(end); from += longestAggregateMillis) {
    const part = { start: toIso(from), end: toIso(Math.min(toMillis(end), from + longestAggregateMillis)) };
    const { total, byDay } = await countFound(api, part, search, context);
    all.total += total;
    all.byDay = byDay === null || all.byDay === null ? null : new Map([...all.byDay, ...byDay]);
  }
  return all;
}

const organisation = { subjectId: 'organisation', subjectName: null } as const;

function untold(aspect: string, permission: string): VisibilityFinding {
  return {
    ...organisation,
    aspect,
    records: null,
    isVisible: null,
    note: `It could not be told: the source refuses the question, mostly for lack of ${permission}.`,
  };
}

function hiding(aspect: string, records: number, hidden: string, none: string): VisibilityFinding {
  return {
    ...organisation,
    aspect,
    records,
    isVisible: records === 0,
    note: records === 0 ? none : `Evaluations ${hidden}.`,
  };
}

async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

function wholeDays({ start, end }: Interval): Interval {
  return {
    start: toIso(Math.floor(toMillis(start) / day) * day),
    end: toIso(Math.ceil(toMillis(end) / day) * day),
  };
}
