/** How windows and the line of their tenant's extraction jobs speak with each other. */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ExtractionAnswer, ExtractionRequest } from '../model/extractionRequest.js';

export const requestJobsSignal = defineSignal<[ExtractionRequest]>('request');
/** The argument is the id of the request. */
export const withdrawJobsSignal = defineSignal<[string]>('withdraw');
/** To the window that asked. */
export const extractedSignal = defineSignal<[Pick<ExtractionAnswer, 'id' | 'outcome'>]>('extracted');
/** To a window that asked again and has to wait. The argument is the id of the request. */
export const heardSignal = defineSignal<[string]>('heard');

export interface ExtractionLine {
  tenant: string;
  /** Without job id and time while it is to be submitted. */
  underWay: {
    connection: string;
    stream: string;
    job: string;
    jobId: string | null;
    since: string | null;
  } | null;
  /** In the order in which they will be served. */
  waiting: { connection: string; stream: string; priority: number; jobs: string[] }[];
  /** ISO 8601 UTC. */
  lastSubmission: string | null;
}

export const jobsQuery = defineQuery<ExtractionLine>('jobs');

/** One for each tenant: whoever starts a second one finds the first. */
export const extractionLineId = (tenant: string): string => `extraction-jobs/${encodeURIComponent(tenant)}`;
