/** What searches show of a span, against what analytics counts, and what only they show. */
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { VisibilityFinding } from '../../../model/visibility.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext } from '../../source.js';
import { longestAggregateMillis } from './aggregateJobs.js';
import { countByDay, evaluationsBy } from './counts.js';
import { dateRange } from './passes.js';
import { countFound, type CountedSearch } from './searchCounts.js';
import { hiding, organisation, permissions, unlessRefused, untold } from './visibilityFindings.js';

/** From a creation to the latest release there can be, and as much as a search takes at once. */
const releaseHorizonMillis = 89 * 86_400_000;

/** What searches show against what analytics counts; and how much of it only a search for automated ones shows. */
export async function auditLists(
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

export async function auditNeverReleased(
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
