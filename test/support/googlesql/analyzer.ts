/**
 * A gate for generated SQL: GoogleSQL's own analyzer, as BigQuery's emulator carries it, says whether BigQuery would
 * understand a statement. What statements do is not its business: its tables are empty, and it keeps nothing.
 */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTurn } from '../../../warehouses/turns.js';
import { findAnalyzerBinary } from './analyzerBinary.js';
import {
  startAnalyzerProcess,
  type AnalyzedTable,
  type AnalyzerProcess,
  type Verdict,
} from './analyzerProcess.js';
import { splitScript } from './splitScript.js';

export type { AnalyzedTable, Verdict } from './analyzerProcess.js';

export interface AnalyzerOptions {
  /** The tables that statements may name. */
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
   * What the analyzer says to a statement, or to a script whose statements end with semicolons. Nothing of it is
   * there for the next check.
   * @throws Error when there is no verdict: for what `isBeyondJudgement` names, or when the analyzer fell over.
   */
  check(sql: string): Promise<Verdict>;
  /** Those of the statements that are rejected, with the reason; empty when all are right. */
  rejected(statements: readonly NamedStatement[]): Promise<(NamedStatement & { message: string })[]>;
  stop(): Promise<void>;
}

/** Every check leaves up to 14 MB behind in the process, which dies of it after some 490. */
const checksOfOneProcess = 60;
/** A dry run rolls its tables and views back in the database, but not in the process's own memory. */
const leavesTraces = /\b(?:CREATE|DROP|ALTER)\b/i;
/**
 * At the start of a statement, after comments: procedural language. The analyzer does not look into the bodies of
 * blocks, and a declared variable hides a misspelled column of its name, in later checks too.
 */
const procedural =
  /(?:^|;)(?:\s|--.*\n|#.*\n|\/\*[^]*?\*\/)*(?:DECLARE|SET|IF|CASE|LOOP|WHILE|REPEAT|FOR|CALL|EXECUTE|BEGIN(?!\s*;|\s+TRANSACTION\b))\b/i;

/** Whether a script has parts that the analyzer passes over: it would accept them whatever they say. */
export const isBeyondJudgement = (sql: string): boolean => procedural.test(sql);

/**
 * Whether a rejection comes from the analysis. Any other comes from running what the analyzer has understood, which
 * the emulator does not do as BigQuery does: it merges from nothing but tables. What follows it was not looked at.
 */
const isOfAnalysis = (verdict: Verdict): boolean =>
  !verdict.ok && /failed to (?:analyze|parse statements?): /.test(verdict.message);

/** Lives as long as one request; only as a table proper is it there for the next statement of its script. */
const temporaryTable = /^CREATE\s+(OR\s+REPLACE\s+)?TEMP(?:ORARY)?\s+TABLE\s/i;

let analyzers = 0;

/** Starts the analyzer; whoever starts it stops it. Checks may be asked for at once and run one after the other. */
export async function startGoogleSqlAnalyzer(options: AnalyzerOptions): Promise<GoogleSqlAnalyzer> {
  const { tables, project = 'test' } = options;
  const binary = await findAnalyzerBinary();
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-googlesql-'));
  const prepared = join(directory, 'prepared.db');
  const key = `googlesql analyzer ${(analyzers += 1)}`;
  let current: AnalyzerProcess | null = null;
  let checks = 0;

  const prepare = async () => {
    const maker = await startAnalyzerProcess(binary, project, prepared);
    try {
      await maker.createTables(tables);
    } finally {
      await maker.stop('in order');
    }
  };
  const start = async () => {
    // Tables are made once, because that takes seconds: each process has a copy of the database that holds them.
    const database = join(directory, 'current.db');
    await copyFile(prepared, database);
    return startAnalyzerProcess(binary, project, database);
  };
  const retire = async () => {
    const process = current;
    current = null;
    checks = 0;
    await process?.stop('at once');
  };
  const ask = async (sql: string, how: 'dryRun' | 'run'): Promise<Verdict> => {
    current ??= await start();
    checks += 1;
    return current[how](sql);
  };
  const oneByOne = async (statements: readonly string[]): Promise<Verdict> => {
    for (const statement of statements) {
      const verdict = temporaryTable.test(statement)
        ? await ask(statement.replace(temporaryTable, 'CREATE $1TABLE '), 'run')
        : await ask(statement, 'dryRun');
      if (isOfAnalysis(verdict)) return verdict;
    }
    return { ok: true };
  };
  const verdictOn = async (sql: string): Promise<Verdict> => {
    if (isBeyondJudgement(sql)) throw new Error(`The analyzer cannot judge procedural language:\n${sql}`);
    let sound = false;
    try {
      const whole = await ask(sql, 'dryRun');
      if (!whole.ok && !isOfAnalysis(whole)) {
        // What it made before it stopped must not be there already.
        await retire();
        return await oneByOne(splitScript(sql));
      }
      sound = checks < checksOfOneProcess && !leavesTraces.test(sql);
      return whole;
    } finally {
      if (!sound) await retire();
    }
  };
  const check = (sql: string) => inTurn(key, () => verdictOn(sql));
  const stop = () =>
    inTurn(key, async () => {
      await retire();
      await rm(directory, { recursive: true, force: true });
    });
  try {
    await prepare();
  } catch (error) {
    await stop();
    throw error;
  }
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
    stop,
  };
}
