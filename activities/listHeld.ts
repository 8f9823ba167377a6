import type { RecordReference } from '../sources/source.js';
import type { HeldEvaluation } from '../warehouses/warehouse.js';
import { withHeartbeat } from './activityCall.js';
import type { HeldList, ListHeldInput } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { stageReferences } from './stagedList.js';

/**
 * Lists what the warehouse holds of a selection, as batches whose every record is to be read by id. The source is not
 * asked: what it would show today is another question.
 */
export function createListHeld({ staging, warehouse }: Pick<Dependencies, 'staging' | 'warehouse'>) {
  return async function listHeld(input: ListHeldInput): Promise<HeldList> {
    return withHeartbeat(async () => {
      const { connection, selection, recordsPerBatch } = input;
      const held = await warehouse.heldEvaluations(connection, selection);
      const batches = input.dryRun
        ? []
        : await stageReferences(staging, input, held.map(toReference), recordsPerBatch);
      const known = new Set(held.map(({ id }) => id));
      return {
        asked: held.length,
        byForm: countByForm(held),
        batches,
        notHeld: (selection.evaluationIds ?? []).filter((id) => !known.has(id)),
        submitted: spanOf(held),
      };
    });
  };
}

/** A score that has been pending for longer than this is loaded as it stands: nothing is held back for ever. */
const longestHold = 7 * 86_400_000;

function reasonOf({ heldBackSince }: HeldEvaluation): RecordReference['reason'] {
  if (heldBackSince === null) return 'requested';
  return Date.now() - Date.parse(heldBackSince) > longestHold ? 'overdue' : 'deferred';
}

function toReference(held: HeldEvaluation): RecordReference {
  const { id, conversationId, isAutomated, createdAt, submittedAt } = held;
  return {
    kind: 'evaluation',
    id,
    locator: conversationId,
    changedAt: submittedAt ?? createdAt ?? '',
    // A read by id does not say who submitted it; the list it first came from did.
    isAutomated,
    reason: reasonOf(held),
  };
}

function countByForm(held: readonly HeldEvaluation[]): HeldList['byForm'] {
  const counts = new Map<string, number>();
  for (const { formId } of held) counts.set(formId ?? '', (counts.get(formId ?? '') ?? 0) + 1);
  return [...counts].map(([formId, evaluations]) => ({ formId: formId === '' ? null : formId, evaluations }));
}

/** First and last submission, for the audit; null when nothing was submitted. */
function spanOf(held: readonly HeldEvaluation[]): HeldList['submitted'] {
  const dates = held.flatMap(({ submittedAt }) => submittedAt ?? []).sort();
  const [first, last] = [dates[0], dates.at(-1)];
  return first === undefined || last === undefined ? null : { start: first, end: last };
}
