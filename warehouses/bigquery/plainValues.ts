/** Values as BigQuery's client parses them, as JSON can carry them. */

/**
 * Integers are numbers while they are exact, else text; timestamps ISO 8601 in UTC with milliseconds; dates
 * YYYY-MM-DD; JSON its text; arrays and structs arrays and objects; everything else as BigQuery prints it.
 */
function toPlain(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value ?? null;
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  switch (value.constructor.name) {
    case 'BigQueryInt':
      return toNumber((value as { value: string }).value);
    case 'BigQueryTimestamp':
      return new Date((value as { value: string }).value).toISOString();
    case 'Big':
      return Number(String(value as { toString(): string }));
    case 'Object':
      return toPlainRow(value as Record<string, unknown>);
    default:
      return 'value' in value ? value.value : String(value as { toString(): string });
  }
}

export function toPlainRow(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toPlain(value)]));
}

function toNumber(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}
