/**
 * The part of the port for contracts whose records come as files that the vendor makes by jobs. Jobs are run one after
 * the other for a whole tenant, by a workflow; what they bring for a window is shaped into pages, and from there on the
 * window is read as any other.
 */
import type { ExtractionJob } from '../model/extractionJob.js';
import type { Interval } from '../model/interval.js';
import type { CallContext } from './source.js';

/** What has become of a job. */
export type CollectedJob =
  | { status: 'running' }
  /** Its file was downloaded; without records it has no bytes. */
  | { status: 'succeeded'; bytes: number }
  | { status: 'failed'; message: string }
  | { status: 'cancelled' }
  /** The vendor no longer has it, or never had. */
  | { status: 'lost' };

/** A file that a job brought, on this machine. */
export interface ExtractedFile {
  job: ExtractionJob;
  path: string;
  /** What it shows is at least as new; ISO 8601 UTC, by the vendor's clock. */
  extractedAt: string;
}

/** Keeps what files are shaped into, as JSON under names that `CallContext.prepared` reads it by. */
export type KeepPrepared = (name: string, content: unknown, rows: number) => Promise<void>;

export interface ShapedWindow {
  /** At least one, also where it is empty. */
  pages: number;
  records: number;
  /** For people: rows that nothing belongs to, columns that are new. */
  notes: string[];
}

export interface ExtractionJobs {
  /** Whose jobs stand in one line: all connections to a tenant share it. */
  tenant(context: CallContext): Promise<string>;

  /** The jobs that a window takes, by days. */
  jobsOf(window: Interval): ExtractionJob[];

  /**
   * Starts a job, without ever repeating the request: an answer that was lost may have started one.
   * @throws TidemarkError Forbidden where the tenant's line is busy, or the permission is missing: the vendor answers
   *   both alike
   */
  submit(job: ExtractionJob, context: CallContext): Promise<{ jobId: string; submittedAt: string }>;

  /** Asks for a job and, when it is done, downloads its file to the path at once: its URL lives for seconds. */
  collect(jobId: string, path: string, context: CallContext): Promise<CollectedJob>;

  /**
   * Joins the files of a window into pages for `readPage`, in little memory however large they are.
   * @throws TidemarkError SchemaMismatch naming the file and the column that is missing
   */
  shape(files: readonly ExtractedFile[], keep: KeepPrepared, signal: AbortSignal): Promise<ShapedWindow>;
}
