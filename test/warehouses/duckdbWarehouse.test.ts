import { randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonText } from '../../model/jsonText.js';
import { tableNames, tables } from '../../model/tables.js';
import { createFileStore } from '../../staging/fileStore.js';
import { openWarehouse, type WarehouseConfig } from '../../warehouses/openWarehouse.js';
import { scratchDirectory } from '../support/scratchDirectory.js';
import { changeFile, scratchWarehouse } from './scratchWarehouse.js';
import { reading } from './contract/metricReadings.js';
import { evaluation, hour } from './contract/sampleEvaluation.js';
import { noSignal } from './contract/target.js';

async function newWarehouse() {
  const directory = await scratchDirectory();
  const path = join(directory, 'folder', 'new.duckdb');
  const store = createFileStore(join(directory, 'staging'), 'file:staging');
  return { path, warehouse: await openWarehouse({ kind: 'duckdb', path }, store) };
}

describe('the schema', () => {
  it('is made once, with comments, and recorded', async () => {
    const { warehouse } = await newWarehouse();
    const changes = await warehouse.ensureSchema();
    expect(changes).toEqual(tableNames.map((table) => ({ table, column: null, change: 'create_table' })));
    expect(await warehouse.ensureSchema()).toEqual([]);
    const recorded = await warehouse.query('SELECT table_name, column_name, change FROM schema_changes');
    expect(recorded).toHaveLength(tableNames.length);
    const comments = await warehouse.query(
      `SELECT comment FROM duckdb_tables() WHERE table_name = 'evaluations'
       UNION ALL SELECT comment FROM duckdb_columns() WHERE table_name = 'evaluations' AND column_name = 'raw'`,
    );
    expect(comments).toEqual([
      { comment: tables.evaluations.grain },
      { comment: "The source's JSON as it came, unknown fields included." },
    ]);
  });

  it('gets missing columns back, nullable, and keeps those it does not know', async () => {
    const scratch = await scratchWarehouse();
    await scratch.load('b1', evaluation());
    await changeFile(scratch.path, 'ALTER TABLE evaluations DROP COLUMN media_types');
    await changeFile(scratch.path, `ALTER TABLE evaluations ADD COLUMN own_note VARCHAR DEFAULT 'none'`);
    await changeFile(scratch.path, `UPDATE evaluations SET own_note = 'mine', is_archived = true`);
    expect(await scratch.warehouse.ensureSchema()).toEqual([
      { table: 'evaluations', column: 'media_types', change: 'add_column' },
    ]);
    expect(
      await scratch.rows(
        `SELECT table_name, column_type FROM schema_changes WHERE column_name = 'media_types'`,
      ),
    ).toEqual([{ table_name: 'evaluations', column_type: 'JSON' }]);
    await scratch.load('b2', evaluation({ id: 'e2' }));
    expect(await scratch.rows('SELECT evaluation_id, media_types FROM evaluations ORDER BY ALL')).toEqual([
      { evaluation_id: 'e1', media_types: null },
      { evaluation_id: 'e2', media_types: '{}' },
    ]);
    await scratch.load('b3', evaluation({ stamp: hour(10), score: 1 }));
    expect(
      await scratch.rows('SELECT total_score, own_note, is_archived FROM evaluations ORDER BY ALL'),
    ).toEqual([
      { total_score: 1, own_note: 'mine', is_archived: true },
      { total_score: 80, own_note: 'none', is_archived: false },
    ]);
  });

  it('refuses a column of another type by name', async () => {
    const scratch = await scratchWarehouse();
    await changeFile(scratch.path, 'ALTER TABLE evaluations ALTER total_score TYPE VARCHAR');
    await expect(scratch.warehouse.ensureSchema()).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringContaining(
        'evaluations.total_score of the warehouse is VARCHAR, but DOUBLE',
      ) as string,
    });
  });
});

describe('known versions', () => {
  it('are none where nothing was loaded yet', async () => {
    const { warehouse } = await newWarehouse();
    expect(await warehouse.knownVersions('evaluations', 'acme', ['e1'])).toEqual([]);
    await warehouse.check();
    expect(await warehouse.knownVersions('evaluations', 'acme', ['e1'])).toEqual([]);
  });
});

describe('queries', () => {
  it('give values that JSON can carry', async () => {
    const { warehouse } = await newWarehouse();
    await warehouse.check();
    const rows = await warehouse.query(
      `SELECT 5::BIGINT AS small, 9007199254740993 AS large, sum(x) AS total, TIMESTAMPTZ '1969-12-31 23:59:59.9995+00' AS moment,
         DATE '2026-02-28' AS day, 1.25::DECIMAL(5, 2) AS money, [1::BIGINT, NULL] AS list, {'a': DATE '2026-01-01'} AS struct,
         '{"a":1}'::JSON AS json, true AS yes, NULL AS nothing, 0.1::DOUBLE AS tenth, INTERVAL 90 MINUTE AS span, 'ab'::BLOB AS bytes
       FROM (VALUES (1::BIGINT), (2)) v(x)`,
    );
    expect(rows).toEqual([
      {
        small: 5,
        large: '9007199254740993',
        total: 3,
        moment: '1969-12-31T23:59:59.999Z',
        day: '2026-02-28',
        money: 1.25,
        list: [1, null],
        struct: { a: '2026-01-01' },
        json: '{"a":1}',
        yes: true,
        nothing: null,
        tenth: 0.1,
        span: '01:30:00',
        bytes: '6162',
      },
    ]);
  });

  it('cannot write', async () => {
    const scratch = await scratchWarehouse();
    await expect(scratch.warehouse.query('DELETE FROM load_audit')).rejects.toThrow('read-only');
  });
});

describe('Unicode', () => {
  it('arrives as it was sent', async () => {
    const text = 'Zoë \u{1F469}\u200D\u{1F4BB} \u2028 \0 "quoted" \\ مرحبا 你好 \u202Eabc\r\n\tЁ e\u0301';
    const scratch = await scratchWarehouse();
    const raw = JSON.stringify({ text, nested: [text] });
    await scratch.load('b1', evaluation({ id: text, values: { agent_name: text, raw: raw as JsonText } }));
    expect(await scratch.rows('SELECT evaluation_id, agent_name, raw FROM evaluations')).toEqual([
      { evaluation_id: text, agent_name: text, raw },
    ]);
  });
});

const invalid = (text: string) => {
  return { kind: 'InvalidConfig', message: expect.stringContaining(text) as string };
};

describe('opening a warehouse', () => {
  const none = createFileStore('unused', 'file:unused');

  it('refuses a kind it does not know', async () => {
    const config = { kind: 'oracle', path: 'x' } as unknown as WarehouseConfig;
    await expect(openWarehouse(config, none)).rejects.toThrow(
      'warehouse.kind: "oracle" is no warehouse that Tidemark knows.',
    );
  });

  it('says what is wrong with the path or the limits', async () => {
    const directory = await scratchDirectory();
    await writeFile(join(directory, 'text'), 'no database '.repeat(1_000));
    await mkdir(join(directory, 'folder'));
    const open = async (path: string, more: object = {}) =>
      openWarehouse({ kind: 'duckdb', path: join(directory, path), ...more }, none);
    const check = async (path: string, more: object = {}) => (await open(path, more)).check();
    await expect(check('text')).rejects.toMatchObject(invalid('is not a DuckDB file'));
    await expect(check('folder')).rejects.toMatchObject(invalid('cannot be opened'));
    await expect(check('text/below')).rejects.toMatchObject(invalid('cannot be opened'));
    await expect(check('new', { memoryLimit: 'lots' })).rejects.toMatchObject(
      invalid('warehouse.memoryLimit "lots"'),
    );
    await expect(check('new', { threads: 0 })).rejects.toMatchObject(invalid('warehouse.threads 0'));
    const absent = await open('absent.duckdb');
    await expect(absent.query('SELECT 1')).rejects.toMatchObject(invalid('there is no DuckDB file at'));
    expect((await readdir(directory)).sort()).toEqual(['folder', 'text']);
  });
});

describe('groups of rows', () => {
  it('are small, because a commit compresses the last of them anew', async () => {
    const scratch = await scratchWarehouse();
    const questions = Array.from({ length: 50_000 }, (_, index) => `q${index}`);
    await scratch.load('b1', evaluation({ questions }));
    const groups = await scratch.rows(
      `SELECT sum(count)::INTEGER AS answers FROM pragma_storage_info('evaluation_answers')
       WHERE column_name = 'question_id' AND segment_type <> 'VALIDITY' GROUP BY row_group_id ORDER BY ALL`,
    );
    expect(groups).toEqual([{ answers: 9_040 }, { answers: 20_480 }, { answers: 20_480 }]);
  });
});

/** Evaluations without answers, each of which the vendor sent with so long a text. */
const longEvaluations = (prefix: string, count: number, textOf: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => {
    const raw = JSON.stringify({ text: textOf(index) }) as JsonText;
    return evaluation({ id: `${prefix}-${index}`, questions: [], values: { raw } });
  });

describe('long texts', () => {
  it('that need more memory than a load has leave everything as it was, and the setting is named', async () => {
    const scratch = await scratchWarehouse();
    const longTexts = (batch: string) => ({
      evaluations: longEvaluations(batch, 800, () => randomBytes(25_000).toString('base64')).flatMap(
        ({ evaluations = [] }) => evaluations,
      ),
    });
    await scratch.load('b1', longTexts('b1'));
    const batch = await scratch.stage('b2', longTexts('b2'));
    // The least fails while it inserts, the others while they commit.
    for (const memoryLimit of ['32MB', '64MB', '96MB', '128MB']) {
      const { path, store } = scratch;
      const little = await openWarehouse({ kind: 'duckdb', path, memoryLimit, threads: 1 }, store);
      await expect(little.load(batch, noSignal), memoryLimit).rejects.toMatchObject({
        kind: 'InvalidConfig',
        message: expect.stringMatching(
          `needs more than warehouse.memoryLimit ${memoryLimit}.*lower pagesPerBatch`,
        ) as string,
      });
      expect(await scratch.rows('SELECT count(*)::INTEGER AS n FROM evaluations')).toEqual([{ n: 800 }]);
    }
    // One that may take more begins with half of it, and remembers that this was not enough.
    const { path, store } = scratch;
    const much = await openWarehouse({ kind: 'duckdb', path, memoryLimit: '256MB', threads: 1 }, store);
    const limit = async () => much.query("SELECT current_setting('memory_limit') AS is");
    expect(await limit()).toEqual([{ is: '122.0 MiB' }]);
    await much.load(batch, noSignal);
    expect(await limit()).toEqual([{ is: '244.1 MiB' }]);
    expect(await scratch.rows('SELECT count(*)::INTEGER AS n FROM evaluations')).toEqual([{ n: 1_600 }]);
  });

  it('are loaded within the memory of a load, a thousand of them at once', async () => {
    const scratch = await scratchWarehouse({ memoryLimit: '256MB' });
    const samples = longEvaluations('e', 1_000, (index) => `${index} `.repeat(15_000));
    await scratch.load('b1', {
      evaluations: samples.flatMap(({ evaluations = [] }) => evaluations),
      evaluation_history: samples.flatMap(({ evaluation_history = [] }) => evaluation_history),
    });
    const [{ megabytes } = {}] = await scratch.rows(
      'SELECT (sum(length(raw)) / 1e6)::INTEGER AS megabytes FROM evaluations',
    );
    expect(megabytes).toBeGreaterThan(50);
  });
});

describe('rows of what runs did', () => {
  it('may be those of a first poll of many agents, within the memory of a load', async () => {
    const scratch = await scratchWarehouse({ memoryLimit: '256MB' });
    const rows = Array.from({ length: 2_000 }, (_, number) => reading({ entity_id: `agent-${number}` }));
    await scratch.warehouse.record('agent_metrics', rows);
    await scratch.warehouse.record('agent_metrics', rows);
    expect(await scratch.warehouse.agentMetrics('acme', '2026-11-01')).toHaveLength(2_000);
  });
});
