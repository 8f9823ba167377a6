/**
 * A gate for generated SQL: GoogleSQL's own analyzer, as BigQuery's emulator carries it, says whether BigQuery would
 * understand a statement. What statements do is not its business: it has no rows, and keeps nothing.
 */
import { inTurn } from '../../../warehouses/turns.js';
import { findAnalyzerBinary } from './analyzerBinary.js';
import {
  startAnalyzerProcess,
  type AnalyzedTable,
  type AnalyzerProcess,
  type Verdict,
} from './analyzerProcess.js';

export type { AnalyzedField, AnalyzedTable, Verdict } from './analyzerProcess.js';

export interface AnalyzerOptions {
  /** The tables that statements may name; all are empty. */
  tables: readonly AnalyzedTable[];
  /** Project of the tables; names without a project mean it. */
  project?: string;
}

export interface NamedStatement {
  /** For people, to find the statement that is rejected. */
  name: string;
  sql: string;
}

export interface GoogleSqlAnalyzer {
  /**
   * What the analyzer says to a statement, or to a script whose statements end with semicolons.
   * @throws Error when there is no verdict: a script with DECLARE, or the analyzer died of it.
   */
  check(sql: string): Promise<Verdict>;
  /** Those of the statements that are rejected, with the reason; empty when all are right. */
  rejected(statements: readonly NamedStatement[]): Promise<(NamedStatement & { message: string })[]>;
  /** Process id of the emulator that answers next; null before it starts. */
  pid(): number | null;
  stop(): Promise<void>;
}

/** Every check leaves some 14 MB behind in the process, which dies of it after about 490. */
const checksOfOneProcess = 60;
/** The emulator takes a declared variable for a column and never gives up on the script. */
const declaration = /(?:^|;)\s*DECLARE\s/i;

let analyzers = 0;

/** Starts the analyzer; whoever starts it stops it. Checks may be asked for at once and run one after the other. */
export async function startGoogleSqlAnalyzer(options: AnalyzerOptions): Promise<GoogleSqlAnalyzer> {
  const { tables, project = 'test' } = options;
  const binary = await findAnalyzerBinary();
  const key = `googlesql analyzer ${(analyzers += 1)}`;
  let current: AnalyzerProcess | null = await startAnalyzerProcess(binary, project, tables);
  let checks = 0;

  const retire = async () => {
    const process = current;
    current = null;
    checks = 0;
    await process?.stop();
  };
  const check = (sql: string): Promise<Verdict> =>
    inTurn(key, async () => {
      if (declaration.test(sql)) {
        throw new Error(`The analyzer cannot judge scripts with DECLARE:\n${sql}`);
      }
      if (checks === checksOfOneProcess) await retire();
      current ??= await startAnalyzerProcess(binary, project, tables);
      checks += 1;
      try {
        return await current.dryRun(sql);
      } catch (error) {
        // The next statement gets a process that is sound.
        await retire();
        throw error;
      }
    });
  return {
    check,
    rejected: async (statements) => {
      const rejected: (NamedStatement & { message: string })[] = [];
      for (const statement of statements) {
        const verdict = await check(statement.sql);
        if (!verdict.ok) rejected.push({ ...statement, message: verdict.message });
      }
      return rejected;
    },
    pid: () => current?.pid ?? null,
    stop: () => inTurn(key, retire),
  };
}
