import { tripsBreaker, type ReconciledKind } from '../model/reconciliation.js';
import type { RecordReference } from '../sources/source.js';
import type { HeldRecord } from '../warehouses/warehouse.js';
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
      const { kind, tables } = await openComparedWindow({ source, staging, warehouse }, compared, window);
      const hidden = new Set(input.hiddenDivisionIds);
      const isHidden = ({ divisionIds }: HeldRecord) =>
        divisionIds.length > 0 && divisionIds.every((id) => hidden.has(id));
      const seen = tables.map(({ notShown, ...table }) => ({
        ...table,
        absent: notShown.filter((record) => !isHidden(record)),
        notShown: notShown.length,
      }));
      const absent = seen.flatMap((table) => table.absent);
      await putJson(
        staging,
        notShownName(input.listDirectory),
        absent.map((record) => recordOf(record, 'absent')),
        absent.length,
      );
      // Each table by itself: a lost permission may hide all of one, which is little beside the others.
      const tripped = seen
        .map((each) => ({ table: each.table, absent: each.absent.length, held: each.held }))
        .filter((each) => tripsBreaker(each.absent, each.held, input.breakerShare));
      const batches =
        tripped.length > 0
          ? []
          : await stageReferences(
              staging,
              { ...compared, windowDirectory: input.listDirectory },
              absent.map((record) => toReference(kind, record, confirmations)),
              input.recordsPerBatch,
            );
      return {
        kind,
        hidden: sum(seen.map((table) => table.notShown)) - absent.length,
        tripped,
        batches,
      };
    });
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function toReference(
  kind: ReconciledKind,
  { id, conversationId, isAutomated, createdAt, submittedAt, absences }: HeldRecord,
  confirmations: number,
): RecordReference {
  return {
    kind,
    id,
    locator: conversationId,
    // Where there is no read by id, a source looks for it among what its lists show of that moment.
    changedAt: submittedAt ?? createdAt ?? '',
    isAutomated,
    // With this time, if a read by id does not find it either.
    reason: absences + 1 >= confirmations ? 'absent-confirmed' : 'absent',
  };
}
