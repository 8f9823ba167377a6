/** The adapter against a simulator: windows read as the workflows do it, by jobs, files and pages. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../../simulator/server.js';
import type { Interval } from '../../../../model/interval.js';
import type { CanonicalRows, StagedTableName } from '../../../../model/tables.js';
import {
  createDataExtractionClient,
  type DataExtractionClient,
  type DataExtractionClientOptions,
} from '../../../../sources/cxone/data-extraction/client.js';
import type { ExtractedFile, ExtractionJobs, ShapedWindow } from '../../../../sources/extractionJobs.js';
import type { CallContext, Source, SourceForm, SourcePage } from '../../../../sources/source.js';
import { never } from '../../http/testServer.js';

export const span: Interval = { start: '2026-09-01T00:00:00.000Z', end: '2026-10-01T00:00:00.000Z' };
/** Nearly all of the organisation has happened by then. */
export const present = '2026-10-20T12:00:00.000Z';
/** Everything that was ever submitted. */
export const everything: Interval = { start: '2026-08-25T00:00:00.000Z', end: '2026-10-21T00:00:00.000Z' };

export const context: CallContext = { signal: never, priority: 2 };
export const mapping = { connection: 'acme', batchId: 'batch-1' };

export async function openSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator({
    contracts: ['cxone-data-extraction'],
    seed: 7,
    evaluations: 500,
    from: span.start,
    to: span.end,
    now: present,
    extraction: { jobIntervalSeconds: 0, jobDurationSeconds: 0 },
    ...options,
  });
}

export function clientOf(
  simulator: Simulator,
  changed: Partial<DataExtractionClientOptions> = {},
): DataExtractionClient {
  const access = simulator.contracts['cxone-data-extraction'];
  if (access === undefined) throw new Error('the contract is not served');
  const { issuer = access.apiUrl, clientId, clientSecret, accessKeyId = '', accessKeySecret = '' } = access;
  return createDataExtractionClient({
    connection: 'acme',
    signIn: 'access-key',
    ...{ issuer, clientId, clientSecret, accessKeyId, accessKeySecret },
    allowedHosts: [],
    tokenRefreshMarginSeconds: 60,
    ...changed,
  });
}

export const jobsOf = ({ jobs }: Source): ExtractionJobs => {
  if (jobs === undefined) throw new Error('the source has no jobs');
  return jobs;
};

export interface ReadWindow {
  source: Source;
  shaped: ShapedWindow;
  kept: Map<string, unknown>;
  pages: SourcePage[];
  forms: SourceForm[];
}

/** Runs the jobs of a window, shapes their files and reads all of its pages and forms. */
export async function readWindow(source: Source, window: Interval): Promise<ReadWindow> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-test-'));
  try {
    const files: ExtractedFile[] = [];
    for (const job of jobsOf(source).jobsOf(window)) {
      const path = join(directory, job.name);
      const { jobId, submittedAt } = await jobsOf(source).submit(job, context);
      for (;;) {
        const collected = await jobsOf(source).collect(jobId, path, context);
        if (collected.status === 'succeeded') break;
        if (collected.status !== 'running') throw new Error(`${job.name}: ${collected.status}`);
        await delay(10);
      }
      files.push({ job, path, extractedAt: submittedAt });
    }
    return await shapeAndRead(source, window, files);
  } finally {
    await rm(directory, { recursive: true });
  }
}

export async function shapeAndRead(
  source: Source,
  window: Interval,
  files: readonly ExtractedFile[],
): Promise<ReadWindow> {
  const kept = new Map<string, unknown>();
  const keep = async (name: string, content: unknown) => {
    // As staging keeps it.
    kept.set(name, JSON.parse(JSON.stringify(content)));
  };
  const shaped = await jobsOf(source).shape(files, keep, never);
  const prepared: CallContext = { ...context, prepared: async (name) => kept.get(name) };
  const pages: SourcePage[] = [];
  let cursor: SourcePage['next'] = source.firstCursor(window);
  while (cursor !== null) {
    const page: SourcePage = await source.readPage(window, cursor, prepared);
    pages.push(page);
    cursor = page.next;
  }
  const records = pages.flatMap((page) => page.records);
  const formIds = [...new Set(records.flatMap(({ formId }) => (formId === null ? [] : [formId])))];
  return { source, shaped, kept, pages, forms: await source.readForms(formIds, prepared) };
}

/** Canonical rows of all that was read, by table. */
export function rowsOf({ source, pages, forms }: ReadWindow) {
  const rows: Partial<Record<StagedTableName, Record<string, unknown>[]>> = {};
  const add = (mapped: CanonicalRows) => {
    for (const [table, own] of Object.entries(mapped)) {
      const all = (rows[table as StagedTableName] ??= []);
      for (const row of own) all.push(row);
    }
  };
  const none = { form: undefined, conversation: undefined };
  for (const { records } of pages) {
    for (const record of records) add(source.mapper.record(record, none, mapping));
  }
  for (const form of forms) add(source.mapper.form(form, mapping));
  return rows;
}
