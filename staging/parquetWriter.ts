/**
 * Canonical rows to Parquet files. Rows are appended to CSV files as they come, so memory does not depend on
 * their number; one DuckDB then makes the Parquet files of all tables. The same rows give the same bytes.
 */
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  stagedColumns,
  stagedTableNames,
  type CanonicalRows,
  type Row,
  type StagedTableName,
} from '../model/tables.js';
import { explainRoom } from './noRoom.js';
import { copyToParquet, pieceBytes, withEngine, type RowFiles } from './parquetCopy.js';
import { createRowEncoder, type PlainRow, type RowEncoder } from './rowEncoder.js';

interface ParquetFile {
  path: string;
  rows: number;
}

export interface BatchWriter {
  /**
   * Appends the rows of one or more records; resolves when they may be forgotten. Not to be called again before
   * that. Throws SchemaMismatch naming table, column and value; the writer's files are then removed.
   */
  add(rows: CanonicalRows): Promise<void>;
  /** Makes the Parquet files, at most one a table: a table without rows has none. The writer is then used up. */
  finish(): Promise<Partial<Record<StagedTableName, ParquetFile>>>;
  /** Removes the files of a batch that is not finished. Not needed where the whole folder is removed. */
  discard(): Promise<void>;
}

/** Bytes of a table that wait in memory for being appended to its file. */
const pendingLimit = 512 * 1024;
/** A UTF-16 code unit takes no more in UTF-8. */
const bytesOfUnit = 3;

interface OpenTable extends RowFiles {
  table: StagedTableName;
  encode: RowEncoder;
  /** Lines that wait for being appended to the file; not strings, which would outlive a collection of garbage. */
  pending: Buffer;
  pendingBytes: number;
  /** Bytes of the last of its files. */
  lastBytes: number;
}

/**
 * Starts the files of one batch.
 *
 * @param directory made when missing; gets one `<table>.parquet` for each table with rows.
 */
export async function createBatchWriter(directory: string): Promise<BatchWriter> {
  await mkdir(directory, { recursive: true });
  const open = new Map<StagedTableName, OpenTable>();

  // A handle kept open would leak when a mapper fails and the writer is dropped.
  const flush = async (file: OpenTable) => {
    if (file.pendingBytes === 0) return;
    const path = file.lastBytes < pieceBytes ? file.paths.at(-1) : undefined;
    const target = path ?? (await nextFile(file));
    await explainRoom(
      appendFile(target, file.pending.subarray(0, file.pendingBytes)),
      `the rows of ${file.table} in ${target}`,
    );
    file.bytes += file.pendingBytes;
    file.lastBytes += file.pendingBytes;
    file.pendingBytes = 0;
  };

  const nextFile = async (file: OpenTable): Promise<string> => {
    const path = join(directory, `${file.table}-${file.paths.length + 1}.csv`);
    await rm(path, { force: true });
    file.paths.push(path);
    file.lastBytes = 0;
    return path;
  };

  const makeRoom = async (file: OpenTable, bytes: number) => {
    await flush(file);
    if (bytes > file.pending.length) file.pending = Buffer.allocUnsafeSlow(bytes);
  };

  const openTable = (table: StagedTableName): OpenTable => {
    const columns = stagedColumns(table);
    const encode = createRowEncoder(table, columns);
    const file: OpenTable = {
      ...{ table, columns, encode, paths: [], rows: 0, bytes: 0, lastBytes: 0, longestLine: 0 },
      pending: Buffer.allocUnsafeSlow(pendingLimit),
      pendingBytes: 0,
    };
    open.set(table, file);
    return file;
  };

  const discard = async () => {
    for (const { paths, table } of open.values()) {
      await remove(paths);
      await rm(join(directory, `${table}.parquet`), { force: true });
    }
    open.clear();
  };

  return {
    discard,

    async add(rows) {
      try {
        for (const table of stagedTableNames) {
          const tableRows: readonly PlainRow[] = rows[table] ?? [];
          if (tableRows.length === 0) continue;
          const file = open.get(table) ?? openTable(table);
          for (const row of tableRows) {
            const line = file.encode(row);
            file.rows += 1;
            const mostBytes = line.length * bytesOfUnit;
            if (file.pendingBytes + mostBytes > file.pending.length) await makeRoom(file, mostBytes);
            const bytes = file.pending.write(line, file.pendingBytes);
            file.pendingBytes += bytes;
            file.longestLine = Math.max(file.longestLine, bytes);
          }
        }
      } catch (error) {
        await discard();
        throw error;
      }
    },

    async finish() {
      if (open.size === 0) return {};
      const files: Partial<Record<StagedTableName, ParquetFile>> = {};
      try {
        await withEngine(join(directory, 'spill'), async (connection) => {
          for (const table of stagedTableNames) {
            const file = open.get(table);
            if (file === undefined) continue;
            await flush(file);
            const path = join(directory, `${table}.parquet`);
            await explainRoom(copyToParquet(connection, file, path), `the rows of ${table} in ${path}`);
            await remove(file.paths);
            files[table] = { path, rows: file.rows };
          }
        });
      } catch (error) {
        await discard();
        throw error;
      }
      open.clear();
      return files;
    },
  };
}

export interface ParquetWriter<N extends StagedTableName> {
  /** As BatchWriter.add. */
  add(rows: Row<N>[]): Promise<void>;
  /** The file; undefined when there were no rows. */
  finish(): Promise<ParquetFile | undefined>;
  discard(): Promise<void>;
}

/** A writer of one table. Several tables of a batch share one DuckDB through createBatchWriter. */
export async function createParquetWriter<N extends StagedTableName>({
  table,
  directory,
}: {
  table: N;
  directory: string;
}): Promise<ParquetWriter<N>> {
  const batch = await createBatchWriter(directory);
  return {
    add: (rows) => batch.add({ [table]: rows }),
    finish: async () => (await batch.finish())[table],
    discard: () => batch.discard(),
  };
}

async function remove(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}
