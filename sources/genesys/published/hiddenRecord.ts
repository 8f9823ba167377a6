import { TidemarkError } from '../../../model/errors.js';
import type { Lookup, RecordReference } from '../../source.js';

/**
 * A read by id of what lies in divisions without a grant. Lists leave such records out or call them redacted; a read may
 * be refused instead, with a word that speaks of divisions. That is about this record, which may have been moved since it
 * was found, and no reason to fail all the others. A permission that the client has nowhere is called something else.
 */
export async function orHidden(reference: RecordReference, reading: Promise<Lookup>): Promise<Lookup> {
  try {
    return await reading;
  } catch (error) {
    if (isAboutDivisions(error)) return { outcome: 'redacted', reference };
    throw error;
  }
}

export const isAboutDivisions = (error: unknown) =>
  error instanceof TidemarkError &&
  error.kind === 'Forbidden' &&
  error.code
    ?.toLowerCase()
    .split('.')
    .some((word) => /^divisions?$/u.test(word)) === true;
