/**
 * Rows of one table have their columns in one order, and values are read by place several times as fast as by name.
 *
 * @param learn what there is to know of an order of columns; asked once for each, unless it throws
 * @returns what is known of the order that a row has
 */
export function perShape<T>(learn: (columns: readonly string[]) => T): (row: object) => T {
  const known = new Map<string, { columns: readonly string[]; learnt: T }>();
  // Rows come in runs of one table: comparing with the one before is cheaper than looking up what is known.
  let latest: { columns: readonly string[]; learnt: T } | undefined;
  return (row) => {
    const columns = Object.keys(row);
    if (latest !== undefined && isSame(columns, latest.columns)) return latest.learnt;
    const signature = JSON.stringify(columns);
    latest = known.get(signature) ?? { columns, learnt: learn(columns) };
    known.set(signature, latest);
    return latest.learnt;
  };
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let place = 0; place < left.length; place++) if (left[place] !== right[place]) return false;
  return true;
}
