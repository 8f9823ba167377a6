import type { Cursor } from '../sources/source.js';
import { callContext, withHeartbeat } from './activityCall.js';
import { BatchCollector } from './batchCollector.js';
import { manifestName, pageName } from './batchLayout.js';
import { sameCursor, seenBefore, type BatchManifest, type StagedPage } from './batchManifest.js';
import type { ExtractedBatch, ExtractPagesInput } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { getJson, putJson } from './stagedJson.js';

/**
 * Reads pages of a window into staging until the window ends, the batch is full or its time is over.
 * Each page is durable, together with the position after it, before the next is requested: an activity that is
 * killed finds its pages again and repeats at most the request that was in flight. Heartbeats are only for people
 * and for cancellation; they are throttled and so cannot tell what is durable.
 *
 * A batch that has its manifest is what it is: it may have been loaded under its id, and whatever were added to it
 * later would never be.
 */
export function createExtractPages({ source: sourceOf, staging }: Pick<Dependencies, 'source' | 'staging'>) {
  return async function extractPages(input: ExtractPagesInput): Promise<ExtractedBatch> {
    return withHeartbeat(async ({ signal, report }) => {
      const { batch } = input;
      const source = sourceOf(batch.connection);
      const begin = input.cursor ?? source.firstCursor(batch.window);
      const kept = await getJson<BatchManifest>(staging, manifestName(batch));
      if (kept !== undefined && sameCursor(kept.begin, begin)) return summaryOf(kept, null);

      const context = callContext(signal, input.priority);
      const deadline = Date.now() + input.maxSeconds * 1_000;
      const collected = new BatchCollector();
      const describe = (cursor: Cursor | null) =>
        cursor === null ? 'end of the window' : source.describeCursor(cursor);
      let foundStaged = false;
      let resumedAtPage: number | null = null;
      let cursor: Cursor | null = begin;
      for (let number = 1; cursor !== null && number <= input.maxPages; number++) {
        const name = pageName(batch, number);
        let staged = await getJson<StagedPage>(staging, name);
        // A page of that number may be of an attempt that had read differently.
        if (staged === undefined || !sameCursor(staged.cursor, cursor)) {
          if (number > 1 && Date.now() > deadline) break;
          const before = context.meter.requests;
          const page = await source.readPage(batch.window, cursor, context);
          const answersVerified = collected.needsVerification(source, page)
            ? await source.verifyAnswersInLists(page, context)
            : null;
          staged = { cursor, page, requests: context.meter.requests - before, answersVerified };
          await putJson(staging, name, staged, page.records.length);
          if (foundStaged) resumedAtPage ??= number;
        } else {
          foundStaged = true;
        }
        collected.add(name, staged);
        cursor = staged.page.next;
        report({ page: number, records: collected.records, position: describe(cursor) });
      }
      const manifest = collected.manifest(await seenBefore(staging, batch), begin, cursor, describe(cursor));
      await putJson(staging, manifestName(batch), manifest, collected.records);
      return summaryOf(manifest, resumedAtPage);
    });
  };
}

function summaryOf(manifest: BatchManifest, resumedAtPage: number | null): ExtractedBatch {
  return {
    pages: manifest.pages.length,
    records: manifest.pages.reduce((sum, { records }) => sum + records.length, 0),
    references: manifest.references.length,
    redacted: manifest.redacted.length,
    requests: manifest.requests,
    next: manifest.next,
    position: manifest.position,
    resumedAtPage,
  };
}
