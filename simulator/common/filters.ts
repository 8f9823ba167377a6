import { ApiError, missingValue } from './apiError.js';

/** A dimension of the thing that is filtered: no value, one, or several. */
export type DimensionReader = (dimension: string) => string | number | readonly string[] | undefined;

interface Predicate {
  type?: string | null;
  dimension?: string | null;
  metric?: string | null;
  operator?: 'matches' | 'exists' | 'notExists' | null;
  value?: string | null;
  range?: Partial<Record<'gt' | 'gte' | 'lt' | 'lte', number>> | null;
}

interface Filter {
  type: 'and' | 'or';
  clauses?: Filter[] | null;
  predicates?: Predicate[] | null;
}

type Test = (read: DimensionReader) => boolean;

/** Reads an analytics filter: clauses and predicates joined by and/or. No filter accepts everything. */
export function readFilter(filter: unknown): Test {
  return filter === undefined || filter === null ? () => true : clause(filter as Filter);
}

/** Reads a list of filters, all of which have to accept. */
export function readFilters(filters: unknown): Test {
  const tests = ((filters as Filter[] | null | undefined) ?? []).map(clause);
  return (read) => tests.every((test) => test(read));
}

function clause(filter: Filter): Test {
  const tests = [...(filter.clauses ?? []).map(clause), ...(filter.predicates ?? []).map(predicate)];
  if (tests.length === 0) throw missingValue('filter', 'must have clauses or predicates');
  if (filter.type === 'and') return (read) => tests.every((test) => test(read));
  return (read) => tests.some((test) => test(read));
}

function predicate({ dimension, metric, operator, value, range }: Predicate): Test {
  const name = dimension ?? metric;
  if (name === undefined || name === null) throw missingValue('predicate.dimension');
  switch (operator ?? 'matches') {
    case 'exists':
      return (read) => !isEmpty(read(name));
    case 'notExists':
      return (read) => isEmpty(read(name));
    default:
  }
  if (range !== undefined && range !== null) {
    const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
    return (read) => {
      const found = read(name);
      const number = typeof found === 'number' ? found : Number.NaN;
      return number > gt && number >= gte && number < lt && number <= lte;
    };
  }
  if (value === undefined || value === null) {
    throw new ApiError(400, 'bad.request', `The predicate on [${name}] needs a value or a range.`);
  }
  return (read) => {
    const found = read(name);
    return typeof found === 'object' ? found.includes(value) : found !== undefined && String(found) === value;
  };
}

function isEmpty(value: ReturnType<DimensionReader>): boolean {
  return value === undefined || (typeof value === 'object' && value.length === 0);
}
