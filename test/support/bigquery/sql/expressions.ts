/** Expressions other than literals. */
import type { Keyword, Node } from 'sql-parser-cst';
import { invalidQuery } from '../errors.js';
import { quoted } from '../quoting.js';
import { writeCall } from './functions.js';
import { writeType } from './literals.js';
import { nameParts, untranslated, type Emitters } from './translation.js';

type Words = string | Keyword | readonly Keyword[];

export const words = (operator: Words): string =>
  typeof operator === 'string'
    ? operator
    : 'name' in operator
      ? operator.name
      : operator.map(({ name }) => name).join(' ');

const operators: ReadonlySet<string> = new Set([
  ...['=', '!=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '||', 'AND', 'OR', 'LIKE', 'NOT LIKE'],
  ...['IS', 'IS NOT', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'],
]);

export const expressionEmitters: Emitters = {
  identifier: ({ name }) => quoted(name),
  member_expr: ({ object, property }, t) => {
    if (property.type === 'all_columns') return `${t.emit(object)}.*`;
    if (property.type === 'identifier') return `${t.emit(object)}.${quoted(property.name)}`;
    if (property.type !== 'array_subscript') throw untranslated(property.type.replaceAll('_', ' '));
    const { expr } = property;
    if (expr.type !== 'array_subscript_specifier')
      throw untranslated('a subscript without OFFSET or ORDINAL');
    const index = t.emit(expr.args.expr);
    const offset = expr.specifierKw.name.endsWith('ORDINAL') ? `(${index}) - 1` : index;
    return expr.specifierKw.name.startsWith('SAFE_')
      ? `list_extract(${t.emit(object)}, (${offset}) + 1)`
      : `bq_element(${t.emit(object)}, ${offset})`;
  },
  // As a column, a name quoted as a whole is that name with its dots, and there are none of these.
  bigquery_quoted_member_expr: (node) => {
    throw invalidQuery(`Unrecognized name: \`${nameParts(node).join('.')}\``);
  },
  paren_expr: ({ expr }, t) => `(${t.emit(expr)})`,
  list_expr: ({ items }, t) => t.list(items),
  binary_expr: ({ left, operator, right }, t) => {
    const name = words(operator as Words).toUpperCase();
    if (name === '/') return `bq_divide(${t.emit(left)}, ${t.emit(right)})`;
    if (name === 'IN' || name === 'NOT IN') {
      // IN UNNEST(...) is not among the kinds that the parser's types tell of.
      const tested = right as Node;
      const held = tested.type === 'unnest_expr' ? `(SELECT unnest(${t.emit(tested.expr)}))` : t.emit(tested);
      return `(${t.emit(left)} ${name} ${held})`;
    }
    if (!operators.has(name)) throw untranslated(`operator ${name}`);
    return `(${t.emit(left)} ${name} ${t.emit(right)})`;
  },
  prefix_op_expr: ({ operator, expr }, t) => {
    const name = words(operator as Words);
    if (!['-', '+', 'NOT', 'EXISTS'].includes(name)) throw untranslated(`operator ${name}`);
    return `(${name} ${t.emit(expr)})`;
  },
  between_expr: ({ left, betweenKw, begin, end }, t) =>
    `(${t.emit(left)} ${words(betweenKw)} ${t.emit(begin)} AND ${t.emit(end)})`,
  case_expr: ({ expr, clauses }, t) =>
    `CASE ${expr === undefined ? '' : t.emit(expr)} ${clauses.map((clause) => t.emit(clause)).join(' ')} END`,
  case_when: ({ condition, result }, t) => `WHEN ${t.emit(condition)} THEN ${t.emit(result)}`,
  case_else: ({ result }, t) => `ELSE ${t.emit(result)}`,
  func_call: writeCall,
  over_arg: ({ window }, t) => `OVER ${t.emit(window)}`,
  cast_expr: ({ castKw, args: { expr: args } }, t) => {
    if (args.format !== undefined) throw untranslated('FORMAT in a cast');
    const type = writeType(args.dataType);
    const value = t.emit(args.expr);
    if (type === 'JSON') throw invalidQuery('Invalid cast to type JSON');
    return castKw.name === 'SAFE_CAST' ? `TRY_CAST(${value} AS ${type})` : `CAST(${value} AS ${type})`;
  },
  extract_expr: ({ args: { expr } }, t) => {
    if (expr.unit.type !== 'interval_unit')
      throw untranslated('EXTRACT of a week that starts on a named day');
    const unit = expr.unit.unitKw.name;
    const value = t.emit(expr.expr);
    if (!['YEAR', 'QUARTER', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'ISOYEAR'].includes(unit)) {
      throw untranslated(`EXTRACT of ${unit}`);
    }
    return `extract(${unit} FROM ${value})`;
  },
  array_expr: ({ expr }, t) => `[${t.emit(expr)}]`,
  array_literal_expr: ({ expr }, t) => t.emit(expr),
  typed_expr: ({ dataType, expr }, t) => `CAST(${t.emit(expr)} AS ${writeType(dataType)})`,
  array_constructor: ({ expr }, t) => `ARRAY(${t.emit(expr.expr)})`,
  default: () => 'NULL',
};
