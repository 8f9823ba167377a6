import type { Vendor } from '../../model/vendor.js';
import type { MappingContext } from '../source.js';

export interface StampContext extends MappingContext {
  /** When the vendor answered, ISO 8601 UTC. */
  extractedAt: string;
}

/** What every row has: whose it is, and which read and which batch it came by. */
export function stampsOf(vendor: Vendor) {
  return ({ connection, batchId, extractedAt }: StampContext) => ({
    connection,
    source_system: vendor,
    extracted_at: extractedAt,
    batch_id: batchId,
  });
}
