import type { Interval } from '../model/interval.js';
import { emptyPage } from '../sources/emptyPage.js';
import type { CallContext, Cursor, Source, SourcePage } from '../sources/source.js';
import { batchContext, withHeartbeat } from './activityCall.js';
import { BatchCollector } from './batchCollector.js';
import { manifestName, pageName } from './batchLayout.js';
import { factsOf, sameCursor, seenBefore, type BatchManifest, type StagedPage } from './batchManifest.js';
import type { ExtractedBatch, ExtractPagesInput } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { tryForSchema } from './schemaTries.js';
import { getDocument, putBodies } from './stagedBodies.js';
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
      const source = sourceOf(batch.connection, batch.stream);
      const begin = input.cursor ?? source.firstCursor(batch.window);
      const kept = await getJson<BatchManifest>(staging, manifestName(batch));
      // The begin of a window stays the begin, whatever a version before this one called it.
      if (kept !== undefined && (input.cursor === null || sameCursor(kept.begin, begin)))
        return summaryOf(kept, null);

      const context = batchContext(signal, input, source, staging);
      const deadline = Date.now() + input.maxSeconds * 1_000;
      const collected = new BatchCollector();
      const describe = (cursor: Cursor | null) =>
        cursor === null ? 'end of the window' : source.describeCursor(cursor);
      let foundStaged = false;
      let resumedAtPage: number | null = null;
      let cursor: Cursor | null = begin;
      for (let number = 1; cursor !== null && number <= input.maxPages; number++) {
        const name = pageName(batch, number);
        let staged = await getDocument<StagedPage>(staging, name);
        // A page of that number may be of an attempt that had read differently.
        if (staged === undefined || !sameCursor(staged.cursor, cursor)) {
          if (number > 1 && Date.now() > deadline) break;
          const before = context.meter.requests;
          const { page, ...content } = await readPage(source, batch.window, cursor, collected, context);
          const requests = context.meter.requests - before;
          staged = {
            ...content,
            cursor,
            requests,
            page: { ...page, records: page.records.map(factsOf) },
          };
          await putBodies(
            staging,
            name,
            staged,
            page.records.map(({ body }) => body),
          );
          if (foundStaged) resumedAtPage ??= number;
        } else {
          foundStaged = true;
        }
        collected.add(name, staged, describe(cursor));
        cursor = staged.page.next;
        report({ page: number, records: collected.records, position: describe(cursor) });
      }
      const manifest = collected.manifest(await seenBefore(staging, batch), begin, cursor, describe(cursor));
      await putJson(staging, manifestName(batch), manifest, collected.records);
      return summaryOf(manifest, resumedAtPage);
    });
  };
}

/** A page that fails its schema three times is kept with its reason, and reading goes on behind it. */
async function readPage(
  source: Source,
  window: Interval,
  cursor: Cursor,
  collected: BatchCollector,
  context: CallContext,
): Promise<Pick<StagedPage, 'answersVerified' | 'quarantined'> & { page: SourcePage }> {
  const read = await tryForSchema(async () => source.readPage(window, cursor, context), context.signal);
  if ('unusable' in read) {
    const next = source.skipPage(window, cursor, read.unusable.body);
    return {
      page: emptyPage(next),
      answersVerified: null,
      quarantined: read.unusable,
    };
  }
  const page = read.answer;
  const answersVerified = collected.needsVerification(source, page)
    ? await source.verifyAnswersInLists(page, context)
    : null;
  return { page, answersVerified };
}

function summaryOf(manifest: BatchManifest, resumedAtPage: number | null): ExtractedBatch {
  return {
    pages: manifest.pages.length,
    records: manifest.pages.reduce((sum, { records }) => sum + records.length, 0),
    references: manifest.references.length,
    redacted: manifest.redacted.length,
    requests: manifest.requests,
    quarantined: manifest.quarantined ?? null,
    next: manifest.next,
    position: manifest.position,
    resumedAtPage,
  };
}
