/** Reading GoogleSQL. */
import { FormattedSyntaxError, parse, type Program, type Statement } from 'sql-parser-cst';
import { invalidQuery } from '../errors.js';
import { expressionEmitters } from './expressions.js';
import { literalEmitters } from './literals.js';
import { queryEmitters } from './queries.js';
import { Translation, type Names } from './translation.js';

/** The statements of a query or script. Throws invalidQuery for what is not GoogleSQL. */
export function readStatements(sql: string): Statement[] {
  let program: Program;
  try {
    program = parse(sql, { dialect: 'bigquery', includeRange: true, paramTypes: ['?', '@name'] });
  } catch (error) {
    if (!(error instanceof FormattedSyntaxError)) throw error;
    throw invalidQuery(error.message);
  }
  return program.statements.filter(({ type }) => type !== 'empty');
}

export const translate = (names: Names) =>
  new Translation(names, { ...literalEmitters, ...expressionEmitters, ...queryEmitters }, readStatements);
