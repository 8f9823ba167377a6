/**
 * Windows that are read division by division: an application without a grant in a division is shown nothing of it, and
 * told nothing. The divisions that are left travel in the cursor, so that they are asked for once.
 */
import { emptyPage } from '../../emptyPage.js';
import type { ApiClient } from '../../http/apiClient.js';
import { readBeside } from '../../lists/besidePage.js';
import type { Search } from '../../lists/findListed.js';
import type { CallContext, Cursor, SourcePage } from '../../source.js';
import type { ChosenDivisions } from '../streams.js';
import { readDivisions } from './divisions.js';
import { allDivisionsId } from './visibility.js';

/** Divisions left, the one being read first; null before they are known. */
type Left = readonly string[] | null;

export const divisionsLeft = ({ divisions }: Cursor): Left =>
  typeof divisions === 'string' ? divisions.split(' ').filter((id) => id !== '') : null;

const withDivisions = (divisions: Left, within: Cursor): Cursor => ({
  ...within,
  divisions: divisions?.join(' ') ?? null,
});

/** @param begin where reading one division begins */
export function firstDivision(chosen: ChosenDivisions, begin: Cursor): Cursor {
  if (chosen === 'each') return withDivisions(null, begin);
  return withDivisions(chosen === 'all' ? [allDivisionsId] : chosen, begin);
}

/** The position behind one in the first of the divisions. @param within null where that is read to its end */
export function nextInDivisions(
  divisions: readonly string[],
  within: Cursor | null,
  begin: Cursor,
): Cursor | null {
  if (within !== null) return withDivisions(divisions, within);
  return divisions.length > 1 ? withDivisions(divisions.slice(1), begin) : null;
}

/** A page of its own: were the first records to come with it, one that cannot be used would take all with it. */
export async function readDivisionIds(
  api: ApiClient,
  begin: Cursor,
  context: CallContext,
): Promise<SourcePage> {
  const ids = await readBeside(undefined, () => divisionIds(api, context));
  return emptyPage(withDivisions(ids, begin));
}

/** Where none is listed, all at once: an organisation has one at least, so that an empty list says nothing. */
async function divisionIds(api: ApiClient, context: CallContext): Promise<string[]> {
  const { listed } = await readDivisions(api, context);
  return listed.length === 0 ? [allDivisionsId] : listed.map(({ entity }) => entity.id);
}

/**
 * Looks for a record in all divisions at once first, as they cost the least; what they do not show may still be in one
 * of those that the stream reads on its own.
 */
export async function searchDivisions<T>(
  api: ApiClient,
  chosen: ChosenDivisions,
  search: (divisionIds: readonly string[]) => Promise<Search<T>>,
  context: CallContext,
): Promise<Search<T>> {
  const inAll = await search([allDivisionsId]);
  if (inAll.found !== null || chosen === 'all') return inAll;
  return search(chosen === 'each' ? await divisionIds(api, context) : chosen);
}

export function describeDivision(cursor: Cursor, position: string): string {
  const divisions = divisionsLeft(cursor);
  if (divisions === null) return 'divisions';
  const [division = 'none', ...others] = divisions;
  if (division === allDivisionsId) return `all divisions${position}`;
  return `division ${division}${position}, ${others.length} more to come`;
}
