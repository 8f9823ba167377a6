import { invalidValue } from './apiError.js';

const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;
const searchInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** One day in milliseconds. */
export const dayMs = 86_400_000;

/** A half-open span of time, in epoch milliseconds. */
export interface Span {
  from: number;
  to: number;
}

/** Reads a date and time of ISO 8601 that names its offset; undefined where the text is none. */
export function parseInstant(text: string): number | undefined {
  if (!isoInstant.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Reads a date of a search criterion, which must be written `yyyy-MM-dd'T'HH:mm:ss.SSS'Z'`. */
export function parseSearchInstant(field: string, text: string | undefined): number {
  const instant = text !== undefined && searchInstant.test(text) ? Date.parse(text) : Number.NaN;
  if (text === undefined || Number.isNaN(instant)) {
    throw invalidValue(field, text ?? '', "It must be a date of the form yyyy-MM-dd'T'HH:mm:ss.SSS'Z'.");
  }
  return instant;
}

/** Reads an interval of two instants joined by a slash, of at most `maxDays`. */
export function parseInterval(text: string, maxDays: number): Span {
  const [start, end, ...rest] = text.split('/');
  const from = start === undefined ? undefined : parseInstant(start);
  const to = end === undefined ? undefined : parseInstant(end);
  if (from === undefined || to === undefined || rest.length > 0) {
    throw invalidValue('interval', text, 'It must be two ISO 8601 instants joined by a slash.');
  }
  if (to <= from) throw invalidValue('interval', text, 'It must end after it starts.');
  if (to - from > maxDays * dayMs) {
    throw invalidValue('interval', text, `It may span at most ${maxDays} days.`);
  }
  return { from, to };
}

/** The end of a span of so many months that starts at an instant. */
export function addMonths(instant: number, months: number): number {
  const date = new Date(instant);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}

/** Writes an instant as the vendor does. */
export function formatInstant(instant: number): string {
  return new Date(instant).toISOString();
}
