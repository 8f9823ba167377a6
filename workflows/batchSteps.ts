import { isCancellation } from '@temporalio/workflow';
import type {
  BatchRef,
  BudgetPriority,
  ExtractedBatch,
  NormalizedBatch,
  QuarantinedPages,
} from '../activities/contracts.js';
import type { StagedObject } from '../staging/stagingStore.js';
import type { ActivityStubs } from './activityStubs.js';
import { addNotes, addRows, type Totals } from './totals.js';
import { whyFailed } from './whyFailed.js';

/** What was extracted, by pages or by a list. */
export type LoadableBatch = Omit<ExtractedBatch, 'resumedAtPage'>;

export interface BatchWork {
  batch: BatchRef;
  extracted: LoadableBatch;
  directory: StagedObject | null;
  closesWindow: boolean;
  /** Nothing that is staged beside it is needed after it. */
  isLast: boolean;
  /** What is to be said of the window as a whole. */
  notes: readonly string[];
  /** Compare with what the warehouse holds first; null: only load. */
  compare: Comparison | null;
  /** Read the conversations that records are about, too; null: do without. */
  conversations: ConversationReads | null;
  priority: BudgetPriority;
}

/** Comparing a window instead of only loading it. */
export interface Comparison {
  /** Staging directory of the window; stays until the comparison is concluded. */
  directory: string;
  /** Load what differs. */
  repair: boolean;
}

/** What the batches of a window know of each other's reads of conversations. */
export interface ConversationReads {
  /** The last batch waited for them in vain. */
  failing: boolean;
}

/** A batch with all records that are read for it. */
export interface ReadBatch {
  work: BatchWork;
  requests: number;
  unusableReads: QuarantinedPages | null;
  /** Records of a list that stay as the warehouse holds them. */
  leftAsHeld: QuarantinedPages | null;
}

/** A batch of which all is staged that is loaded. */
export interface PreparedBatch {
  work: BatchWork;
  normalized: NormalizedBatch;
  requests: number;
  notes: string[];
}

/**
 * Reads by id what lists did not settle. What the warehouse holds may still change by batches before this one: then a
 * record is read once too often, and loading decides again.
 */
export async function readUnsettled(
  { api, warehouse }: ActivityStubs,
  work: BatchWork,
  entering: (step: string) => void,
): Promise<ReadBatch> {
  const { batch, extracted, priority } = work;
  const label = `batch ${batch.number}`;
  const { requests } = extracted;
  const nothingRead: ReadBatch = { work, requests, unusableReads: null, leftAsHeld: null };
  if (extracted.references === 0) return nothingRead;
  entering('select');
  const { lookups } = await warehouse.selectChanged.executeWithOptions(
    { summary: `${label}: ${extracted.references} records to look at` },
    [{ batch }],
  );
  if (lookups === 0) return nothingRead;
  entering('read by id');
  const read = await api.readRecords.executeWithOptions({ summary: `${label}: ${lookups} reads by id` }, [
    { batch, priority },
  ]);
  return {
    work,
    requests: requests + read.requests,
    unusableReads: read.quarantined,
    leftAsHeld: read.unusable,
  };
}

/** Makes canonical tables of a batch: keeps what cannot be used, fetches form versions, normalizes. */
export async function prepareBatch(
  stubs: ActivityStubs,
  { work, requests: requestsBefore, unusableReads, leftAsHeld }: ReadBatch,
  totals: Totals,
  entering: (step: string) => void,
): Promise<PreparedBatch> {
  const { batch, extracted, directory, compare, conversations, priority } = work;
  const { api, local, warehouse } = stubs;
  const label = `batch ${batch.number}`;
  const notes = [...work.notes];
  const say = (note: string) => {
    notes.push(note);
    addNotes(totals.notes, [note]);
  };
  let requests = requestsBefore;
  const unusable = [extracted.quarantined, unusableReads].filter((found) => found !== null);
  const [firstUnusable] = unusable;
  if (firstUnusable !== undefined) {
    const pages = unusable.reduce((sum, found) => sum + found.pages, 0);
    const note = `${pages === 1 ? 'A page is' : `${pages} pages are`} in quarantine: ${firstUnusable.first}`;
    notes.push(note);
    // One of them says enough of a window; all of them are listed in the warehouse.
    if (totals.quarantined === 0) addNotes(totals.notes, [note]);
    totals.quarantined += pages;
    if (compare === null || compare.repair) {
      entering('quarantine');
      await warehouse.keepQuarantined.executeWithOptions({ summary: `${label}: ${pages} pages kept` }, [
        { batch },
      ]);
    }
  }
  if (leftAsHeld !== null) {
    const { pages: records, first } = leftAsHeld;
    const note = `${records === 1 ? 'A record that was' : `${records} records that were`} to be read by id cannot be used and ${records === 1 ? 'was' : 'were'} left as before: ${first}`;
    say(note);
    totals.unusable += records;
  }
  entering('forms');
  const forms = await api.fetchForms.executeWithOptions({ summary: `${label}: form versions` }, [
    { batch, priority },
  ]);
  requests += forms.requests;
  if (conversations !== null) {
    entering('conversations');
    const read = await readConversations(stubs, batch, conversations, priority);
    requests += read.requests;
    if (read.note !== null) say(read.note);
  }
  entering('normalize');
  const normalized = await local.normalizeBatch.executeWithOptions(
    { summary: `${label}: ${extracted.records} records to canonical tables` },
    [{ batch, directory }],
  );
  addNotes(notes, normalized.notes);
  addNotes(totals.notes, normalized.notes);
  return { work, normalized, requests, notes };
}

/** Takes a prepared batch into the warehouse, compares it with what is held, or both. */
export async function loadPrepared(
  { warehouse }: ActivityStubs,
  { work, normalized, requests, notes }: PreparedBatch,
  totals: Totals,
  entering: (step: string) => void,
): Promise<void> {
  const { batch, extracted, closesWindow, isLast, compare } = work;
  const label = `batch ${batch.number}`;
  totals.batches += 1;
  totals.pages += extracted.pages;
  totals.requests += requests;
  totals.redacted += normalized.redacted;
  totals.gone += normalized.gone;
  totals.deferred += normalized.deferred;
  if (compare !== null) {
    entering('compare');
    await warehouse.compareBatch.executeWithOptions(
      { summary: `${label}: ${extracted.records} records beside those held` },
      [{ batch, files: normalized.files }],
    );
  }
  if (compare === null || compare.repair) {
    entering('load');
    const loaded = await warehouse.loadBatch.executeWithOptions(
      { summary: `${label}: ${extracted.records} records into the warehouse` },
      [
        {
          batch,
          files: normalized.files,
          closesWindow,
          isLast,
          redacted: normalized.redacted,
          gone: normalized.gone,
          pages: extracted.pages,
          requests,
          notes,
        },
      ],
    );
    addRows(totals.rows, loaded.tables);
    // A window that was resumed has left pages behind in batches before this run, too.
    if (loaded.quarantined > totals.quarantined) totals.quarantined = loaded.quarantined;
  }
  entering('extract');
}

/**
 * Conversations that records are about, from the source; where that cannot be asked, or keeps some no longer, those that
 * the warehouse holds. Rows can do without them. An outage is waited for by one batch; those after it only ask whether
 * it is over, or a window of a hundred batches would wait a hundred times.
 */
async function readConversations(
  { enrichment, warehouse }: ActivityStubs,
  batch: BatchRef,
  reads: ConversationReads,
  priority: BudgetPriority,
): Promise<{ requests: number; note: string | null }> {
  const label = `batch ${batch.number}`;
  const recall = async () =>
    warehouse.recallConversations.executeWithOptions({ summary: `${label}: conversations held` }, [
      { batch },
    ]);
  try {
    const { needed, fetched, requests } = await enrichment.fetchConversations.executeWithOptions(
      { summary: `${label}: conversations`, ...(reads.failing ? { retry: { maximumAttempts: 1 } } : {}) },
      [{ batch, priority }],
    );
    reads.failing = false;
    if (fetched < needed) await recall();
    return { requests, note: null };
  } catch (error) {
    if (isCancellation(error)) throw error;
    reads.failing = true;
    const { needed, held } = await recall();
    const note = `Conversations could not be read; ${needed - held} of ${needed} are not held either, and rows about them are loaded without: ${whyFailed(error)}`;
    return { requests: 0, note };
  }
}
