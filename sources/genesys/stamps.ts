import type { MappingContext } from '../source.js';

export interface StampContext extends MappingContext {
  /** When the vendor answered, ISO 8601 UTC. */
  extractedAt: string;
}

/** What every row has: whose it is, and which read and which batch it came by. */
export function stamps({ connection, batchId, extractedAt }: StampContext) {
  return {
    connection,
    source_system: 'genesys',
    extracted_at: extractedAt,
    batch_id: batchId,
  };
}
