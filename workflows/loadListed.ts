import { executeChild, workflowInfo } from '@temporalio/workflow';
import type { HeldList } from '../activities/contracts.js';
import type { Interval } from '../model/interval.js';
import type { StreamSettings } from './exportRun.js';
import { loadWindow } from './loadWindow.js';
import { searchAttributes } from './searchAttributes.js';
import type { Totals } from './totals.js';

/** So many records are read, normalized and loaded as one; small, as each costs a request. */
export const recordsPerListedBatch = 500;
/** So many batches are loaded by one child, whose history stays short. */
const batchesPerChild = 20;

export interface ListedLoad {
  connection: string;
  stream: string;
  /** For the audit, when the list itself has no span. */
  window: Interval;
  /** Staging directory that holds the list. */
  directory: string;
  list: Pick<HeldList, 'batches' | 'submitted'>;
  /** Distinguishes the children of one workflow. */
  label: string;
  /** Whether the staging directory stays when all is loaded. */
  keepStaging?: boolean;
  settings: Pick<StreamSettings, 'priority' | 'outageTolerance'>;
}

/** Loads records that were listed beforehand, child by child: `loaded` hears of each, also when a later one fails. */
export async function loadListedRecords(
  load: ListedLoad,
  loaded: (totals: Totals) => void,
  started: (childId: string) => Promise<void> = async () => {},
): Promise<void> {
  const { connection, stream, list, label } = load;
  for (let first = 0; first < list.batches.length; first += batchesPerChild) {
    const records = list.batches.slice(first, first + batchesPerChild);
    const workflowId = `${workflowInfo().workflowId}/${label}-${first + 1}`;
    await started(workflowId);
    const totals = await executeChild(loadWindow, {
      workflowId,
      staticSummary: `${label}: batches ${first + 1} to ${first + records.length} of ${list.batches.length}`,
      typedSearchAttributes: [
        { key: searchAttributes.connection, value: connection },
        { key: searchAttributes.stream, value: stream },
      ],
      args: [
        {
          connection,
          stream,
          window: list.submitted ?? load.window,
          resume: null,
          directory: null,
          listed: {
            directory: load.directory,
            firstNumber: first + 1,
            records,
            endsList: load.keepStaging !== true && first + records.length === list.batches.length,
          },
          pagesPerBatch: 1,
          secondsPerBatch: 1,
          ...load.settings,
        },
      ],
    });
    loaded(totals);
  }
}
