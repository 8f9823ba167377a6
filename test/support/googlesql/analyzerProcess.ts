/** One process of BigQuery's emulator and the few requests to it that analysing SQL takes. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { z } from 'zod';

/** A field of a table as the REST API of BigQuery defines it. */
export interface AnalyzedField {
  name: string;
  type: string;
  mode?: string | undefined;
  fields?: readonly AnalyzedField[] | undefined;
}

export interface AnalyzedTable {
  dataset: string;
  table: string;
  fields: readonly AnalyzedField[];
}

export type Verdict = { ok: true } | { ok: false; message: string };

export interface AnalyzerProcess {
  pid: number;
  createTables(tables: readonly AnalyzedTable[]): Promise<void>;
  dryRun(sql: string): Promise<Verdict>;
  /** Not dry: what it makes is there for the requests after it. */
  run(sql: string): Promise<Verdict>;
  /** Ends it in order, its database complete, or at once. */
  stop(how: 'in order' | 'at once'): Promise<void>;
}

const readyMillis = 60_000;
/** Answers come in milliseconds; a statement that takes this long has hung the process. */
const answerMillis = 60_000;

const failure = z.object({ error: z.object({ message: z.string() }) });
const job = z.object({
  status: z.object({ state: z.literal('DONE'), errorResult: z.object({ message: z.string() }).optional() }),
});
/** Go's words for a fault of the emulator itself, which says nothing about the statement. */
const fault = /^runtime error: /;

/** Starts the emulator on a database file, which it makes if need be; rejects with what it said if it fails to. */
export async function startAnalyzerProcess(
  binary: string,
  project: string,
  database: string,
): Promise<AnalyzerProcess> {
  const ports = ['--host', '127.0.0.1', '--port', '0', '--grpc-port', '0'];
  const child = spawn(binary, ['--project', project, '--database', database, ...ports], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test process that ends early takes its emulator along.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const said = lastWords(child);
  const stop = async (how: 'in order' | 'at once') => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(how === 'in order' ? 'SIGTERM' : 'SIGKILL');
    await gone;
  };
  try {
    const base = `http://${await addressOf(child, said)}/bigquery/v2/projects/${project}`;
    return {
      pid: child.pid ?? 0,
      createTables: (tables) => createTables(base, project, tables),
      dryRun: (sql) => query(base, { sql, dryRun: true }, said),
      run: (sql) => query(base, { sql, dryRun: false }, said),
      stop,
    };
  } catch (error) {
    await stop('at once');
    throw error;
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function lastWords(child: Child): () => string {
  let text = '';
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-4_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return () => text.trim();
}

/** It takes a free port and says which. */
async function addressOf(child: Child, said: () => string): Promise<string> {
  const deadline = Date.now() + readyMillis;
  let failed: Error | undefined;
  child.once('error', (error) => {
    failed = error;
  });
  for (;;) {
    const address = /REST server listening at (\S+:\d+)/.exec(said())?.[1];
    if (address !== undefined) return address;
    if (failed !== undefined) throw failed;
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      throw new Error(`BigQuery's emulator did not come up: ${said()}`);
    }
    await new Promise((wait) => setTimeout(wait, 20));
  }
}

async function createTables(
  base: string,
  projectId: string,
  tables: readonly AnalyzedTable[],
): Promise<void> {
  for (const datasetId of new Set(tables.map(({ dataset }) => dataset))) {
    await create(`${base}/datasets`, { datasetReference: { projectId, datasetId } });
  }
  for (const { dataset: datasetId, table: tableId, fields } of tables) {
    const tableReference = { projectId, datasetId, tableId };
    await create(`${base}/datasets/${datasetId}/tables`, { tableReference, schema: { fields } });
  }
}

async function create(url: string, resource: object): Promise<void> {
  const response = await post(url, resource);
  if (!response.ok) throw new Error(`${url} with ${JSON.stringify(resource)}: ${await response.text()}`);
}

async function query(
  base: string,
  { sql, dryRun }: { sql: string; dryRun: boolean },
  said: () => string,
): Promise<Verdict> {
  try {
    const answer = await post(`${base}/jobs`, {
      // Without a reference of the job the emulator falls over.
      jobReference: { jobId: randomUUID() },
      configuration: { dryRun, query: { query: sql, useLegacySql: false } },
    });
    const body: unknown = await answer.json();
    const message = answer.ok
      ? job.parse(body).status.errorResult?.message
      : failure.parse(body).error.message;
    if (message === undefined) return { ok: true };
    if (fault.test(message)) throw new Error(message);
    return { ok: false, message };
  } catch (cause) {
    throw new Error(`The analyzer has no verdict on:\n${sql}\nIt said: ${said()}`, { cause });
  }
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerMillis),
  });
}
