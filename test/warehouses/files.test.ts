import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import type { JsonText } from '../../model/jsonText.js';
import type { TableName } from '../../model/tables.js';
import { plainRows } from '../../warehouses/duckdb/plainValues.js';
import { openWarehouse } from '../../warehouses/openWarehouse.js';
import { evaluation, hour } from './contract/sampleEvaluation.js';
import { noSignal } from './contract/target.js';
import { scratchFiles, withReader, type ScratchFiles } from './scratchFiles.js';

const october = { id: 'e1', month: '2026-10-01', stamp: '2026-11-01T08:00:00.123456Z' };
const november = { id: 'e2', month: '2026-11-01' };

const publishedPath = async (scratch: ScratchFiles, table: TableName, partition: string | null) => {
  const file = (await scratch.files(table)).find((each) => each.partition === partition);
  return join(scratch.path, file?.published ?? 'missing');
};

describe('the directory', () => {
  it('has one file for each month, named by the manifest with rows, bytes and hash', async () => {
    for (const [kind, ending] of [
      ['parquet', 'parquet'],
      ['ndjson', 'ndjson.gz'],
    ] as const) {
      const scratch = await scratchFiles(kind);
      const { loadedAt } = await scratch.load('b1', evaluation(october), evaluation(november));
      expect(await scratch.manifest()).toMatchObject({
        formatVersion: 1,
        format: kind,
        lastBatch: { batchId: 'b1', loadedAt },
      });
      expect(await scratch.files('evaluation_answers')).toMatchObject([
        {
          partition: '2026-10-01',
          rows: 2,
          published: `evaluation_answers/evaluation_month=2026-10-01/data.${ending}`,
        },
        { partition: '2026-11-01', rows: 2 },
      ]);
      expect(await scratch.files('load_audit')).toMatchObject([
        { partition: null, rows: 1, published: `load_audit/data.${ending}` },
      ]);
      for (const { files } of Object.values((await scratch.manifest()).tables)) {
        for (const { path, published, bytes, sha256 } of files) {
          const content = await readFile(join(scratch.path, path));
          expect(content).toHaveLength(bytes);
          expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
          expect((await readFile(join(scratch.path, published))).equals(content)).toBe(true);
        }
      }
    }
  });

  it('gets new files only for the months that a batch changes', async () => {
    const scratch = await scratchFiles('parquet');
    await scratch.load('b1', evaluation(october), evaluation(november));
    const [before] = await scratch.files('evaluation_answers');
    await scratch.load('b2', evaluation({ ...november, stamp: hour(10), score: 1 }));
    const [same, changed] = await scratch.files('evaluation_answers');
    expect(same).toEqual(before);
    expect(changed).toMatchObject({ partition: '2026-11-01', rows: 2 });
    // Read again unchanged: the evaluation was looked at, its answers were not.
    await scratch.load('b3', evaluation({ ...november, stamp: hour(10), extracted: hour(11), score: 1 }));
    expect((await scratch.files('evaluation_answers'))[1]).toEqual(changed);
  });

  it('is read in the files of the months that are asked for only', async () => {
    const scratch = await scratchFiles('parquet');
    await scratch.load('b1', evaluation(october), evaluation(november));
    const ofOctober = "SELECT evaluation_id FROM evaluations WHERE evaluation_month = DATE '2026-10-01'";
    expect(await scratch.rows(ofOctober)).toEqual([{ evaluation_id: 'e1' }]);
    const explained = await scratch.rows(`EXPLAIN ANALYZE ${ofOctober}`);
    expect(JSON.stringify(explained)).toContain('Scanning Files: 1/2');
  });

  it('keeps replaced files for as long as it is told, and then removes them', async () => {
    const kept = await scratchFiles('parquet');
    await kept.load('b1', evaluation());
    const [before] = await kept.files('evaluations');
    await kept.load('b2', evaluation({ stamp: hour(10), score: 1 }));
    expect((await kept.manifest()).superseded.map(({ path }) => path)).toContain(before?.path);
    expect(await readFile(join(kept.path, before?.path ?? ''))).toHaveLength(before?.bytes ?? 0);

    const hasty = await openWarehouse({ kind: 'parquet', path: kept.path, keepReplaced: 0 }, kept.store);
    await hasty.load(await kept.stage('b3', evaluation({ stamp: hour(11), score: 2 })), noSignal);
    expect((await kept.manifest()).superseded).toEqual([]);
    await expect(readFile(join(kept.path, before?.path ?? ''))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('loses leftovers of killed operations, and gets back what is published', async () => {
    const scratch = await scratchFiles('parquet');
    await scratch.load('b1', evaluation(october), evaluation(november));
    const published = await publishedPath(scratch, 'evaluations', '2026-10-01');
    const whole = await readFile(published);
    const leftovers = [
      '.unfinished-manifest',
      '_versions/evaluations/half.parquet',
      '_work/killed/spill.tmp',
    ];
    for (const path of leftovers) {
      await mkdir(dirname(join(scratch.path, path)), { recursive: true });
      await writeFile(join(scratch.path, path), 'left');
    }
    await rm(published);
    await rename(await publishedPath(scratch, 'evaluations', '2026-11-01'), published);
    await scratch.warehouse.check();
    const names = await readdir(scratch.path, { recursive: true });
    expect(names.filter((name) => leftovers.includes(name))).toEqual([]);
    expect((await readFile(published)).equals(whole)).toBe(true);
    expect(await readFile(await publishedPath(scratch, 'evaluations', '2026-11-01'))).not.toHaveLength(0);
  });
});

describe('other programs', () => {
  it('read Parquet: a reader that is not DuckDB', async () => {
    const scratch = await scratchFiles('parquet');
    await scratch.load('b1', evaluation({ ...october, values: { raw: '{"a":[1,"é"]}' as JsonText } }));
    const file = await asyncBufferFromFile(await publishedPath(scratch, 'evaluations', '2026-10-01'));
    const rows = await parquetReadObjects({ file, compressors });
    expect(rows).toMatchObject([
      {
        evaluation_id: 'e1',
        total_score: 80,
        is_deleted: false,
        change_stamp: new Date('2026-11-01T08:00:00.123Z'),
        deleted_at: null,
        raw: { a: [1, 'é'] },
      },
    ]);
    // In the folder's name alone.
    expect(rows[0]).not.toHaveProperty('evaluation_month');
  });

  it('read NDJSON line by line: JSON as values, moments to the microsecond, the month too', async () => {
    const scratch = await scratchFiles('ndjson');
    await scratch.load('b1', evaluation({ ...october, values: { raw: '{"a":[1,"é\\n"]}' as JsonText } }));
    const text = gunzipSync(await readFile(await publishedPath(scratch, 'evaluations', '2026-10-01')));
    const lines = String(text).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        evaluation_id: 'e1',
        evaluation_month: '2026-10-01',
        total_score: 80,
        is_deleted: false,
        change_stamp: '2026-11-01T08:00:00.123456Z',
        deleted_at: null,
        raw: { a: [1, 'é\n'] },
      },
    ]);
  });

  it.for([
    ['parquet', 'read_parquet', 'parquet'],
    ['ndjson', 'read_json', 'ndjson.gz'],
  ] as const)('glob %s: what is published is what the warehouse holds', async ([kind, read, ending]) => {
    const scratch = await scratchFiles(kind);
    await scratch.load('b1', evaluation(october), evaluation(november));
    await scratch.load('b2', evaluation({ ...october, stamp: hour(10), questions: ['q3'] }));
    const columns = 'evaluation_id, question_id, is_deleted, evaluation_month::VARCHAR AS month';
    const globbed = await withReader(async (connection) =>
      plainRows(
        connection,
        `SELECT ${columns} FROM ${read}('${scratch.path}/evaluation_answers/*/*.${ending}', hive_partitioning = true)
         ORDER BY ALL`,
      ),
    );
    expect(globbed).toHaveLength(5);
    expect(globbed).toEqual(await scratch.rows(`SELECT ${columns} FROM evaluation_answers ORDER BY ALL`));
  });
});

it('readers during loads see one load by the manifest, and each month once by the folders', async () => {
  const scratch = await scratchFiles('parquet');
  const sample = (score: number) =>
    [october, november].map((of) =>
      evaluation({ ...of, stamp: new Date(Date.UTC(2026, 11, score)).toISOString(), score }),
    );
  await scratch.load('b1', ...sample(1));
  const loads = { over: false };
  const loading = (async () => {
    for (let score = 2; score <= 6; score += 1) await scratch.load(`b${score}`, ...sample(score));
  })().finally(() => {
    loads.over = true;
  });
  const seen = new Set<unknown>();
  await withReader(async (connection) => {
    while (!loads.over) {
      const { tables, lastBatch } = await scratch.manifest();
      const paths = ['evaluations', 'evaluation_answers'].flatMap((table) =>
        (tables[table]?.files ?? []).map(({ path }) => `'${join(scratch.path, path)}'`),
      );
      const byManifest = await plainRows(
        connection,
        `SELECT DISTINCT batch_id FROM read_parquet([${paths.join(', ')}], union_by_name = true)`,
      );
      expect(byManifest).toEqual([{ batch_id: lastBatch?.batchId }]);
      seen.add(lastBatch?.batchId);
      const byFolder = await plainRows(
        connection,
        `SELECT evaluation_month::VARCHAR AS month, count(*) AS n, count(DISTINCT batch_id) AS batches
         FROM read_parquet('${scratch.path}/evaluation_answers/*/*.parquet', hive_partitioning = true)
         GROUP BY ALL ORDER BY ALL`,
      );
      expect(byFolder).toEqual([
        { month: '2026-10-01', n: 2, batches: 1 },
        { month: '2026-11-01', n: 2, batches: 1 },
      ]);
    }
  });
  await loading;
  expect(seen.size).toBeGreaterThan(1);
}, 120_000);
