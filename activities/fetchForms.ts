import type { SourceForm } from '../sources/source.js';
import { callContext, withHeartbeat } from './activityCall.js';
import { formName } from './batchLayout.js';
import type { FetchedForms, FetchFormsInput } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { openStagedBatch } from './stagedBatch.js';
import { getJson, putJson } from './stagedJson.js';

/**
 * Makes sure that staging holds every form version the batch was scored on. A version never changes once it is
 * published (an edit makes a new one), so each is read from the source once and kept.
 */
export function createFetchForms({ source: sourceOf, staging }: Pick<Dependencies, 'source' | 'staging'>) {
  return async function fetchForms(input: FetchFormsInput): Promise<FetchedForms> {
    return withHeartbeat(async ({ signal, report }) => {
      const { batch } = input;
      const source = sourceOf(batch.connection);
      const context = callContext(signal, input.priority);
      const { formIds } = await openStagedBatch(staging, batch);
      const wanted: string[] = [];
      for (const formId of formIds) {
        const kept = await getJson<SourceForm>(staging, formName(batch.connection, formId));
        if (kept === undefined) wanted.push(formId);
      }
      const missing = new Set(wanted);
      for (let start = 0; start < wanted.length; start += source.formIdsPerCall) {
        const forms = await source.readForms(wanted.slice(start, start + source.formIdsPerCall), context);
        for (const form of forms) {
          await putJson(staging, formName(batch.connection, form.formId), form, 1);
          missing.delete(form.formId);
        }
        report({ needed: formIds.length, fetched: wanted.length - missing.size });
      }
      return {
        needed: formIds.length,
        fetched: wanted.length - missing.size,
        missing: [...missing].sort(),
        requests: context.meter.requests,
      };
    });
  };
}
