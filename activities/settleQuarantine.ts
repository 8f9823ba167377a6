import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Interval } from '../model/interval.js';
import type { Row } from '../model/tables.js';
import type { Vendor } from '../model/vendor.js';
import type { StagingStore } from '../staging/stagingStore.js';
import type { Warehouse } from '../warehouses/warehouse.js';
import { withHeartbeat } from './activityCall.js';
import { quarantineDirectory } from './batchLayout.js';
import type { SettledQuarantine, SettleQuarantineInput } from './quarantineContracts.js';
import type { Dependencies } from './dependencies.js';

type Page = Row<'quarantined_pages'>;

/**
 * Writes what was decided about pages in quarantine and removes what is kept of them. A window closes once all pages
 * that its attempt left in quarantine are skipped and all else of it is loaded. Doing it again changes nothing.
 */
export function createSettleQuarantine({
  vendor,
  staging,
  warehouse,
}: Pick<Dependencies, 'vendor' | 'staging' | 'warehouse'>) {
  return async function settleQuarantine(input: SettleQuarantineInput): Promise<SettledQuarantine> {
    return withHeartbeat(async () => {
      const { connection, stream, state, by } = input;
      const wanted = new Set(input.quarantineIds);
      const pages = await warehouse.quarantinedPages(connection, stream);
      const named = pages.filter((page) => wanted.has(page.quarantine_id));
      const decided = {
        state,
        decided_at: new Date().toISOString(),
        decided_by: by,
        staged_object: null,
      };
      const changed = named.filter((page) => page.state !== state).map((page) => ({ ...page, ...decided }));
      await warehouse.record('quarantined_pages', changed);
      const closed = state === 'skipped' ? await closeWindows(named, by) : [];
      await removeAnswers(staging, named);
      return { changed: changed.length, closed };
    });

    async function closeWindows(named: readonly Page[], by: string): Promise<Interval[]> {
      const sourceSystem = vendor(input.connection);
      const closed: Interval[] = [];
      const pages = await warehouse.quarantinedPages(input.connection, input.stream);
      for (const attempt of new Set(named.map((page) => page.attempt))) {
        const window = await closeAttempt(
          warehouse,
          sourceSystem,
          pages.filter((page) => page.attempt === attempt),
          by,
        );
        if (window !== null) closed.push(window);
      }
      return closed;
    }
  };
}

/** The window, when it is closed. */
async function closeAttempt(
  warehouse: Warehouse,
  sourceSystem: Vendor,
  pages: readonly Page[],
  by: string,
): Promise<Interval | null> {
  const [first] = pages;
  const lastBatchId = first?.last_batch_id;
  if (first === undefined || lastBatchId === null || lastBatchId === undefined) return null;
  if (pages.some((page) => page.state !== 'skipped')) return null;
  const { workflowExecution } = Context.current().info;
  const { connection, stream } = first;
  const window = { start: first.window_start, end: first.window_end };
  const isClosed = await warehouse.closeWindow({
    ...{ connection, stream, sourceSystem, window },
    batchId: createHash('sha256').update(`${first.attempt}/skipped`).digest('hex').slice(0, 32),
    afterBatchId: lastBatchId,
    workflowId: workflowExecution?.workflowId ?? '',
    runId: workflowExecution?.runId ?? '',
    notes: [
      `Without ${pages.length} pages in quarantine, which ${by} skipped: ` +
        `${pages.map((page) => page.quarantine_id).join(', ')}.`,
    ],
  });
  return isClosed ? window : null;
}

async function removeAnswers(staging: StagingStore, pages: readonly Page[]): Promise<void> {
  for (const { connection, stream, quarantine_id: id } of pages) {
    await staging.remove(`${quarantineDirectory(connection, stream, id)}/`);
  }
}
