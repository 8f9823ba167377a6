import { TidemarkError } from '../../model/errors.js';

/** The vendor will not answer this question to this client, however often it is asked. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof TidemarkError && (error.kind === 'Forbidden' || error.kind === 'InvalidRequest');
