/** The manifest of a batch: what its pages hold, so that later steps need not open them to decide anything. */
import { isDeepStrictEqual } from 'node:util';
import type { Cursor, RecordKind, RecordReference, SourcePage, SourceRecord } from '../sources/source.js';
import type { StagingStore } from '../staging/stagingStore.js';
import { manifestName } from './batchLayout.js';
import type { BatchRef, QuarantinedPages } from './contracts.js';
import { getJson } from './stagedJson.js';

/** What is known of a record without its body. */
export type RecordFacts = Omit<SourceRecord, 'body' | 'text'>;
export type PageFacts = Omit<SourcePage, 'records'> & { records: RecordFacts[] };

/**
 * A page as it lies in staging, before the bodies of its records: with the position after it, so that what is durable
 * decides where reading goes on.
 */
export interface StagedPage {
  /** The position it was read at. */
  cursor: Cursor;
  page: PageFacts;
  /** Requests made for the page, its verification included. */
  requests: number;
  /** Result of the check that list items carry whole answers; null when this page was not checked. */
  answersVerified: boolean | null;
  /** The answer could not be used; the page is empty and only leads on. */
  quarantined?: UnusableAnswer;
}

/** An answer that failed its schema for good. */
export interface UnusableAnswer {
  reason: string;
  /** The answer as it came: personal data. */
  body: unknown;
  /** When it was given up, ISO 8601 UTC. */
  at: string;
}

export interface RecordEntry {
  kind: RecordKind;
  id: string;
  changeStamp: string;
  formId: string | null;
  /** Absent where records do not say. */
  conversationId?: string;
}

export interface PageEntry {
  name: string;
  records: RecordEntry[];
  quarantined?: true;
}

export interface BatchManifest {
  /** Where its first page begins; null where no pages were read for it. */
  begin: Cursor | null;
  pages: PageEntry[];
  references: RecordReference[];
  redacted: string[];
  /** Keys of all records that need no further look in this window: read, or known to be hidden. */
  seen: string[];
  requests: number;
  /** Pages whose answers could not be used; absent without any. */
  quarantined?: QuarantinedPages;
  next: Cursor | null;
  /** What comes next, for people. */
  position: string;
}

export function factsOf({ body: _, ...facts }: SourceRecord): RecordFacts {
  return facts;
}

/** Whether two positions are the same, whatever the order of their parts. */
export function sameCursor(a: Cursor | null | undefined, b: Cursor | null): boolean {
  return isDeepStrictEqual(a ?? null, b);
}

export const recordKey = (kind: RecordKind, id: string) => `${kind}:${id}`;

/** Keys seen by the batches of the window before this one. */
export async function seenBefore(staging: StagingStore, batch: BatchRef): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let number = 1; number < batch.number; number++) {
    const manifest = await getJson<BatchManifest>(staging, manifestName({ ...batch, number }));
    for (const key of manifest?.seen ?? []) seen.add(key);
  }
  return seen;
}

/**
 * References that still need a look: events and revisions of records that a list of this window has shown already
 * are settled, except deletions, which may have happened after the list was read.
 */
export function unsettled(
  references: readonly RecordReference[],
  seen: ReadonlySet<string>,
): RecordReference[] {
  const latest = new Map<string, RecordReference>();
  for (const reference of references) {
    const key = recordKey(reference.kind, reference.id);
    const settledByList = reference.reason !== 'incomplete' && reference.reason !== 'deleted-event';
    if (settledByList && seen.has(key)) continue;
    const before = latest.get(key);
    const chosen = before === undefined || outranks(reference, before) ? reference : before;
    const listed = seen.has(key) || chosen.reason === 'incomplete' || before?.listed === true;
    latest.set(key, listed ? { ...chosen, listed } : chosen);
  }
  return [...latest.values()];
}

function outranks(candidate: RecordReference, current: RecordReference): boolean {
  if (candidate.reason === 'deleted-event') return true;
  if (current.reason === 'deleted-event') return false;
  // A list gives the record's own time of change; an event only says that it lies within the window.
  if (current.reason === 'incomplete')
    return candidate.reason === 'incomplete' && candidate.changedAt > current.changedAt;
  return candidate.reason === 'incomplete' || candidate.changedAt > current.changedAt;
}
