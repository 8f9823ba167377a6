import type { HeldFormVersion } from '../warehouses/warehouse.js';
import { withHeartbeat } from './activityCall.js';
import type { Dependencies } from './dependencies.js';

/** Form versions that the warehouse's evaluations were scored on, with the structures their rows were made with. */
export function createListFormVersions({ warehouse }: Pick<Dependencies, 'warehouse'>) {
  return async function listFormVersions({ connection }: { connection: string }): Promise<HeldFormVersion[]> {
    return withHeartbeat(async () => {
      return warehouse.heldFormVersions(connection);
    });
  };
}
