import { withHeartbeat } from './activityCall.js';
import type { ListedQuarantine, ListQuarantineInput, QuarantinedWindow } from './quarantineContracts.js';
import type { Dependencies } from './dependencies.js';

/** The windows of pages in quarantine, each once, with all their open pages: one reading again settles all of them. */
export function createListQuarantine({ warehouse }: Pick<Dependencies, 'warehouse'>) {
  return async function listQuarantine({
    connection,
    stream,
    quarantineIds,
  }: ListQuarantineInput): Promise<ListedQuarantine> {
    return withHeartbeat(async () => {
      const wanted = new Set(quarantineIds);
      const windows = new Map<string, QuarantinedWindow>();
      const unknown = new Set(quarantineIds);
      for (const page of await warehouse.quarantinedPages(connection, stream)) {
        const { quarantine_id: id, window_start: start, window_end: end } = page;
        unknown.delete(id);
        const key = `${start}_${end}`;
        const found = windows.get(key) ?? { window: { start, end }, asked: [], others: [] };
        windows.set(key, found);
        if (wanted.has(id)) found.asked.push(id);
        else if (page.state === 'open') found.others.push(id);
      }
      return {
        windows: [...windows.values()]
          .filter(({ asked }) => asked.length > 0)
          .sort((a, b) => (a.window.start < b.window.start ? -1 : 1)),
        unknown: [...unknown],
      };
    });
  };
}
