import { invalidValue } from '../../common/apiError.js';
import type { Span } from '../../common/instants.js';
import { readInstant } from '../../common/parameters.js';

/** Reads two times and what separates them. */
export function readRange(name: string, text: string, separator: '/' | '..'): Span {
  const [from, to, ...rest] = text.split(separator);
  if (from === undefined || to === undefined || rest.length > 0) {
    throw invalidValue(name, text, `It must be two times of ISO 8601 joined by ${separator}`);
  }
  return { from: readInstant(name, from), to: readInstant(name, to) };
}
