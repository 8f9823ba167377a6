/** Everything that a run leaves behind where people or programs may read it, as texts by place. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Client } from '@temporalio/client';
import { tableNames } from '../../../model/tables.js';
import type { Warehouse } from '../../../warehouses/warehouse.js';

/** Texts and bytes anywhere in a value, payloads of Temporal included. */
export function textsIn(value: unknown, texts: string[] = []): string[] {
  if (typeof value === 'string') texts.push(value);
  else if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('utf8'));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      texts.push(key);
      textsIn(each, texts);
    }
  }
  return texts;
}

/** Histories with their failures and all their causes; what is shown of workflows: memo, search attributes, summaries. */
export async function tracesOfWorkflows(
  client: Client,
): Promise<{ histories: string[]; descriptions: string[] }> {
  const histories: string[] = [];
  const descriptions: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    textsIn(await handle.fetchHistory(), histories);
    textsIn((await handle.describe()).raw, descriptions);
  }
  return { histories, descriptions };
}

/** What pending activities show now: their heartbeats and the failure of their last attempt. */
export async function tracesOfPending(client: Client): Promise<string[]> {
  const texts: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' })) {
    const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
    textsIn(raw.pendingActivities, texts);
  }
  return texts;
}

/** All columns of all tables. */
export async function tracesOfWarehouse(warehouse: Warehouse): Promise<string[]> {
  const texts: string[] = [];
  for (const table of tableNames) textsIn(await warehouse.query(`SELECT * FROM ${table}`), texts);
  return texts;
}

/** Files as they are and, where they are compressed, what is in them. Those that go while they are read are gone; `known` are left out. */
export async function tracesOfFiles(directory: string, known = new Set<string>()): Promise<string[]> {
  const texts: string[] = [];
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (known.has(path)) continue;
    known.add(path);
    texts.push(path);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    if (bytes.length === 0) continue;
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    if (bytes.subarray(0, 4).toString() === 'PAR1') await rowsOfParquet(bytes, texts);
    else texts.push((isGzip ? gunzipSync(bytes) : bytes).toString('utf8'));
  }
  return texts;
}

/** Of a copy: the file itself may be gone by now. */
async function rowsOfParquet(bytes: Buffer, texts: string[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-traces-'));
  const path = join(directory, 'copy.parquet');
  await writeFile(path, bytes);
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const read = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
    textsIn(read.getRowObjectsJson(), texts);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(directory, { recursive: true });
  }
}

/** The forms in which a secret may show: as it is, in URLs and forms, in JSON, in base64 wherever it stands within. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const within = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // The first and last characters depend on what stands beside it.
    return text.slice(offset === 0 ? 0 : offset + 1, -1);
  });
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ s: secret }).toString().slice(2),
      JSON.stringify(secret).slice(1, -1),
      ...within,
      ...within.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
      bytes.toString('hex'),
    ]),
  ];
}

/** Which secrets stand where, by place and number: a failing test must not print them. */
export function leaksIn(
  places: Readonly<Record<string, readonly string[]>>,
  secrets: readonly string[],
): string[] {
  const needles = secrets.map(formsOf);
  return Object.entries(places).flatMap(([place, texts]) => {
    const all = texts.join('\n');
    return needles.flatMap((forms, number) =>
      forms.some((form) => all.includes(form)) ? [`secret ${number} in ${place}`] : [],
    );
  });
}
