import type { SourceForm } from '../source.js';

/** Makes something of a form version once, however many records were scored on it. */
export function oncePerForm<T extends object | string>(
  make: (source: SourceForm) => T,
): (source: SourceForm) => T {
  const made = new WeakMap<SourceForm, T>();
  return (source) => {
    const known = made.get(source) ?? make(source);
    made.set(source, known);
    return known;
  };
}
