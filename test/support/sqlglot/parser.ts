/** A parser of every dialect that bundles are written in: it knows the grammars, and neither tables nor functions. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DialectName } from '../../../warehouses/sql/dialect.js';
import { pythonTool } from '../pythonTools.js';

export interface ParsedStatement {
  dialect: DialectName;
  sql: string;
}

const program = fileURLToPath(new URL('parse.py', import.meta.url));

/** For each statement what is wrong with it, or null. */
export async function parseStatements(statements: readonly ParsedStatement[]): Promise<(string | null)[]> {
  const python = await pythonTool('python');
  return new Promise((resolve, reject) => {
    const child = execFile(python, [program], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as (string | null)[]);
      else reject(new Error(`sqlglot: ${error.message}\n${stderr}`));
    });
    child.stdin?.end(JSON.stringify(statements));
  });
}
