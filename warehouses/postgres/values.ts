/** Values of PostgreSQL as JSON can carry them. */

type Parser = (text: string) => unknown;

const asNumber: Parser = (text) => Number(text);

/** Exact integers become numbers; larger ones stay text. */
function toInteger(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

const momentPattern = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?(?:\+00)?$/;

/** ISO 8601 in UTC with milliseconds, rounded down. Infinity and years before 1 or after 9999 stay as printed. */
function toMoment(text: string): string {
  const [, day, time, fraction = ''] = momentPattern.exec(text) ?? [];
  return day === undefined || time === undefined
    ? text
    : `${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

/** By the object ids of PostgreSQL's own types, which never change. */
const parsers = new Map<number, Parser>([
  [16, (text) => text === 't'],
  [20, toInteger],
  [21, asNumber],
  [23, asNumber],
  [26, asNumber],
  [700, asNumber],
  [701, asNumber],
  [1114, toMoment],
  [1184, toMoment],
  [1700, asNumber],
]);

const asText: Parser = (text) => text;

/** Parsers of one pool's connections; what is not listed, JSON and days among it, is the text that the server prints. */
export const plainTypes = {
  // The driver asks for binary formats too, but no query here wants any.
  getTypeParser: (oid: number) => parsers.get(oid) ?? asText,
};
