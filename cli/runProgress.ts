/** Following a run of exportStream: what its queries and pending activities say, as one picture. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { ExportProgress } from '../workflows/exportRun.js';
import type { exportStream } from '../workflows/exportStream.js';
import type { WindowProgress } from '../workflows/loadWindow.js';

export type ExportHandle = WorkflowHandle<typeof exportStream>;

export interface RunSnapshot {
  progress: ExportProgress;
  window: WindowProgress | null;
  /** Pages and records of extractions under way, from their heartbeats. */
  extracting: { page: number; records: number; attempt: number } | null;
}

/** What a run shows now; null while no worker answers, which is no error: the run waits. */
export async function snapshot(client: Client, handle: ExportHandle): Promise<RunSnapshot | null> {
  try {
    const progress = await within(2_000, handle.query<ExportProgress>('progress'));
    if (progress === null) return null;
    if (progress.current === null) return { progress, window: null, extracting: null };
    const child = client.workflow.getHandle(progress.current.workflowId);
    const [window, extracting] = await Promise.all([
      within(2_000, child.query<WindowProgress>('progress')),
      extractionOf(client, progress.current.workflowId),
    ]);
    return { progress, window, extracting };
  } catch {
    // Between two windows there is a moment without a child to ask.
    return null;
  }
}

async function extractionOf(client: Client, workflowId: string): Promise<RunSnapshot['extracting']> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  for (const activity of raw.pendingActivities ?? []) {
    if (activity.activityType?.name !== 'extractPages') continue;
    const data = activity.heartbeatDetails?.payloads?.[0]?.data;
    const attempt = activity.attempt ?? 1;
    if (data === undefined || data === null) return { page: 0, records: 0, attempt };
    // A further attempt has none of its own at first.
    const { page = 0, records = 0 } = JSON.parse(Buffer.from(data).toString('utf8')) as {
      page?: number;
      records?: number;
    };
    return { page, records, attempt };
  }
  return null;
}

async function within<T>(millis: number, pending: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), millis);
  });
  try {
    return await Promise.race([pending, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Share of the span that is loaded, from 0 to 1: committed windows count whole, the current one by its batches. */
export function shareDone({ progress }: RunSnapshot): number {
  const { windowsDone, windowsPlanned } = progress;
  return windowsPlanned === 0 ? 0 : windowsDone / windowsPlanned;
}

/** Evaluations extracted so far, the batch under way included. */
export function recordsSoFar({ progress, window, extracting }: RunSnapshot): number {
  const loaded = progress.totals.rows['evaluations']?.staged ?? 0;
  return loaded + (window?.records ?? 0) + (extracting?.records ?? 0);
}
