/** What a perfect export holds, by the contract that it reads. */
import { cxoneGuideTruth } from './cxone/guide/truth.js';
import type { ContractName } from './options.js';
import type { Organisation, TruthTable, Viewer } from './organisation/organisation.js';
import type { TruthRow } from './organisation/truthRows.js';

/**
 * Rows of a table for a viewer, of a half-open span of epoch milliseconds or of everything.
 * @throws RangeError for a table that exports by the contract do not fill
 */
export type Truth = (
  organisation: Organisation,
  table: TruthTable,
  viewer: Viewer,
  span?: { from: number; to: number },
) => Iterable<TruthRow>;

/** Where one is missing, exports are held against what another contract of the vendor says. */
export const truths: Partial<Record<ContractName, Truth>> = {
  published: (organisation, table, viewer, span) => organisation.truth(table, viewer, span),
  'cxone-guide': cxoneGuideTruth,
};
