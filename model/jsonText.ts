/** Text that is known to be JSON, because it was made here: checking it again would take as long as making it. */
export type JsonText = string & { readonly jsonText: unique symbol };

/** A value as JSON. Throws TypeError for what has none: undefined, functions, cycles. */
export function jsonText(value: unknown): JsonText {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`${typeof value} has no JSON`);
  return text as JsonText;
}
