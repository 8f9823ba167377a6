/** Reading GoogleSQL. */
import { FormattedSyntaxError, parse, type Program, type Statement } from 'sql-parser-cst';
import { invalidQuery } from '../errors.js';
import { expressionEmitters } from './expressions.js';
import { literalEmitters } from './literals.js';
import { queryEmitters } from './queries.js';
import { Translation, type Names } from './translation.js';

/** What was read last, by text: a job is read when it is placed and when it runs, and a view with every query. */
const remembered = new Map<string, Statement[]>();
const memory = 100;

/** The statements of a query or script; not to be changed. Throws invalidQuery for what is not GoogleSQL. */
export function readStatements(sql: string): Statement[] {
  const known = remembered.get(sql);
  if (known !== undefined) return known;
  const statements = parseProgram(sql).statements.filter(({ type }) => type !== 'empty');
  const [oldest] = remembered.keys();
  if (remembered.size >= memory && oldest !== undefined) remembered.delete(oldest);
  remembered.set(sql, statements);
  return statements;
}

function parseProgram(sql: string): Program {
  try {
    return parse(sql, { dialect: 'bigquery', includeRange: true, paramTypes: ['?', '@name'] });
  } catch (error) {
    if (!(error instanceof FormattedSyntaxError)) throw error;
    throw invalidQuery(error.message);
  }
}

export const translate = (names: Names) =>
  new Translation(names, { ...literalEmitters, ...expressionEmitters, ...queryEmitters }, readStatements);
