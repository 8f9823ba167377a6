/**
 * Rows of one table have their columns in one order, and values are read by place several times as fast as by name:
 * what is known of an order of columns is found once and used for all rows that have it.
 */
export interface RowShape {
  /** Names of the columns in their order. */
  readonly columns: readonly string[];
}

/** Finds the shapes of rows; two rows have the same shape object exactly when they name their columns in one order. */
export function createShapes(): (row: object) => RowShape {
  const known = new Map<string, RowShape>();
  // Rows come in runs of one table: comparing with the one before is cheaper than looking up what is known.
  let latest: RowShape = { columns: [] };
  return (row) => {
    const columns = Object.keys(row);
    if (isSame(columns, latest.columns)) return latest;
    const signature = JSON.stringify(columns);
    latest = known.get(signature) ?? { columns };
    known.set(signature, latest);
    return latest;
  };
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let place = 0; place < left.length; place++) if (left[place] !== right[place]) return false;
  return true;
}
