import type { SourceForm } from '../sources/source.js';
import { batchContext, withHeartbeat } from './activityCall.js';
import { formsName, unusableFormsName } from './batchLayout.js';
import type { FetchedForms, FetchFormsInput } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { answersAbout } from './keptAnswers.js';
import { openStagedBatch } from './stagedBatch.js';
import { getJson, putJson } from './stagedJson.js';
import { readUsableForms } from './usableForms.js';

/**
 * Reads every form version that the batch was scored on, by version id, and stages them with the batch. Each batch
 * reads anew: a version should not change once it is published, but one that does is noticed within a batch.
 */
export function createFetchForms({ source: sourceOf, staging }: Pick<Dependencies, 'source' | 'staging'>) {
  return async function fetchForms(input: FetchFormsInput): Promise<FetchedForms> {
    return withHeartbeat(async ({ signal, report }) => {
      const { batch } = input;
      const source = sourceOf(batch.connection, batch.stream);
      const answers = await answersAbout(batch, staging);
      const context = { ...batchContext(signal, input, source, staging), answers };
      const { formIds } = await openStagedBatch(staging, batch);
      let forms = await getJson<SourceForm[]>(staging, formsName(batch));
      if (forms === undefined) {
        const read = await readUsableForms(source, formIds, context, (fetched) =>
          report({ needed: formIds.length, fetched }),
        );
        forms = read.forms;
        const { unusable } = read;
        // First, as what follows is not done again.
        if (unusable.length > 0) await putJson(staging, unusableFormsName(batch), unusable, unusable.length);
        await putJson(staging, formsName(batch), forms, forms.length);
      }
      const known = new Set(forms.map(({ formId }) => formId));
      return {
        needed: formIds.length,
        fetched: forms.length,
        missing: formIds.filter((formId) => !known.has(formId)),
        requests: context.meter.requests,
      };
    });
  };
}
