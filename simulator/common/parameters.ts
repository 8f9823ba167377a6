import { invalidValue, missingValue } from './apiError.js';
import { parseInstant, type Span } from './instants.js';
import { Query } from './query.js';

const timeForm = 'It must be a date and time of ISO 8601, such as 2026-01-31T00:00:00Z.';

/** The parameters of one request, read strictly; a time without an offset counts as UTC. */
export class Parameters extends Query {
  constructor(names: readonly string[], values: URLSearchParams) {
    super({ query: Object.fromEntries(names.map((name) => [name, 'one'])) }, values);
    for (const name of names) {
      const given = values.getAll(name);
      if (given.length > 1) throw invalidValue(name, given.join(' '), 'It must be given once.');
    }
  }

  override instant(name: string): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : readInstant(name, value);
  }

  /** A span of two parameters, its last millisecond included: half-open here. One of them may be left out. */
  inclusiveSpan(fromName: string, toName: string): Span {
    const [from, to] = [this.instant(fromName), this.instant(toName)];
    if (from === undefined && to === undefined) throw missingValue(`${fromName}, ${toName}`, 'must be given');
    const span = { from: from ?? -Infinity, to: (to ?? Infinity) + 1 };
    if (span.to <= span.from)
      throw invalidValue(toName, this.text(toName), `It must not be before ${fromName}.`);
    return span;
  }
}

/** Reads a date and time of ISO 8601; one without an offset counts as UTC. */
export function readInstant(name: string, text: string): number {
  const instant = parseInstant(text) ?? parseInstant(`${text}Z`);
  if (instant === undefined) throw invalidValue(name, text, timeForm);
  return instant;
}
