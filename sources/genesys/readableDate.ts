/** A date of an item that need not have passed its schema, as epoch milliseconds; null where it cannot be told. */
export function readableDate(item: unknown, field: string): number | null {
  const value: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, field) : null;
  // Without its zone a date would mean another moment on another machine.
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T.+(Z|[+-]\d{2}:?\d{2})$/u.test(value)) return null;
  const millis = Date.parse(value);
  return Number.isNaN(millis) ? null : millis;
}
