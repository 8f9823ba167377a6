/**
 * Reading a window by search. Pages are found by key, not by number: each request asks for what comes after the last
 * date read, because rows leave an index while it is read (a rescored evaluation moves to the present) and every row
 * behind them would then move up by one and be skipped.
 */
import { TidemarkError } from '../../../model/errors.js';
import { contains, toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourcePage } from '../../source.js';
import { readableDate } from '../readableDate.js';
import { afterPass, searchCursor, searchPosition, type SearchPosition } from './cursor.js';
import { dateRange, type SearchPass } from './passes.js';
import { hasAnswers, referencesOf, toIncompleteReference, toRecord } from './records.js';
import { searchResponseSchema, type ShownEvaluation } from './schemas.js';

/** The vendor's maximum. */
export const searchPageSize = 100;
/** More ids than this at one date are not carried: the repeats are cheaper than a large cursor. */
const carriedIds = 20;

export async function readSearchPage(
  api: ApiClient,
  window: Interval,
  pass: SearchPass,
  cursor: Parameters<typeof searchPosition>[0],
  context: CallContext,
): Promise<SourcePage> {
  const position = searchPosition(cursor);
  const { data, raw, receivedAt } = await api.call(
    {
      method: 'POST',
      path: '/api/v2/quality/evaluations/search',
      body: searchBody(window, pass, position),
      schema: searchResponseSchema,
      repeatable: true,
    },
    context,
  );
  const items = data.results ?? [];
  const rawItems = (raw as { results?: unknown[] } | null)?.results ?? [];
  try {
    checkOrder(items, pass);
  } catch (error) {
    throw error instanceof TidemarkError ? error.about(raw) : error;
  }

  const alreadyRead = new Set(position.seen);
  const page: SourcePage = {
    records: [],
    references: [],
    redacted: [],
    next: nextCursor(items, pass, position),
  };
  for (const [index, evaluation] of items.entries()) {
    if (alreadyRead.has(evaluation.id)) continue;
    const date = dateOf(evaluation, pass);
    if (date === null) {
      page.redacted.push(evaluation.id);
      continue;
    }
    // The range asked for is a little wider than the window, as the vendor does not say whether its ends count.
    if (!contains(window, date)) continue;
    if (evaluation.redacted === true) {
      page.redacted.push(evaluation.id);
      continue;
    }
    page.references.push(...referencesOf(evaluation));
    if (hasAnswers(evaluation)) {
      page.records.push(toRecord(evaluation, rawItems[index], pass.systemSubmitted, receivedAt));
    } else {
      page.references.push(toIncompleteReference(evaluation, pass.systemSubmitted));
    }
  }
  return page;
}

function searchBody(window: Interval, pass: SearchPass, position: SearchPosition) {
  const start = (position.after ?? toMillis(window.start)) - 1;
  return {
    query: [dateRange(pass.field, start, toMillis(window.end)), ...pass.narrow(window)],
    pageNumber: position.page,
    pageSize: searchPageSize,
    sortBy: pass.field,
    sortOrder: 'ASC',
    systemSubmitted: pass.systemSubmitted,
  };
}

/** A page that is not full ends the pass. */
function nextCursor(
  items: readonly ShownEvaluation[],
  pass: SearchPass,
  position: SearchPosition,
): SourcePage['next'] {
  if (items.length < searchPageSize) return afterPass(pass, position);
  const lastDate = items.reduce(
    (latest, item) => Math.max(latest, dateOf(item, pass) ?? -Infinity),
    -Infinity,
  );
  if (lastDate <= (position.after ?? -Infinity)) {
    // A whole page within one millisecond: only the number of the page leads on.
    return searchCursor({ ...position, page: position.page + 1, seen: [] });
  }
  const atLastDate = items.filter((item) => dateOf(item, pass) === lastDate).map(({ id }) => id);
  return searchCursor({
    ...position,
    after: lastDate,
    seen: atLastDate.length > carriedIds ? [] : atLastDate,
    page: 1,
  });
}

/**
 * Behind a page that cannot be used: at the last of its dates that can be read. What it holds of that date is read
 * again, as the next page may hold more of it. Without such a date, or behind the last page, the next pass.
 */
export function skipSearchPage(
  window: Interval,
  pass: SearchPass,
  cursor: Parameters<typeof searchPosition>[0],
  body: unknown,
): SourcePage['next'] {
  const position = searchPosition(cursor);
  const items = itemsIn(body);
  if (items.length < searchPageSize) return afterPass(pass, position);
  const earliest = position.after ?? toMillis(window.start) - 1;
  const lastDate = items
    .map((item) => readableDate(item, pass.field))
    .findLast((date) => date !== null && date >= earliest && date <= toMillis(window.end));
  if (lastDate === undefined || lastDate === null) return afterPass(pass, position);
  if (lastDate <= (position.after ?? -Infinity)) {
    return searchCursor({ ...position, page: position.page + 1, seen: [] });
  }
  return searchCursor({ ...position, after: lastDate, seen: [], page: 1 });
}

function itemsIn(body: unknown): readonly unknown[] {
  const results: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'results') : null;
  return Array.isArray(results) ? results : [];
}

/** Reading by key needs the order that was asked for. */
function checkOrder(items: readonly ShownEvaluation[], pass: SearchPass): void {
  let before = -Infinity;
  for (const item of items) {
    const date = dateOf(item, pass);
    if (date === null) continue;
    if (date < before) {
      throw new TidemarkError(
        'SchemaMismatch',
        `POST /api/v2/quality/evaluations/search sorted by ${pass.field} put ${toIso(date)} after ${toIso(before)}.`,
        { remedy: 'Nothing of this page was kept: without the order, rows would be missed unseen.' },
      );
    }
    before = date;
  }
}

/** The date by which a pass reads; null for a redacted row that hides it. */
function dateOf(evaluation: ShownEvaluation, pass: SearchPass): number | null {
  const date = evaluation[pass.field];
  if (date) return toMillis(date);
  if (evaluation.redacted === true) return null;
  throw new TidemarkError(
    'SchemaMismatch',
    `POST /api/v2/quality/evaluations/search by ${pass.field} returned evaluation ${evaluation.id} without it.`,
    { remedy: 'Nothing of this page was kept: without the date, rows would be missed unseen.' },
  );
}
