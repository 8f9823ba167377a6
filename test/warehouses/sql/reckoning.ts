/** Arithmetic over rows, as plain as it can be. */

export type Reckoned = Record<string, unknown>;

const isThere = (value: number | null): value is number => value !== null;

export function average(values: readonly (number | null)[]): number | null {
  const known = values.filter(isThere);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

export const least = (values: readonly (number | null)[]) =>
  values.some(isThere) ? Math.min(...values.filter(isThere)) : null;

export const most = (values: readonly (number | null)[]) =>
  values.some(isThere) ? Math.max(...values.filter(isThere)) : null;

/** The last of texts in the order of their characters. */
export const lastText = (texts: readonly (string | null)[]) =>
  texts
    .filter((text) => text !== null)
    .reduce<string | null>((last, text) => (last !== null && last > text ? last : text), null);

export const distinct = (values: readonly unknown[]) =>
  new Set(values.filter((value) => value !== null)).size;

/** Rows that say the same of some things, together. */
export function groups<T>(rows: readonly T[], of: (row: T) => readonly unknown[]): T[][] {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const key = JSON.stringify(of(row));
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return [...found.values()];
}

/** Values that databases reckon in another order are the same up to rounding. */
export const comparable = (rows: readonly Reckoned[], columns: readonly string[]) =>
  rows
    .map((row) =>
      JSON.stringify(
        columns.map((column) => {
          const value = row[column];
          return [column, typeof value === 'number' ? Number(value.toPrecision(12)) : value];
        }),
      ),
    )
    .sort();
