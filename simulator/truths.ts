/** What a perfect export holds, by the contract it is made by. */
import { dataExtractionTruth } from './cxone/data-extraction/truth.js';
import { cxoneGuideTruth } from './cxone/guide/truth.js';
import type { ContractName } from './options.js';
import type { Organisation, TruthTable, Viewer } from './organisation/organisation.js';
import type { TruthRow } from './organisation/truthRows.js';

/**
 * Rows of a table that a viewer may see, of what a span touches; of everything without one.
 * @throws RangeError for a table that the contract does not fill
 */
export type Truth = (
  organisation: Organisation,
  table: TruthTable,
  viewer: Viewer,
  span?: { from: number; to: number },
) => Iterable<TruthRow>;

const genesys: Truth = (organisation, table, viewer, span) => organisation.truth(table, viewer, span);

/** Both contracts of Genesys Cloud are held against the same rows. */
export const truths: Record<ContractName, Truth> = {
  published: genesys,
  guide: genesys,
  'cxone-data-extraction': dataExtractionTruth,
  'cxone-guide': cxoneGuideTruth,
};
