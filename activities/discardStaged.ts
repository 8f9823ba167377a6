import { withHeartbeat } from './activityCall.js';
import type { Dependencies } from './dependencies.js';

/**
 * Removes from staging what nothing goes back to: it is personal data. A step of its own, as one that removed what it
 * reads could not be tried again.
 */
export function createDiscardStaged({ staging }: Pick<Dependencies, 'staging'>) {
  return async function discardStaged({ directories }: { directories: string[] }): Promise<void> {
    return withHeartbeat(async () => {
      for (const directory of directories) await staging.remove(`${directory}/`);
    });
  };
}
