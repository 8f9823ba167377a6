import type { Cursor, Source, SourcePage } from '../sources/source.js';
import type { StagingStore } from '../staging/stagingStore.js';
import { callContext, withHeartbeat } from './activityCall.js';
import { manifestName, pageName } from './batchLayout.js';
import { recordKey, seenBefore, unsettled, type BatchManifest, type StagedPage } from './batchManifest.js';
import type { BatchRef, ExtractedBatch, ExtractPagesInput } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { getJson, putJson } from './stagedJson.js';

/**
 * Reads pages of a window into staging until the window ends, the batch is full or its time is over.
 * Each page is durable, together with the position after it, before the next is requested: an activity that is
 * killed finds its pages again and repeats at most the request that was in flight. Heartbeats are only for people
 * and for cancellation; they are throttled and so cannot tell what is durable.
 */
export function createExtractPages({ source: sourceOf, staging }: Pick<Dependencies, 'source' | 'staging'>) {
  return async function extractPages(input: ExtractPagesInput): Promise<ExtractedBatch> {
    return withHeartbeat(async ({ signal, report }) => {
      const { batch } = input;
      const source = sourceOf(batch.connection);
      const context = callContext(signal, input.priority);
      const deadline = Date.now() + input.maxSeconds * 1_000;
      const collected = new BatchCollector();

      let foundStaged = false;
      let resumedAtPage: number | null = null;
      let cursor: Cursor | null = input.cursor ?? source.firstCursor(batch.window);
      for (let number = 1; cursor !== null && number <= input.maxPages; number++) {
        const name = pageName(batch, number);
        let staged = await getJson<StagedPage>(staging, name);
        if (staged === undefined) {
          if (number > 1 && Date.now() > deadline) break;
          const before = context.meter.requests;
          const page = await source.readPage(batch.window, cursor, context);
          const answersVerified = collected.needsVerification(source, page)
            ? await source.verifyAnswersInLists(page, context)
            : null;
          staged = { page, requests: context.meter.requests - before, answersVerified };
          await putJson(staging, name, staged, page.records.length);
          if (foundStaged) resumedAtPage ??= number;
        } else {
          foundStaged = true;
        }
        collected.add(name, staged);
        cursor = staged.page.next;
        report({
          page: number,
          records: collected.records,
          position: cursor === null ? 'end of the window' : source.describeCursor(cursor),
        });
      }
      const extracted = await finish(staging, source, batch, collected, cursor);
      return { ...extracted, resumedAtPage };
    });
  };
}

async function finish(
  staging: StagingStore,
  source: Source,
  batch: BatchRef,
  collected: BatchCollector,
  next: Cursor | null,
): Promise<Omit<ExtractedBatch, 'resumedAtPage'>> {
  const manifest = collected.manifest(await seenBefore(staging, batch), next);
  const object = await putJson(staging, manifestName(batch), manifest, collected.records);
  return {
    manifest: object,
    pages: manifest.pages.length,
    records: collected.records,
    references: manifest.references.length,
    redacted: manifest.redacted.length,
    requests: collected.requests,
    next,
    position: next === null ? 'end of the window' : source.describeCursor(next),
  };
}

/** Gathers what the manifest says, page by page, and decides which pages are checked and which are trusted. */
class BatchCollector {
  records = 0;
  requests = 0;
  private readonly pages: BatchManifest['pages'] = [];
  private readonly references: BatchManifest['references'] = [];
  private readonly redacted: string[] = [];
  private readonly seen = new Set<string>();
  /** Null until a page of this batch was checked. */
  private answersComplete: boolean | null = null;

  /** One page of every batch is checked against a read by id, the first that holds anything to check. */
  needsVerification(source: Source, page: SourcePage): boolean {
    return (
      source.capabilities.answersInLists === 'verified' &&
      this.answersComplete === null &&
      page.records.length > 0
    );
  }

  add(name: string, staged: StagedPage): void {
    const { page } = staged;
    this.requests += staged.requests;
    this.answersComplete ??= staged.answersVerified;
    // Once lists are known to carry less than a read by id, every listed record is read by id instead.
    const trusted = this.answersComplete !== false;
    this.pages.push({
      name,
      records: trusted
        ? page.records.map(({ kind, id, changeStamp, formId }) => ({ kind, id, changeStamp, formId }))
        : [],
    });
    for (const record of page.records) {
      this.seen.add(recordKey(record.kind, record.id));
      if (!trusted) this.references.push(toReference(record));
    }
    if (trusted) this.records += page.records.length;
    for (const reference of page.references) {
      if (reference.reason === 'incomplete') this.seen.add(recordKey(reference.kind, reference.id));
      this.references.push(reference);
    }
    for (const id of page.redacted) {
      this.redacted.push(id);
      this.seen.add(recordKey('evaluation', id));
    }
  }

  manifest(earlier: ReadonlySet<string>, next: Cursor | null): BatchManifest {
    const references = unsettled(this.references, new Set([...earlier, ...this.seen]));
    // A calibration is read once per window however many of its scorecards the lists show.
    for (const reference of references) {
      if (reference.kind === 'calibration') this.seen.add(recordKey('calibration', reference.id));
    }
    return { pages: this.pages, references, redacted: this.redacted, seen: [...this.seen], next };
  }
}

function toReference(record: SourcePage['records'][number]): BatchManifest['references'][number] {
  return {
    kind: record.kind,
    id: record.id,
    locator: record.locator,
    changedAt: record.changeStamp,
    isAutomated: record.isAutomated,
    reason: 'incomplete',
  };
}
