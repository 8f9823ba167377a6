import { ApiError, invalidValue, missingValue } from '../../common/apiError.js';
import { addMonths, parseSearchInstant, type Span } from '../../common/instants.js';

/** A value of an evaluation that a criterion looks at; several where the field is repeated in it. */
export type FieldValue = string | number | boolean | undefined | readonly (string | number | boolean)[];

/** The dates a search can be ranged and sorted by. */
export const searchDates = ['conversationDate', 'createdDate', 'submittedDate', 'releaseDate'] as const;
/** One of them. */
export type SearchDate = (typeof searchDates)[number];

/** One criterion, ready to be held against an evaluation. */
export interface Criterion {
  field: string;
  negated: boolean;
  /** Dates are compared as epoch milliseconds. */
  test: (value: string | number | boolean) => boolean;
}

/** A search, read and checked. */
export interface SearchRequest {
  criteria: Criterion[];
  /** The spans that every result lies in, by date: what an index can narrow by. */
  spans: Partial<Record<SearchDate, Span>>;
  systemSubmitted: boolean;
  sortBy: SearchDate;
  descending: boolean;
  pageSize: number;
  pageNumber: number;
}

const numberFields = new Set([
  'totalScore',
  'totalCriticalScore',
  'questionGroupScore',
  'criticalQuestionGroupScore',
  'questionGroupScorePercentage',
  'criticalQuestionGroupScorePercentage',
  'questionScore',
]);
const flagFields = new Set(['released', 'questionGroupMarkedNA', 'questionMarkedNA', 'failedKillQuestion']);
const maxValues = 50;
const maxPageSize = 100;
const maxMonths = 3;

interface RawCriterion {
  type: string;
  field: string;
  value?: string | null;
  values?: string[] | null;
  startValue?: string | null;
  endValue?: string | null;
  operator?: 'AND' | 'NOT' | null;
}

/** Reads a search request whose shape and enums have been checked, by the rules the model cannot express. */
export function readSearchRequest(body: Record<string, unknown>, resultWindow: number): SearchRequest {
  const raw = body['query'] as RawCriterion[];
  const hasAggregations = Array.isArray(body['aggregations']) && body['aggregations'].length > 0;
  const spans: SearchRequest['spans'] = {};
  const criteria = raw.map((criterion, index) => readCriterion(criterion, `query[${index}]`, spans));
  if (Object.keys(spans).length === 0) {
    throw missingValue('query', 'must have a DATE_RANGE criterion with operator AND');
  }
  const pageSize = wholeNumber('pageSize', body['pageSize'] ?? (hasAggregations ? 0 : 25), 0, maxPageSize);
  const pageNumber = wholeNumber('pageNumber', body['pageNumber'], 1, Number.MAX_SAFE_INTEGER);
  if (hasAggregations && pageSize !== 0) {
    throw invalidValue('pageSize', pageSize, 'It must be omitted or 0 when aggregations are asked for.');
  }
  if (pageSize * pageNumber > resultWindow) {
    throw invalidValue(
      'pageNumber',
      pageNumber,
      `Only the first ${resultWindow} results can be paged through.`,
    );
  }
  return {
    criteria,
    spans,
    systemSubmitted: body['systemSubmitted'] === true,
    sortBy: (body['sortBy'] ?? 'submittedDate') as SearchDate,
    descending: (body['sortOrder'] ?? 'DESC') === 'DESC',
    pageSize,
    pageNumber,
  };
}

/** Whether an evaluation meets a criterion: one of its values has to, or none where the criterion is negated. */
export function meets(criterion: Criterion, value: FieldValue): boolean {
  const values = value === undefined ? [] : typeof value === 'object' ? value : [value];
  return values.some(criterion.test) !== criterion.negated;
}

function readCriterion(raw: RawCriterion, path: string, spans: SearchRequest['spans']): Criterion {
  const negated = raw.operator === 'NOT';
  const common = { field: raw.field, negated };
  if (raw.type === 'REQUIRED_FIELDS') return { ...common, test: () => true };
  if (isDate(raw.field)) {
    if (raw.type === 'DATE_RANGE') {
      const span = readSpan(raw, path);
      if (!negated) spans[raw.field] = narrow(spans[raw.field], span);
      return { ...common, test: (value) => Number(value) >= span.from && Number(value) < span.to };
    }
    const bound = parseSearchInstant(`${path}.value`, raw.value ?? undefined);
    return { ...common, test: comparison(raw, path, bound) };
  }
  if (raw.type === 'DATE_RANGE') throw wrongType(raw, path);
  if (numberFields.has(raw.field)) return { ...common, test: numberTest(raw, path) };
  if (raw.type !== 'EXACT') throw wrongType(raw, path);
  const wanted = readValues(raw, path);
  if (flagFields.has(raw.field)) {
    for (const value of wanted) {
      if (value !== 'true' && value !== 'false') throw invalidValue(path, value, 'It must be true or false.');
    }
  }
  const set = new Set(wanted);
  return { ...common, test: (value) => set.has(String(value)) };
}

function numberTest(raw: RawCriterion, path: string): Criterion['test'] {
  if (raw.type === 'RANGE') {
    const from = raw.startValue == null ? -Infinity : readNumber(`${path}.startValue`, raw.startValue);
    const to = raw.endValue == null ? Infinity : readNumber(`${path}.endValue`, raw.endValue);
    return (value) => Number(value) >= from && Number(value) <= to;
  }
  if (raw.type === 'EXACT') {
    const wanted = readValues(raw, path).map((value) => readNumber(path, value));
    return (value) => wanted.includes(Number(value));
  }
  return comparison(raw, path, readNumber(`${path}.value`, raw.value ?? ''));
}

function comparison(raw: RawCriterion, path: string, bound: number): Criterion['test'] {
  switch (raw.type) {
    case 'GREATER_THAN':
      return (value) => Number(value) > bound;
    case 'GREATER_THAN_EQUAL_TO':
      return (value) => Number(value) >= bound;
    case 'LESS_THAN':
      return (value) => Number(value) < bound;
    case 'LESS_THAN_EQUAL_TO':
      return (value) => Number(value) <= bound;
    default:
      throw wrongType(raw, path);
  }
}

function readSpan(raw: RawCriterion, path: string): Span {
  const from = parseSearchInstant(`${path}.startValue`, raw.startValue ?? undefined);
  const to = parseSearchInstant(`${path}.endValue`, raw.endValue ?? undefined);
  if (to < from) throw invalidValue(`${path}.endValue`, raw.endValue, 'It must not be before startValue.');
  if (to > addMonths(from, maxMonths)) {
    throw invalidValue(`${path}.endValue`, raw.endValue, `The range may span at most ${maxMonths} months.`);
  }
  return { from, to };
}

function readValues(raw: RawCriterion, path: string): string[] {
  const values = raw.values ?? (raw.value == null ? [] : [raw.value]);
  if (values.length === 0) throw missingValue(`${path}.value`);
  if (values.length > maxValues) {
    throw new ApiError(400, 'invalid.value', `[${path}.values] may hold at most ${maxValues} values.`);
  }
  return values;
}

function readNumber(path: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw invalidValue(path, text, 'It must be a number.');
  return number;
}

function wholeNumber(name: string, value: unknown, min: number, max: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw invalidValue(name, value, `It must be a whole number ${bounds}.`);
  }
  return number;
}

function isDate(field: string): field is SearchDate {
  return (searchDates as readonly string[]).includes(field);
}

function narrow(known: Span | undefined, span: Span): Span {
  if (known === undefined) return span;
  return { from: Math.max(known.from, span.from), to: Math.min(known.to, span.to) };
}

function wrongType(raw: RawCriterion, path: string): ApiError {
  return invalidValue(`${path}.type`, raw.type, `The field ${raw.field} cannot be searched so.`);
}
