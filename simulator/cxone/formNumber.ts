import type { Organisation } from '../organisation/organisation.js';
import type { EvaluationForm } from '../organisation/vendorModels.js';

/** Which of the versions of its form this one is; the oldest is 1. */
export function formNumber({ id, contextId }: EvaluationForm, organisation: Organisation): number {
  return 1 + organisation.formVersions(contextId).findIndex((version) => version.id === id);
}

/** The number as exports write it: it sorts as a text. */
export const formStamp = (number: number): string => String(number).padStart(8, '0');
