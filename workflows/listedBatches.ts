/** Batches of records that were listed beforehand, one after the other: there is nothing to extract meanwhile. */
import type { BatchRef } from '../activities/contracts.js';
import type { LoadableBatch } from './batchSteps.js';
import type { Control } from './control.js';

/** Batches that are in staging already, by the number of records each asks for. */
export interface ListedBatches {
  directory: string;
  firstNumber: number;
  records: number[];
  /** Nothing of the list comes after these. */
  endsList: boolean;
}

/** A batch whose records, or the list of them, are in staging. */
export interface Extracted {
  batch: BatchRef;
  extracted: LoadableBatch;
  isLast: boolean;
}

export async function loadListedBatches(
  { connection, stream, window }: Pick<BatchRef, 'connection' | 'stream' | 'window'>,
  { directory, firstNumber, records, endsList }: ListedBatches,
  control: Control,
  load: (listed: Extracted) => Promise<void>,
): Promise<void> {
  for (const [index, references] of records.entries()) {
    const number = firstNumber + index;
    await control.pausePoint();
    await load({
      batch: { connection, stream, window, windowDirectory: directory, number },
      extracted: {
        pages: 0,
        records: references,
        references,
        redacted: 0,
        requests: 0,
        quarantined: null,
        next: null,
        position: `batch ${number + 1}`,
      },
      isLast: endsList && index + 1 === records.length,
    });
  }
}
