/** Lists of short contracts: by creation or by change, narrowed, page by page. */
import { invalidValue } from './apiError.js';
import type { Span } from './instants.js';
import type { Cursors } from './paging.js';
import type { Parameters } from './parameters.js';
import type { ScopedCall } from './scopedOperations.js';
import { isShown, only } from './shown.js';

/** The date that a list is asked for by. */
export type ListDate = 'creation' | 'change';

/** Parameters of the begin and the end of a span, by the date it is of. */
export type SpanNames = Readonly<Record<ListDate, readonly [from: string, to: string]>>;

interface DatedList<T> {
  /** Tells its tokens from those of other lists. */
  name: string;
  spans: SpanNames;
  /** Parameters that narrow it, and whether an item is among what one of them asks for. */
  filters: Readonly<Record<string, (item: T, asked: string) => boolean>>;
  /** Items with the date in a half-open span, in order of it, then of their ids. */
  items: (date: ListDate, span: Span) => Iterable<T>;
  timeOf: (item: T, date: ListDate) => number;
  render: (item: T) => unknown;
}

/** Answers one page of a list. */
export function listPage<T extends { id: string; divisionIds: readonly string[] }>(
  { api, clientId, viewer, parameters }: ScopedCall<{ cursors: Cursors }>,
  list: DatedList<T>,
) {
  const query = parameters([
    ...list.spans.creation,
    ...list.spans.change,
    ...Object.keys(list.filters),
    'pageSize',
    'nextPageToken',
  ]);
  const { date, span } = readDates(query, list.spans);
  const asked = Object.keys(list.filters).map((name) => [name, query.text(name)] as const);
  const isWanted = (item: T) =>
    isShown(item, viewer) &&
    asked.every(([name, value]) => value === undefined || list.filters[name]?.(item, value) === true);
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

function readDates(query: Parameters, { creation, change }: SpanNames): { date: ListDate; span: Span } {
  const isGiven = (name: string) => query.text(name) !== undefined;
  if (!change.some(isGiven)) return { date: 'creation', span: query.inclusiveSpan(...creation) };
  const other = creation.find(isGiven);
  if (other !== undefined)
    throw invalidValue(other, query.text(other), 'It cannot stand beside a date of change.');
  return { date: 'change', span: query.inclusiveSpan(...change) };
}
