/** What travels between the steps that bring a window's files and their workflows. Types only: workflows import this file. */
import type { ExtractionJob } from '../model/extractionJob.js';
import type { Interval } from '../model/interval.js';
import type { BudgetPriority } from './contracts.js';

export interface PlanJobsInput {
  connection: string;
  stream: string;
  window: Interval;
  /** Staging directory of the window's attempt. */
  directory: string;
  priority: BudgetPriority;
}

export interface PlannedJobs {
  /** Whose jobs stand in one line. */
  tenant: string;
  /** Those whose files are not in staging yet. */
  jobs: ExtractionJob[];
  requests: number;
}

export interface SubmitJobInput {
  connection: string;
  stream: string;
  job: ExtractionJob;
  priority: BudgetPriority;
}

export interface CollectJobInput extends SubmitJobInput {
  jobId: string;
  /** When the job was submitted, ISO 8601 UTC by the vendor's clock: its file is at least as new. */
  submittedAt: string;
  /** Staging directory that gets the file. */
  directory: string;
}

export interface ShapeExtractInput {
  connection: string;
  stream: string;
  /** Staging directory that holds the files and gets the pages. */
  directory: string;
}
