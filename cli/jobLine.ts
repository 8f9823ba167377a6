/** Following the line of extraction jobs that a stream stands in, so that a command that waits for it says so. */
import type { Client } from '@temporalio/client';
import type { StreamConfiguration } from '../workers/streamConfiguration.js';
import { jobsQuery } from '../workflows/extractionLine.js';
import { jobLineText, withoutSeconds, type Waiting } from './jobLineText.js';
import { writeNote } from './output.js';

export interface JobLineWatch {
  /** What is waited for now; empty where it is no job. */
  text(): string;
  stop(): Promise<void>;
}

/** How often it is looked, in milliseconds. */
const pause = 1_000;

const lines = "WorkflowType = 'runExtractionJobs' AND ExecutionStatus = 'Running'";

/**
 * Watches as long as a command waits; never fails, as it only shows.
 * @param noted called with what is waited for whenever that becomes something else
 */
export function watchJobLine(
  client: Client,
  { connection, stream, jobs }: { connection: string; stream: string } & Pick<StreamConfiguration, 'jobs'>,
  noted: (text: string) => void = () => {},
): JobLineWatch {
  if (jobs === undefined) return { text: () => '', stop: async () => {} };
  const waiting: Waiting = { connection, stream, between: jobs.between };
  let read: (now: number) => string | null = () => null;
  let last = '';
  let stopped = false;
  let wake = () => {};
  const watching = (async () => {
    while (!stopped) {
      read = await lineOf(client, waiting);
      const text = withoutSeconds(read(Date.now()) ?? '');
      if (text !== last && text !== '') noted(text);
      last = text;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return {
    text: () => read(Date.now()) ?? '',
    stop: async () => {
      stopped = true;
      wake();
      await watching;
    },
  };
}

/** Waits for work that has no bar, and says meanwhile which jobs it waits for. */
export async function notingJobs<T>(
  client: Client,
  stream: Parameters<typeof watchJobLine>[1],
  work: Promise<T>,
): Promise<T> {
  const line = watchJobLine(client, stream, noteJob);
  return work.finally(() => line.stop());
}

/** As the end of a bar. */
export const shownBehind = (text: string): string => (text === '' ? '' : `; ${text}`);

/** For commands without a bar, or whose bar nobody sees: a line whenever something else is waited for. */
export const noteJob = (text: string): void => writeNote(`Waiting: ${text}.`);

async function lineOf(client: Client, waiting: Waiting): Promise<(now: number) => string | null> {
  try {
    for await (const { workflowId } of client.workflow.list({ query: lines })) {
      const line = await client.workflow.getHandle(workflowId).query(jobsQuery);
      if (jobLineText(line, waiting, 0) !== null) return (now) => jobLineText(line, waiting, now);
    }
  } catch {
    // The line ended meanwhile, or no worker answers: there is nothing to show.
  }
  return () => null;
}
