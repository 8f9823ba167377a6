import type { Organisation } from '../../organisation/organisation.js';
import type { EvaluationForm } from '../../organisation/vendorModels.js';

/** Which of the versions of its form this one is; the oldest is 1. */
export function rubricVersion({ id, contextId }: EvaluationForm, organisation: Organisation): number {
  return 1 + organisation.formVersions(contextId).findIndex((version) => version.id === id);
}
