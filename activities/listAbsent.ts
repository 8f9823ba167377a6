import { tripsBreaker } from '../model/reconciliation.js';
import type { RecordReference } from '../sources/source.js';
import type { HeldEvaluation } from '../warehouses/warehouse.js';
import { withHeartbeat } from './activityCall.js';
import { notShownName } from './batchLayout.js';
import { openComparedWindow, recordOf } from './comparedWindow.js';
import type { AbsentList, ListAbsentInput } from './reconciliationContracts.js';
import type { Dependencies } from './dependencies.js';
import { putJson } from './stagedJson.js';
import { stageReferences } from './stagedList.js';

/**
 * Lists what the warehouse holds of a window and the source did not show, to be looked for by id. What lies in
 * divisions that are hidden from the client is left out: it is not seen, and that says nothing.
 */
export function createListAbsent({
  source,
  staging,
  warehouse,
}: Pick<Dependencies, 'source' | 'staging' | 'warehouse'>) {
  return async function listAbsent(input: ListAbsentInput): Promise<AbsentList> {
    return withHeartbeat(async () => {
      const { connection, stream, window, confirmations } = input;
      const compared = { connection, stream, window, windowDirectory: input.comparedDirectory };
      const { notShown, held } = await openComparedWindow({ source, staging, warehouse }, compared, window);
      const hidden = new Set(input.hiddenDivisionIds);
      const isHidden = ({ divisionIds }: HeldEvaluation) =>
        divisionIds.length > 0 && divisionIds.every((id) => hidden.has(id));
      const absent = notShown.filter((evaluation) => !isHidden(evaluation));
      await putJson(
        staging,
        notShownName(input.listDirectory),
        absent.map((evaluation) => recordOf(evaluation, 'absent')),
        absent.length,
      );
      const breakerTripped = tripsBreaker(absent.length, held, input.breakerShare);
      const batches = breakerTripped
        ? []
        : await stageReferences(
            staging,
            { ...compared, windowDirectory: input.listDirectory },
            absent.map((evaluation) => toReference(evaluation, confirmations)),
            input.recordsPerBatch,
          );
      return {
        absent: absent.length,
        hidden: notShown.length - absent.length,
        held,
        breakerTripped,
        batches,
      };
    });
  };
}

function toReference(
  { id, conversationId, isAutomated, submittedAt, absences }: HeldEvaluation,
  confirmations: number,
): RecordReference {
  return {
    kind: 'evaluation',
    id,
    locator: conversationId,
    changedAt: submittedAt ?? '',
    isAutomated,
    // With this time, if a read by id does not find it either.
    reason: absences + 1 >= confirmations ? 'absent-confirmed' : 'absent',
  };
}
