/** The manifest of a directory: which files are current. Replacing it is what commits a load. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TidemarkError } from '../../model/errors.js';
import { tables, type TableName } from '../../model/tables.js';
import { writeWhole } from '../../staging/wholeFiles.js';
import type { FileFormatName } from './formats.js';

const manifestName = 'manifest.json';
const formatVersion = 1;

const columnSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['string', 'integer', 'double', 'boolean', 'timestamp', 'date', 'json']),
  nullable: z.boolean(),
  description: z.string(),
});

const fileSchema = z.strictObject({
  /** First day of the month; null for a table without partitions. */
  partition: z.iso.date().nullable(),
  /** The version, which never changes, below the directory. */
  path: z.string(),
  /** Where the same rows are for readers that follow no manifest. */
  published: z.string(),
  rows: z.int(),
  bytes: z.int(),
  sha256: z.string(),
  /** Bytes of the longest row as text; 0 where rows are no lines. */
  longestLine: z.int(),
});

const tableSchema = z.strictObject({
  description: z.string(),
  key: z.array(z.string()),
  partitionBy: z.string().nullable(),
  columns: z.array(columnSchema),
  files: z.array(fileSchema),
});

const manifestSchema = z.strictObject({
  formatVersion: z.literal(formatVersion),
  format: z.enum(['parquet', 'ndjson']),
  /** How often the manifest was replaced. */
  revision: z.int(),
  committedAt: z.iso.datetime(),
  lastBatch: z.strictObject({ batchId: z.string(), loadedAt: z.iso.datetime() }).nullable(),
  tables: z.record(z.string(), tableSchema),
  /** Versions that are no longer current and stay a while for readers that are at them. */
  superseded: z.array(z.strictObject({ path: z.string(), since: z.iso.datetime() })),
});

export type Manifest = z.output<typeof manifestSchema>;
export type ManifestColumn = z.output<typeof columnSchema>;
export type ManifestFile = z.output<typeof fileSchema>;

export function emptyManifest(format: FileFormatName): Manifest {
  return {
    formatVersion,
    format,
    revision: 0,
    committedAt: new Date(0).toISOString(),
    lastBatch: null,
    tables: {},
    superseded: [],
  };
}

/**
 * The columns of a table: those of the manifest, then those that the registry has gained since, which older files
 * lack.
 */
export function columnsOf(manifest: Manifest, name: TableName): ManifestColumn[] {
  const held = manifest.tables[name]?.columns ?? [];
  const added = registeredColumns(name).filter((column) => !held.some((other) => other.name === column.name));
  return [...held, ...added.map((column) => ({ ...column, nullable: true }))];
}

/** The columns of a table as a new manifest has them. */
export const registeredColumns = (name: TableName): ManifestColumn[] =>
  tables[name].columns.map(({ name: column, type, nullable, description }) => ({
    name: column,
    type,
    nullable,
    description,
  }));

export const filesOf = (manifest: Manifest, name: TableName): ManifestFile[] =>
  manifest.tables[name]?.files ?? [];

/** The manifest of a warehouse's directory. Throws InvalidConfig also when it is of a directory in another format. */
export async function readOwnManifest({
  path: directory,
  format,
}: {
  path: string;
  format: FileFormatName;
}): Promise<Manifest | undefined> {
  const manifest = await readManifest(directory);
  if (manifest === undefined || manifest.format === format) return manifest;
  throw new TidemarkError(
    'InvalidConfig',
    `warehouse.kind: ${format} is to be written, but ${join(directory, manifestName)} says that the directory holds ${manifest.format}.`,
    { remedy: `Write kind: ${manifest.format}, or name another path.` },
  );
}

/**
 * Undefined where there is none. Throws InvalidConfig when it cannot be understood or is of a newer version. An older
 * state is never taken instead: runs count on what they have loaded.
 */
export async function readManifest(directory: string): Promise<Manifest | undefined> {
  const path = join(directory, manifestName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new TidemarkError('WarehouseUnavailable', `${path} cannot be read: ${String(error)}`, {
      remedy: 'Check the path, its permissions and its disk.',
      cause: error,
    });
  }
  const content = parse(path, text);
  if (content.formatVersion !== formatVersion) {
    throw new TidemarkError(
      'InvalidConfig',
      `${path}: formatVersion ${JSON.stringify(content.formatVersion)} is not ${formatVersion}, which this version reads.`,
      { remedy: 'Use the version of Tidemark that wrote it, or a newer one.' },
    );
  }
  const result = manifestSchema.safeParse(content);
  if (!result.success) throw damaged(path, z.prettifyError(result.error));
  return result.data;
}

/** The whole new manifest is in its place, or the former is. */
export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await writeWhole(
    join(directory, manifestName),
    Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`),
    'power cut',
  );
}

function parse(path: string, text: string): { formatVersion?: unknown } {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === 'object' && content !== null) return content;
  } catch (error) {
    throw damaged(path, String(error));
  }
  throw damaged(path, 'it is no JSON object');
}

function damaged(path: string, reason: string): TidemarkError {
  return new TidemarkError('InvalidConfig', `${path} is damaged: ${reason}.`, {
    remedy: 'Restore it together with the directory from a backup, or load into a new directory.',
  });
}
