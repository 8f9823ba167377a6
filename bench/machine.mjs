/** What figures were measured on. */
import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { findTemporalBinary } from '../dist/workers/temporalBinary.js';

const run = promisify(execFile);
const output = async (command, ...args) => (await run(command, args)).stdout.trim();

export async function describeMachine() {
  const processors = cpus();
  const duckdb = await DuckDBInstance.create(':memory:');
  const connection = await duckdb.connect();
  const [[duckdbVersion]] = (await connection.runAndReadAll('SELECT version()')).getRows();
  connection.closeSync();
  duckdb.closeSync();
  return {
    cores: `${processors.length} (${processors[0]?.model.trim() ?? 'unknown'})`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    kernel: `${type()} ${release()}`,
    Node: process.version,
    DuckDB: duckdbVersion,
    Temporal: await output(await findTemporalBinary(), '--version'),
    Python: await output('python3', '--version'),
    // Of other work, in the minute before: figures of a machine that is not idle say little.
    'load before': Number(loadavg()[0].toFixed(1)),
    commit: await output('git', 'rev-parse', '--short', 'HEAD'),
    date: new Date().toISOString().slice(0, 10),
  };
}
