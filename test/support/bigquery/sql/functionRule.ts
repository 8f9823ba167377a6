/** How a function of GoogleSQL is written for DuckDB. */
import type { Node } from 'sql-parser-cst';
import type { Translation } from './translation.js';

/** The arguments of a call: written for DuckDB, and as they stand in the tree. */
export interface Call {
  written: readonly string[];
  nodes: readonly Node[];
  /** Named arguments by name in lower case, written for DuckDB. */
  named: ReadonlyMap<string, string>;
  translation: Translation;
}

/** A rule writes a call with at least and at most so many arguments. */
export interface FunctionRule {
  least: number;
  most: number;
  write: (call: Call) => string;
}

export const rule = (least: number, most: number, write: FunctionRule['write']): FunctionRule => ({
  least,
  most,
  write,
});

/** A function that DuckDB has under some name with the same meaning. */
export const same = (name: string, least: number, most = least) =>
  rule(least, most, ({ written }) => `${name}(${written.join(', ')})`);
