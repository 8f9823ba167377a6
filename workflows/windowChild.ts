import { executeChild } from '@temporalio/workflow';
import type { StreamSettings } from './exportRun.js';
import { loadWindow, type LoadWindowInput } from './loadWindow.js';
import { searchAttributes } from './searchAttributes.js';
import type { Totals } from './totals.js';

/** Loads a window of a stream in a child, which shows itself by its span and is found by what it loads. */
export async function loadWindowAsChild(
  workflowId: string,
  settings: StreamSettings,
  input: Pick<LoadWindowInput, 'connection' | 'stream' | 'window' | 'resume' | 'directory' | 'compare'>,
): Promise<Totals> {
  const { connection, stream, window } = input;
  return executeChild(loadWindow, {
    workflowId,
    staticSummary: `${window.start} to ${window.end}`,
    typedSearchAttributes: [
      { key: searchAttributes.connection, value: connection },
      { key: searchAttributes.stream, value: stream },
      { key: searchAttributes.intervalStart, value: new Date(window.start) },
    ],
    args: [
      {
        ...input,
        pagesPerBatch: settings.pagesPerBatch,
        secondsPerBatch: settings.secondsPerBatch,
        priority: settings.priority,
        outageTolerance: settings.outageTolerance,
        ...(settings.withConversations === true ? { withConversations: true } : {}),
        ...(settings.jobs === undefined ? {} : { jobs: settings.jobs }),
      },
    ],
  });
}
