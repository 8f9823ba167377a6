import type { Cursor, RecordReference, Source, SourcePage } from '../sources/source.js';
import {
  recordKey,
  unsettled,
  type BatchManifest,
  type PageFacts,
  type RecordEntry,
  type RecordFacts,
  type StagedPage,
} from './batchManifest.js';

/** Gathers what the manifest says, page by page, and decides which pages are checked and which are trusted. */
export class BatchCollector {
  records = 0;
  private requests = 0;
  private readonly pages: { name: string; page: PageFacts; quarantined: boolean }[] = [];
  private firstUnusable: string | null = null;
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

  /** `position`: where the page was read, for people. */
  add(name: string, { page, requests, answersVerified, quarantined }: StagedPage, position: string): void {
    this.requests += requests;
    this.answersComplete ??= answersVerified;
    this.records += page.records.length;
    this.pages.push({ name, page, quarantined: quarantined !== undefined });
    if (quarantined !== undefined) this.firstUnusable ??= `${position}: ${quarantined.reason}`;
  }

  /** What the batch is from now on. `earlier` are the keys that the batches before it have seen. */
  manifest(
    earlier: ReadonlySet<string>,
    begin: Cursor | null,
    end: Cursor | null,
    position: string,
  ): BatchManifest {
    // Once lists are known to carry less than a read by id, every listed record of the batch is read by id instead.
    const trusted = this.answersComplete !== false;
    const seen = new Set<string>();
    const listed = new Set(earlier);
    const references: RecordReference[] = [];
    const redacted = new Set<string>();
    for (const { page } of this.pages) {
      for (const record of page.records) {
        seen.add(recordKey(record.kind, record.id));
        if (!trusted) references.push(toReference(record));
      }
      for (const reference of page.references) {
        if (reference.reason === 'incomplete') seen.add(recordKey(reference.kind, reference.id));
        references.push(reference);
      }
      for (const id of page.redacted) {
        const key = recordKey('evaluation', id);
        // Rows around the end of a page are listed twice, and those of several dates in several passes.
        if (!earlier.has(key)) redacted.add(id);
        seen.add(key);
      }
    }
    for (const key of seen) listed.add(key);
    const open = unsettled(references, listed);
    const unusable = this.pages.filter(({ quarantined }) => quarantined).length;
    // A calibration is read once per window however many of its scorecards the lists show.
    for (const { kind, id } of open) if (kind === 'calibration') seen.add(recordKey(kind, id));
    return {
      begin,
      pages: this.pages.map(({ name, page, quarantined }) => ({
        name,
        ...(quarantined ? { quarantined } : {}),
        records: trusted ? page.records.map(entryOf) : [],
      })),
      references: open,
      redacted: [...redacted],
      seen: [...seen],
      requests: this.requests,
      ...(this.firstUnusable === null ? {} : { quarantined: { pages: unusable, first: this.firstUnusable } }),
      next: end,
      position,
    };
  }
}

function entryOf({ kind, id, changeStamp, formId, conversationId }: RecordFacts): RecordEntry {
  return { kind, id, changeStamp, formId, ...(conversationId ? { conversationId } : {}) };
}

function toReference(record: RecordFacts): RecordReference {
  return {
    kind: record.kind,
    id: record.id,
    locator: record.locator,
    changedAt: record.changeStamp,
    isAutomated: record.isAutomated,
    ...(record.totalScore === undefined ? {} : { totalScore: record.totalScore }),
    reason: 'incomplete',
  };
}
