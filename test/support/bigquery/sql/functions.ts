/** The functions of GoogleSQL that this server knows, each written for DuckDB. */
import type { Expr, FuncArgs, FuncCall, Node } from 'sql-parser-cst';
import { invalidQuery } from '../errors.js';
import { dateFunctions } from './dateFunctions.js';
import { rule, same, type FunctionRule } from './functionRule.js';
import { jsonFunctions } from './jsonFunctions.js';
import { nameParts, untranslated, type Translation } from './translation.js';

/** GREATEST and LEAST ignore NULL here, and not there. */
const strict = (name: string) =>
  rule(1, Infinity, ({ written }) => {
    const anyNull = written.map((each) => `(${each}) IS NULL`).join(' OR ');
    return `CASE WHEN ${anyNull} THEN NULL ELSE ${name}(${written.join(', ')}) END`;
  });

const scalar: Record<string, FunctionRule> = {
  ABS: same('abs', 1),
  ARRAY_CONCAT: same('list_concat', 1, Infinity),
  ARRAY_LENGTH: same('len', 1),
  ARRAY_REVERSE: same('list_reverse', 1),
  ARRAY_TO_STRING: same('array_to_string', 2),
  BYTE_LENGTH: same('strlen', 1),
  CEIL: same('ceil', 1),
  CHAR_LENGTH: same('length', 1),
  COALESCE: same('coalesce', 1, Infinity),
  CONCAT: rule(1, Infinity, ({ written }) => `(${written.join(' || ')})`),
  ENDS_WITH: same('ends_with', 2),
  ERROR: same('error', 1),
  FLOOR: same('floor', 1),
  GENERATE_ARRAY: rule(2, 3, ({ written }) => `generate_series(${written.join(', ')})`),
  GENERATE_UUID: rule(0, 0, () => 'CAST(uuid() AS VARCHAR)'),
  GREATEST: strict('greatest'),
  IEEE_DIVIDE: rule(2, 2, ({ written: [a, b] }) => `(CAST(${a} AS DOUBLE) / CAST(${b} AS DOUBLE))`),
  IF: rule(3, 3, ({ written: [test, yes, no] }) => `CASE WHEN ${test} THEN ${yes} ELSE ${no} END`),
  IFNULL: same('coalesce', 2),
  INSTR: same('instr', 2),
  LEAST: strict('least'),
  LEFT: same('left', 2),
  LENGTH: same('length', 1),
  LOWER: same('lower', 1),
  LPAD: rule(
    2,
    3,
    ({ written: [value, length, pad = "' '"] }) => `lpad(${value}, CAST(${length} AS INTEGER), ${pad})`,
  ),
  LTRIM: same('ltrim', 1, 2),
  MD5: rule(1, 1, ({ written }) => `unhex(md5(${written[0]}))`),
  MOD: rule(2, 2, ({ written: [a, b] }) => `((${a}) % (${b}))`),
  DIV: rule(2, 2, ({ written: [a, b] }) => `((${a}) // (${b}))`),
  NULLIF: same('nullif', 2),
  POW: same('pow', 2),
  REGEXP_CONTAINS: same('regexp_matches', 2),
  REGEXP_REPLACE: rule(3, 3, ({ written }) => `regexp_replace(${written.join(', ')}, 'g')`),
  REPLACE: same('replace', 3),
  REVERSE: same('reverse', 1),
  RIGHT: same('right', 2),
  ROUND: rule(1, 2, ({ written: [x, digits = '0'] }) => `round(${x}, CAST(${digits} AS INTEGER))`),
  RTRIM: same('rtrim', 1, 2),
  SAFE_DIVIDE: rule(2, 2, ({ written: [a, b] }) => `CASE WHEN (${b}) = 0 THEN NULL ELSE (${a}) / (${b}) END`),
  SHA256: rule(1, 1, ({ written }) => `unhex(sha256(${written[0]}))`),
  SIGN: same('sign', 1),
  SPLIT: rule(1, 2, ({ written: [value, by = "','"] }) => `string_split(${value}, ${by})`),
  SQRT: same('sqrt', 1),
  STARTS_WITH: same('starts_with', 2),
  STRPOS: same('strpos', 2),
  SUBSTR: same('substr', 2, 3),
  SUBSTRING: same('substr', 2, 3),
  TO_HEX: rule(1, 1, ({ written }) => `lower(hex(${written[0]}))`),
  TRIM: same('trim', 1, 2),
  TRUNC: same('trunc', 1),
  UPPER: same('upper', 1),
};

const aggregates: Record<string, FunctionRule> = {
  ANY_VALUE: same('any_value', 1),
  APPROX_COUNT_DISTINCT: same('approx_count_distinct', 1),
  ARRAY_AGG: same('list', 1),
  AVG: same('avg', 1),
  BIT_XOR: same('bit_xor', 1),
  COUNT: same('count', 1),
  COUNTIF: same('count_if', 1),
  LOGICAL_AND: same('bool_and', 1),
  LOGICAL_OR: same('bool_or', 1),
  MAX: same('max', 1),
  MIN: same('min', 1),
  STDDEV: same('stddev', 1),
  STRING_AGG: rule(1, 2, ({ written: [value, by = "','"] }) => `string_agg(${value}, ${by})`),
  SUM: same('sum', 1),
};

const windows: Record<string, FunctionRule> = {
  CUME_DIST: same('cume_dist', 0),
  DENSE_RANK: same('dense_rank', 0),
  FIRST_VALUE: same('first_value', 1),
  LAG: same('lag', 1, 3),
  LAST_VALUE: same('last_value', 1),
  LEAD: same('lead', 1, 3),
  NTILE: same('ntile', 1),
  PERCENT_RANK: same('percent_rank', 0),
  RANK: same('rank', 0),
  ROW_NUMBER: same('row_number', 0),
};

const rules: Record<string, FunctionRule> = {
  ...scalar,
  ...dateFunctions,
  ...jsonFunctions,
  ...aggregates,
  ...windows,
};

/** Functions whose errors SAFE. turns into NULL here. */
const safe: ReadonlySet<string> = new Set([
  'PARSE_JSON',
  'PARSE_TIMESTAMP',
  'PARSE_DATE',
  'DATE',
  'TIMESTAMP',
]);

export function writeCall(call: FuncCall, t: Translation): string {
  const parts = nameParts(call.name).map((part) => part.toUpperCase());
  const name = parts.at(-1) ?? '';
  const isSafe = parts.length === 2 && parts[0] === 'SAFE';
  const found = rules[name];
  if (parts.length > 1 && !isSafe) throw invalidQuery(`Function not found: ${parts.join('.')}`);
  if (found === undefined)
    throw invalidQuery(`Function not found: ${name} (or not one that this server translates)`);
  if (isSafe && !safe.has(name)) throw untranslated(`SAFE.${name}`);
  const args = call.args?.expr;
  const items = args?.args.items ?? [];
  const nodes = items.filter((item) => item.type !== 'named_arg');
  if (nodes.length < found.least || nodes.length > found.most) {
    throw invalidQuery(`No matching signature for function ${name} with ${nodes.length} arguments`);
  }
  const named = new Map(
    items.flatMap((item) =>
      item.type === 'named_arg' ? [[item.name.name.toLowerCase(), t.emit(item.value)] as const] : [],
    ),
  );
  const written = found.write({
    written: nodes.map((node) => argument(node, t)),
    nodes,
    named,
    translation: t,
  });
  const modified = args === undefined ? written : withModifiers(written, name, args, t);
  if (call.filter !== undefined) throw untranslated('FILTER of an aggregate');
  const value = isSafe ? `TRY(${modified})` : modified;
  return call.over === undefined ? value : `${value} ${t.emit(call.over)}`;
}

/** A date part such as MONTH is a plain word in the tree; the rule that takes one reads the node. */
function argument(node: Expr | Node, t: Translation): string {
  if (node.type === 'all_columns') return '*';
  if (node.type === 'func_call' && node.name.type === 'identifier' && node.name.name.toUpperCase() === 'WEEK')
    return '';
  return t.emit(node);
}

/** DISTINCT, ORDER BY, IGNORE NULLS and LIMIT inside the parentheses. */
function withModifiers(written: string, name: string, args: FuncArgs, t: Translation): string {
  const { distinctKw, orderBy, nullHandlingKw, limit, having } = args;
  const modifiers = [distinctKw, orderBy, nullHandlingKw, limit, having].filter((each) => each !== undefined);
  if (modifiers.length === 0) return written;
  const isAggregate = name in aggregates;
  if (!isAggregate && !(name in windows)) throw invalidQuery(`Function ${name} does not support modifiers`);
  if (having !== undefined) throw untranslated('HAVING inside an aggregate');
  const open = written.indexOf('(');
  const inside = written.slice(open + 1, -1);
  const distinct = distinctKw === undefined ? '' : 'DISTINCT ';
  const nulls = nullHandlingKw === undefined ? '' : nullHandlingKw[0].name;
  if (nulls !== '' && !isAggregate) return `${written.slice(0, -1)} ${nulls} NULLS)`;
  const order = orderBy === undefined ? '' : ` ${t.emit(orderBy)}`;
  const call = `${written.slice(0, open)}(${distinct}${inside}${order})`;
  const filtered = nulls === 'IGNORE' ? `${call} FILTER (WHERE (${inside}) IS NOT NULL)` : call;
  if (limit === undefined) return filtered;
  if (name !== 'ARRAY_AGG' || limit.count === undefined) throw untranslated(`LIMIT inside ${name}`);
  return `list_slice(${filtered}, 1, ${t.emit(limit.count)})`;
}
