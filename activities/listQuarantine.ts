import type { Interval } from '../model/interval.js';
import { withHeartbeat } from './activityCall.js';
import type { Dependencies } from './dependencies.js';
import type { ListedQuarantine, ListQuarantineInput, QuarantinedWindow } from './quarantineContracts.js';

/** So many windows are listed at once, and fewer where they have very many pages: Temporal takes results of up to 2 MB. */
export const windowsPerListing = 500;

/** One window may have more, of which each was to be read by itself. */
export const pagesPerListing = 5_000;

/** The windows of pages in quarantine, each once, with all their open pages: one reading again settles all of them. */
export function createListQuarantine({ warehouse }: Pick<Dependencies, 'warehouse'>) {
  return async function listQuarantine({
    connection,
    stream,
    quarantineIds,
    after,
  }: ListQuarantineInput): Promise<ListedQuarantine> {
    return withHeartbeat(async () => {
      const wanted = quarantineIds === null ? null : new Set(quarantineIds);
      const windows = new Map<string, QuarantinedWindow>();
      const unknown = new Set(quarantineIds);
      for (const page of await warehouse.quarantinedPages(connection, stream)) {
        const { quarantine_id: id, window_start: start, window_end: end } = page;
        unknown.delete(id);
        const isOpen = page.state === 'open';
        const key = placeOf({ start, end });
        const found = windows.get(key) ?? { window: { start, end }, asked: [], others: [] };
        windows.set(key, found);
        if (wanted === null ? isOpen : wanted.has(id)) found.asked.push(id);
        else if (isOpen) found.others.push(id);
      }
      const meant = [...windows.values()]
        .filter(({ asked, window }) => asked.length > 0 && (after === null || isBehind(window, after)))
        .sort((a, b) => (isBehind(a.window, b.window) ? 1 : -1));
      const listed = meant.slice(0, listedOf(meant));
      return { windows: listed, further: meant.length - listed.length, unknown: [...unknown] };
    });
  };
}

/** How many of the windows are listed. */
function listedOf(windows: readonly QuarantinedWindow[]): number {
  let pages = 0;
  const tooMany = windows.findIndex(({ asked, others }, index) => {
    pages += asked.length + others.length;
    return index === windowsPerListing || (index > 0 && pages > pagesPerListing);
  });
  return tooMany === -1 ? windows.length : tooMany;
}

const placeOf = ({ start, end }: Interval) => `${start}_${end}`;

const isBehind = (a: Interval, b: Interval) => placeOf(a) > placeOf(b);
