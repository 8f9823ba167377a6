/** Functions of dates and timestamps; without a time zone they are in UTC, as the session is. */
import type { Node } from 'sql-parser-cst';
import { invalidQuery } from '../errors.js';
import { rule, same, type FunctionRule } from './functionRule.js';
import { untranslated } from './translation.js';

const dateParts: ReadonlySet<string> = new Set(['DAY', 'ISOWEEK', 'MONTH', 'QUARTER', 'YEAR']);
const timeParts: ReadonlySet<string> = new Set([
  'MICROSECOND',
  'MILLISECOND',
  'SECOND',
  'MINUTE',
  'HOUR',
  'DAY',
]);

/** The date part that an argument names, as DuckDB names it. */
function part(node: Node | undefined, known: ReadonlySet<string>): string {
  if (
    node?.type === 'func_call' &&
    node.name.type === 'identifier' &&
    node.name.name.toUpperCase() === 'WEEK'
  ) {
    const [day] = node.args?.expr.args.items ?? [];
    if (known.has('ISOWEEK') && day?.type === 'identifier' && day.name.toUpperCase() === 'MONDAY')
      return "'week'";
    throw untranslated('WEEK other than WEEK(MONDAY)');
  }
  const name = node?.type === 'identifier' ? node.name.toUpperCase() : '';
  if (!known.has(name))
    throw invalidQuery(`A valid date part name is required but found ${name || 'an expression'}`);
  return name === 'ISOWEEK' ? "'week'" : `'${name.toLowerCase()}'`;
}

const truncated = (type: 'DATE' | 'TIMESTAMPTZ', known: ReadonlySet<string>) =>
  rule(2, 2, ({ written, nodes }) => `CAST(date_trunc(${part(nodes[1], known)}, ${written[0]}) AS ${type})`);

const moved = (type: 'DATE' | 'TIMESTAMPTZ', sign: '+' | '-') =>
  rule(2, 2, ({ written, nodes }) => {
    if (nodes[1]?.type !== 'interval_literal') throw invalidQuery('Expected INTERVAL expression');
    return `CAST(${written[0]} ${sign} ${written[1]} AS ${type})`;
  });

const formats: Record<string, string> = {
  '%F': '%Y-%m-%d',
  '%T': '%H:%M:%S',
  '%E3S': '%S.%g',
  '%E6S': '%S.%f',
  '%Y': '%Y',
  '%m': '%m',
  '%d': '%d',
  '%H': '%H',
  '%M': '%M',
  '%S': '%S',
  '%b': '%b',
  '%B': '%B',
  '%a': '%a',
  '%A': '%A',
  '%j': '%j',
  '%y': '%y',
  '%G': '%G',
  '%V': '%V',
  '%%': '%%',
};

/** A format literal in DuckDB's letters. */
function format(node: Node | undefined): string {
  if (node?.type !== 'string_literal') throw untranslated('a format that is not a literal');
  const written = node.value.replaceAll(/%E\dS|%E\*S|%./g, (element) => {
    const known = formats[element];
    if (known === undefined) throw untranslated(`format element ${element}`);
    return known;
  });
  return `'${written.replaceAll("'", "''")}'`;
}

/** A zone other than UTC changes what day it is. */
const inZone = (instant: string, zone: string | undefined) =>
  zone === undefined ? instant : `timezone(${zone}, ${instant})`;

const formatted = rule(
  2,
  3,
  ({ written, nodes }) => `strftime(${inZone(written[1] ?? '', written[2])}, ${format(nodes[0])})`,
);

export const dateFunctions: Record<string, FunctionRule> = {
  CURRENT_DATE: rule(0, 1, ({ written }) => `CAST(${inZone('now()', written[0])} AS DATE)`),
  CURRENT_TIMESTAMP: rule(0, 0, () => 'now()'),
  DATE: rule(1, 3, ({ written: [first = '', second, third] }) =>
    third === undefined
      ? `CAST(${inZone(first, second)} AS DATE)`
      : `make_date(${first}, ${second}, ${third})`,
  ),
  DATE_ADD: moved('DATE', '+'),
  DATE_DIFF: rule(
    3,
    3,
    ({ written, nodes }) => `date_diff(${part(nodes[2], dateParts)}, ${written[1]}, ${written[0]})`,
  ),
  DATE_SUB: moved('DATE', '-'),
  DATE_TRUNC: truncated('DATE', dateParts),
  FORMAT_DATE: formatted,
  FORMAT_TIMESTAMP: formatted,
  GENERATE_DATE_ARRAY: rule(
    2,
    3,
    ({ written: [from, to, step = 'to_days(1)'] }) =>
      `CAST(generate_series(${from}, ${to}, ${step}) AS DATE[])`,
  ),
  LAST_DAY: rule(1, 1, ({ written }) => `last_day(${written[0]})`),
  PARSE_DATE: rule(
    2,
    2,
    ({ written, nodes }) => `CAST(strptime(${written[1]}, ${format(nodes[0])}) AS DATE)`,
  ),
  PARSE_TIMESTAMP: rule(
    2,
    2,
    ({ written, nodes }) => `CAST(strptime(${written[1]}, ${format(nodes[0])}) AS TIMESTAMPTZ)`,
  ),
  TIMESTAMP: rule(1, 2, ({ written: [value, zone] }) =>
    zone === undefined ? `CAST(${value} AS TIMESTAMPTZ)` : `timezone(${zone}, CAST(${value} AS TIMESTAMP))`,
  ),
  TIMESTAMP_ADD: moved('TIMESTAMPTZ', '+'),
  // Whole units that have passed, not boundaries crossed as with dates.
  TIMESTAMP_DIFF: rule(
    3,
    3,
    ({ written, nodes }) => `date_sub(${part(nodes[2], timeParts)}, ${written[1]}, ${written[0]})`,
  ),
  TIMESTAMP_MICROS: same('make_timestamptz', 1),
  TIMESTAMP_MILLIS: rule(1, 1, ({ written }) => `make_timestamptz((${written[0]}) * 1000)`),
  TIMESTAMP_SECONDS: rule(1, 1, ({ written }) => `make_timestamptz((${written[0]}) * 1000000)`),
  TIMESTAMP_SUB: moved('TIMESTAMPTZ', '-'),
  TIMESTAMP_TRUNC: truncated('TIMESTAMPTZ', new Set([...timeParts, ...dateParts])),
  UNIX_MICROS: same('epoch_us', 1),
  UNIX_MILLIS: same('epoch_ms', 1),
  UNIX_SECONDS: rule(1, 1, ({ written }) => `(epoch_us(${written[0]}) // 1000000)`),
};
