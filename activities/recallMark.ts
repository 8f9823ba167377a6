import { coveredThrough } from '../model/coverage.js';
import { withHeartbeat } from './activityCall.js';
import type { RecalledMark, RecallMarkInput } from './auditContracts.js';
import type { Dependencies } from './dependencies.js';

/** Finds the high-water mark of a stream in load_audit, for a schedule that lost the one it remembered. */
export function createRecallMark({ warehouse }: Pick<Dependencies, 'warehouse'>) {
  return async function recallMark(input: RecallMarkInput): Promise<RecalledMark> {
    return withHeartbeat(async () => {
      const windows = await warehouse.loadedWindows(input.connection, input.stream);
      return { loadedThrough: coveredThrough(input.startFrom, windows) };
    });
  };
}
