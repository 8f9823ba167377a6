/** What windows ask of the line in which the jobs of a tenant stand, and what they are told. Plain JSON. */
import type { ExtractionJob, JobPace } from './extractionJob.js';

export interface ExtractionRequest {
  /** The same in every repetition. */
  id: string;
  /** Workflow that is told what came of it. */
  replyTo: string;
  connection: string;
  stream: string;
  /**
   * Where the requester's workers are: in one namespace several installations may share a tenant, and so its line, but
   * not what is configured and staged.
   */
  taskQueue: string;
  /** Done one right after the other, so that the files of a window agree. */
  jobs: ExtractionJob[];
  /** Staging directory that gets the files. */
  directory: string;
  /** 1 is served first. */
  priority: 1 | 2 | 3 | 4;
  pace: JobPace;
  /** How long a failing vendor is waited for, in milliseconds. */
  outageTolerance: number;
  /** It was asked before, of a line that has vanished since: a job of that one may be under way. */
  again: boolean;
}

export type ExtractionOutcome = {
  /** Names of the jobs whose files are in staging. */
  done: string[];
  /** Made for all jobs together. */
  requests: number;
} & (
  | { status: 'done' }
  /** The vendor cannot make this file, however often it is asked. */
  | { status: 'unmade'; job: ExtractionJob; message: string }
  | { status: 'failed'; kind: string; message: string }
);

export interface ExtractionAnswer {
  id: string;
  replyTo: string;
  outcome: ExtractionOutcome;
}
