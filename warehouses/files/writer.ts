/** One change of a directory: read the manifest, change tables in an engine, write new files, replace the manifest. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier, literal } from '../../model/sqlText.js';
import { tables, type TableName } from '../../model/tables.js';
import { moveWhole } from '../../staging/wholeFiles.js';
import { plainRows } from '../duckdb/plainValues.js';
import { inTurn } from '../turns.js';
import { partitionOf, type Current } from './currentTables.js';
import type { Extent } from './affectedTables.js';
import { withDirectoryLock, type DirectoryLock } from './directoryLock.js';
import { newWorkFolder, withEngine, type Directory } from './engine.js';
import { manifestLost } from './errors.js';
import { formats, type FileFormatName } from './formats.js';
import {
  columnsOf,
  emptyManifest,
  filesOf,
  readOwnManifest,
  writeManifest,
  type Manifest,
  type ManifestFile,
} from './manifest.js';
import { currentFiles, publish, sweep, versionPaths } from './versions.js';

export interface FilesDirectory extends Directory {
  readonly format: FileFormatName;
  /** How long files that were replaced stay, in milliseconds. */
  readonly keepReplaced: number;
}

/** Tables that were changed: all of each, or these partitions of it. */
export type ChangedTables = ReadonlyMap<TableName, Extent>;

/** A change under way. Until it is committed, nobody sees anything of it. */
export interface Change {
  readonly connection: DuckDBConnection;
  readonly current: Current;
  /** Writes the changed tables and makes them current, with these other values of the manifest. */
  commit(changed: ChangedTables, values: Partial<Manifest>, signal?: AbortSignal): Promise<void>;
}

/**
 * Runs work as the only writer, on what is current. Leftovers of a change that was killed are put right first.
 * Throws WarehouseUnavailable when another process writes.
 */
export async function changing<T>(
  directory: FilesDirectory,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  return inTurn(directory.path, async () =>
    withDirectoryLock(directory.path, async (lock) => {
      const manifest = (await readOwnManifest(directory)) ?? (await firstManifest(directory));
      await settle(directory, manifest);
      const folder = newWorkFolder(directory, 'write');
      return withEngine(directory, folder, async (connection) =>
        work({
          connection,
          current: { directory: directory.path, manifest },
          commit: async (changed, values, signal) =>
            commit({ directory, lock, folder, connection, manifest, signal }, changed, values),
        }),
      );
    }),
  );
}

interface Writing {
  directory: FilesDirectory;
  lock: DirectoryLock;
  folder: string;
  connection: DuckDBConnection;
  manifest: Manifest;
  signal: AbortSignal | undefined;
}

async function commit(writing: Writing, changed: ChangedTables, values: Partial<Manifest>): Promise<void> {
  const { directory, lock, manifest, signal } = writing;
  const now = Date.now();
  const next: Manifest = {
    ...manifest,
    ...values,
    revision: manifest.revision + 1,
    committedAt: new Date(now).toISOString(),
  };
  next.tables = { ...next.tables };
  for (const [name, partitions] of changed) {
    const held = next.tables[name];
    if (held !== undefined)
      next.tables[name] = { ...held, files: await writeTable(writing, name, partitions) };
  }
  next.superseded = supersededBy(next, manifest, now, directory.keepReplaced);
  await lock.assertHeld();
  signal?.throwIfAborted();
  await writeManifest(directory.path, next);
  // Committed. What follows is made up for by the next change when it does not come to pass.
  await settle(directory, next);
}

/**
 * For a directory in which nothing was ever published. Throws InvalidConfig for one that has lost its manifest: with
 * an empty one everything in it would count as a leftover.
 */
async function firstManifest(directory: FilesDirectory): Promise<Manifest> {
  const published = (await readdir(directory.path)).find((name) => Object.hasOwn(tables, name));
  if (published !== undefined) throw manifestLost(directory, published);
  return emptyManifest(directory.format);
}

async function settle(directory: FilesDirectory, manifest: Manifest): Promise<void> {
  await sweep(directory.path, manifest);
  const folder = newWorkFolder(directory, 'write');
  try {
    await publish(directory.path, folder, manifest);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Files that were current until now, and earlier ones that are still to be kept. */
function supersededBy(next: Manifest, before: Manifest, now: number, keep: number): Manifest['superseded'] {
  const pathsOf = (manifest: Manifest) => currentFiles(manifest).map(({ path }) => path);
  const current = new Set(pathsOf(next));
  const replaced = pathsOf(before).map((path) => ({ path, since: new Date(now).toISOString() }));
  return [...before.superseded, ...replaced].filter(
    ({ path, since }) => !current.has(path) && Date.parse(since) + keep > now,
  );
}

/** The files of a table once the changed partitions are written. */
async function writeTable(writing: Writing, name: TableName, partitions: Extent): Promise<ManifestFile[]> {
  if (partitions === 'all') return presentFiles([await writeFile(writing, name, null)]);
  const unchanged = filesOf(writing.manifest, name).filter(
    ({ partition }) => partition === null || !partitions.has(partition),
  );
  const written: (ManifestFile | undefined)[] = [];
  for (const partition of partitions) written.push(await writeFile(writing, name, partition));
  return [...unchanged, ...presentFiles(written)].sort((one, other) =>
    String(one.partition).localeCompare(String(other.partition)),
  );
}

const presentFiles = (files: (ManifestFile | undefined)[]) => files.filter((file) => file !== undefined);

/** Undefined when there are no rows. */
async function writeFile(
  { directory, connection, folder, manifest, signal }: Writing,
  name: TableName,
  partition: string | null,
): Promise<ManifestFile | undefined> {
  const partitionBy = partitionOf(name);
  const format = formats[directory.format];
  signal?.throwIfAborted();
  const columns = columnsOf(manifest, name);
  const relation =
    partitionBy === null || partition === null
      ? identifier(name)
      : `(SELECT * FROM ${identifier(name)} WHERE ${identifier(partitionBy)} = DATE ${literal(partition)})`;
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `${name}${format.ending}`);
  const { rowsChanged: rows } = await connection.run(
    format.write(relation, columns, { partitionBy }, unfinished),
  );
  if (rows === 0) return undefined;
  const measure = format.longestLine(relation, columns);
  const [longest] = measure === undefined ? [] : await plainRows(connection, measure);
  const { size } = await stat(unfinished);
  const hash = createHash('sha256');
  await pipeline(createReadStream(unfinished), hash);
  const sha256 = hash.digest('hex');
  const paths = versionPaths(name, partitionBy, partition, sha256, format.ending);
  await moveWhole(unfinished, join(directory.path, paths.path), 'power cut');
  return { partition, ...paths, rows, bytes: size, sha256, longestLine: Number(longest?.['longest'] ?? 0) };
}
