import { invalidValue, missingValue, unknownName } from './apiError.js';
import { parseInstant } from './instants.js';

/** Bounds of a whole number in a query. */
export interface IntegerBounds {
  default: number;
  min?: number;
  max?: number;
}

/** The query parameters of one request, read strictly: what the operation does not list is refused. */
export class Query {
  readonly #values: URLSearchParams;

  constructor(operation: { query: Readonly<Record<string, unknown>> }, values: URLSearchParams) {
    for (const name of values.keys()) {
      if (!Object.hasOwn(operation.query, name)) throw unknownName('query parameter', name);
    }
    this.#values = values;
  }

  /** A text, or undefined where it is absent or empty. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === null || value === '' ? undefined : value;
  }

  /** A text the operation cannot do without. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw missingValue(name);
    return value;
  }

  /** Several values: the vendor's own client joins them with commas, others repeat the parameter. */
  list(name: string): string[] {
    return this.#values
      .getAll(name)
      .flatMap((value) => value.split(','))
      .filter((value) => value !== '');
  }

  /** At least one and at most `max` values. */
  boundedList(name: string, max: number): string[] {
    const values = this.list(name);
    if (values.length === 0) throw missingValue(name);
    if (values.length > max)
      throw invalidValue(name, `${values.length} ids`, `At most ${max} can be asked for.`);
    return values;
  }

  /** Several values of an enum. */
  listOf(name: string, allowed: readonly string[]): string[] {
    const values = this.list(name);
    for (const value of values) checkEnum(name, value, allowed);
    return values;
  }

  /** One value of an enum. */
  oneOf(name: string, allowed: readonly string[]): string | undefined {
    const value = this.text(name);
    if (value !== undefined) checkEnum(name, value, allowed);
    return value;
  }

  /** A whole number within bounds. */
  integer(name: string, bounds: IntegerBounds): number {
    const value = this.text(name);
    if (value === undefined) return bounds.default;
    const { min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
    const number = Number(value);
    if (!/^-?\d+$/.test(value) || number < min || number > max) {
      throw invalidValue(name, value, `It must be a whole number ${range(min, max)}.`);
    }
    return number;
  }

  /** A flag, `true` or `false`. */
  flag(name: string): boolean | undefined {
    const value = this.oneOf(name, ['true', 'false']);
    return value === undefined ? undefined : value === 'true';
  }

  /** A date and time, in epoch milliseconds. */
  instant(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const instant = parseInstant(value);
    if (instant === undefined) {
      throw invalidValue(
        name,
        value,
        'It must be a date and time of ISO 8601, such as 2026-01-31T00:00:00Z.',
      );
    }
    return instant;
  }

  /** `pageSize` and `pageNumber`, as every listing takes them. */
  page(limits: { default?: number; max: number }): Page {
    return {
      size: this.integer('pageSize', { default: limits.default ?? 25, min: 1, max: limits.max }),
      number: this.integer('pageNumber', { default: 1, min: 1 }),
    };
  }

  /** The parameters with some replaced, for links to other pages; those given as undefined are left out. */
  with(changes: Record<string, string | undefined>): string {
    const copy = new URLSearchParams(this.#values);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) copy.delete(name);
      else copy.set(name, value);
    }
    return copy.toString();
  }
}

/** The page a listing was asked for. */
export interface Page {
  size: number;
  number: number;
}

function checkEnum(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) throw invalidValue(name, value, `It must be one of ${allowed.join(', ')}.`);
}

function range(min: number, max: number): string {
  return max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
}
