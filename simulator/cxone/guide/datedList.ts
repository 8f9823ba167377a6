import { invalidValue } from '../../common/apiError.js';
import type { Span } from '../../common/instants.js';
import type { Parameters } from '../../common/parameters.js';
import { isShown, only } from '../../common/shown.js';
import type { CxoneGuideCall } from './call.js';

/** The date that a list is asked for by. */
export type ListDate = 'creation' | 'change';

const names = {
  creation: ['dateFrom', 'dateTo'],
  change: ['updatedFrom', 'updatedTo'],
} as const satisfies Record<ListDate, readonly [string, string]>;

/** A list by creation or by change, narrowed by equal values. */
interface DatedList<T> {
  /** Tells its tokens from those of other lists. */
  name: string;
  /** Parameters that narrow it, and what of an item they are held against. */
  filters: Readonly<Record<string, (item: T) => string | undefined>>;
  /** Items with the date in a half-open span, in order of it, then of their ids. */
  items: (date: ListDate, span: Span) => Iterable<T>;
  timeOf: (item: T, date: ListDate) => number;
  render: (item: T) => unknown;
}

/** Answers one page of a list. */
export function listPage<T extends { id: string; divisionIds: readonly string[] }>(
  { api, clientId, viewer, parameters }: CxoneGuideCall,
  list: DatedList<T>,
) {
  const query = parameters([
    ...names.creation,
    ...names.change,
    ...Object.keys(list.filters),
    'pageSize',
    'nextPageToken',
  ]);
  const { date, span } = readDates(query);
  const asked = Object.keys(list.filters).map((name) => [name, query.text(name)] as const);
  const isWanted = (item: T) =>
    isShown(item, viewer) &&
    asked.every(([name, value]) => value === undefined || list.filters[name]?.(item) === value);
  const { items, next } = api.cursors.page(
    {
      name: 'nextPageToken',
      token: query.text('nextPageToken'),
      size: query.integer('pageSize', { default: 100, min: 1, max: 500 }),
    },
    {
      filters: [list.name, clientId, date, span, asked],
      start: span.from,
      positionOf: (item: T) => ({ time: list.timeOf(item, date), id: item.id }),
      itemsFrom: (time) => only(list.items(date, { from: time, to: span.to }), isWanted),
    },
  );
  return { entities: items.map(list.render), nextPageToken: next ?? null };
}

function readDates(query: Parameters): { date: ListDate; span: Span } {
  const isGiven = (name: string) => query.text(name) !== undefined;
  if (!names.change.some(isGiven)) return { date: 'creation', span: query.inclusiveSpan(...names.creation) };
  const other = names.creation.find(isGiven);
  if (other !== undefined)
    throw invalidValue(other, query.text(other), 'It cannot stand beside a date of change.');
  return { date: 'change', span: query.inclusiveSpan(...names.change) };
}
