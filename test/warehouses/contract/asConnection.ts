/** Two organisations of two vendors that gave their records the very same ids. */
import type { CanonicalRows } from '../../../model/tables.js';
import type { Vendor } from '../../../model/vendor.js';
import type { LoadResult } from '../../../warehouses/warehouse.js';
import { noSignal, type ScratchTarget } from './target.js';

export const vendors = { acme: 'genesys', other: 'cxone' } as const satisfies Record<string, Vendor>;
export type ConnectionName = keyof typeof vendors;

/** The same rows as those of another connection. */
export function asOf(connection: ConnectionName, rows: CanonicalRows): CanonicalRows {
  const identity = { connection, source_system: vendors[connection] };
  return Object.fromEntries(
    Object.entries(rows).map(([table, each]) => [
      table,
      (each as object[]).map((row) => ({ ...row, ...identity })),
    ]),
  );
}

/** Loads rows as those of a connection. */
export async function loadAs(
  { warehouse, stage }: ScratchTarget,
  connection: ConnectionName,
  batchId: string,
  ...rows: CanonicalRows[]
): Promise<LoadResult> {
  const batch = await stage(batchId, ...rows.map((each) => asOf(connection, each)));
  return warehouse.load({ ...batch, connection, sourceSystem: vendors[connection] }, noSignal);
}
