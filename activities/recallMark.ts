import { coveredThrough } from '../model/coverage.js';
import type { RecalledMark, RecallMarkInput } from './contracts.js';
import type { Dependencies } from './dependencies.js';

/** Finds the high-water mark of a stream in load_audit, for a schedule that lost the one it remembered. */
export function createRecallMark({ warehouse }: Pick<Dependencies, 'warehouse'>) {
  return async function recallMark({
    connection,
    stream,
    startFrom,
  }: RecallMarkInput): Promise<RecalledMark> {
    return { loadedThrough: coveredThrough(startFrom, await warehouse.loadedWindows(connection, stream)) };
  };
}
