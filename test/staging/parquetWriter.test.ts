import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBTimestampTZValue } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonText } from '../../model/jsonText.js';
import { stagedColumns, stagedTableNames, type Row } from '../../model/tables.js';
import { createBatchWriter, createParquetWriter } from '../../staging/parquetWriter.js';
import { parquetTypes, withEngine } from '../../staging/parquetCopy.js';
import { sampleRow } from '../support/sampleRows.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

async function readParquet(path: string, columns = '*') {
  return withEngine(`${path}.spill`, async (connection) => {
    const result = await connection.runAndReadAll(`SELECT ${columns} FROM read_parquet('${path}')`);
    return result.getRowObjects();
  });
}

async function write(rows: Row<'form_answer_options'>[]) {
  const writer = await createParquetWriter({
    table: 'form_answer_options',
    directory: await scratchDirectory(),
  });
  await writer.add(rows);
  const file = await writer.finish();
  if (file === undefined) throw new Error('no file');
  return file;
}

const option = (values: Partial<Row<'form_answer_options'>> = {}) => sampleRow('form_answer_options', values);

describe('the Parquet writer', () => {
  it('writes every table with exactly the staged columns in registry order', async () => {
    const directory = await scratchDirectory();
    const writer = await createBatchWriter(directory);
    for (const table of stagedTableNames) await writer.add({ [table]: [sampleRow(table)] });
    const files = await writer.finish();

    expect(Object.keys(files)).toEqual(stagedTableNames);
    expect((await readdir(directory)).sort()).toEqual(
      stagedTableNames.map((name) => `${name}.parquet`).sort(),
    );
    await withEngine(join(directory, 'spill'), async (connection) => {
      for (const table of stagedTableNames) {
        const description = await connection.runAndReadAll(
          `DESCRIBE SELECT * FROM read_parquet('${files[table]?.path ?? ''}')`,
        );
        expect(description.getRowObjects().map((row) => [row['column_name'], row['column_type']])).toEqual(
          stagedColumns(table).map(({ name, type }) => [name, parquetTypes[type]]),
        );
      }
    });
  });

  it('makes no file for a table without rows, and none at all for an empty batch', async () => {
    const writer = await createBatchWriter(await scratchDirectory());
    await writer.add({ evaluations: [], users: [sampleRow('users')] });
    expect(Object.keys(await writer.finish())).toEqual(['users']);
    expect(await (await createBatchWriter(await scratchDirectory())).finish()).toEqual({});
  });

  it('keeps any Unicode text byte for byte; lone surrogates become U+FFFD as in any UTF-8', async () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
        .map((units) => String.fromCharCode(...units)),
      fc.constantFrom(
        '',
        '\u2028\u2029',
        '\0',
        'a\0b',
        '\u{1F600}',
        '\uD83D',
        '\uDE00\uD83D',
        '"\\"\n\r\t',
        'null',
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text: anyText, json: fc.json() }), { minLength: 1 }),
        async (samples) => {
          const writer = await createParquetWriter({
            table: 'divisions',
            directory: await scratchDirectory(),
          });
          await writer.add(
            samples.map(({ text, json }) => sampleRow('divisions', { name: text, raw: json as JsonText })),
          );
          const file = await writer.finish();
          const rows = await readParquet(file?.path ?? '', 'name, raw');
          expect(rows).toEqual(
            samples.map(({ text, json }) => ({
              name: Buffer.from(text, 'utf8').toString('utf8'),
              raw: json,
            })),
          );
        },
      ),
      { numRuns: 15 },
    );
  });

  it('keeps JSON text as it is but for escapes of lone surrogates, which no JSON type accepts', async () => {
    const raw = String.raw`{"half":"\ud83d","pair":"\ud83d\ude00","escaped":"\\ud83d","low":"\ude00", "u":"\u0000"}`;
    const writer = await createParquetWriter({ table: 'divisions', directory: await scratchDirectory() });
    await writer.add([sampleRow('divisions', { raw: raw as JsonText })]);
    const file = await writer.finish();
    expect(await readParquet(file?.path ?? '', 'raw')).toEqual([
      {
        raw: String.raw`{"half":"\ufffd","pair":"\ud83d\ude00","escaped":"\\ud83d","low":"\ufffd", "u":"\u0000"}`,
      },
    ]);
  });

  it('keeps exact doubles', async () => {
    const doubles = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(
        -0,
        0,
        5e-324,
        Number.MAX_VALUE,
        1e21,
        123456789012345680000,
        2 ** 53 + 2,
        Math.fround(0.1),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(doubles, { minLength: 1, maxLength: 200 }), async (values) => {
        const file = await write(values.map((value) => option({ value })));
        const rows = await readParquet(file.path, 'value');
        expect(rows.map((row) => row['value'])).toEqual(values);
      }),
      { numRuns: 15 },
    );
  });

  it('keeps integers, microseconds and dates', async () => {
    const writer = await createParquetWriter({ table: 'evaluations', directory: await scratchDirectory() });
    await writer.add([
      sampleRow('evaluations', {
        revision: Number.MAX_SAFE_INTEGER,
        created_at: '1969-12-31T23:59:59.123456Z',
        evaluation_month: '2024-02-29',
      }),
    ]);
    const file = await writer.finish();
    const [row] = await readParquet(
      file?.path ?? '',
      'revision, created_at, evaluation_month::VARCHAR AS month',
    );
    expect(row).toEqual({
      revision: BigInt(Number.MAX_SAFE_INTEGER),
      created_at: new DuckDBTimestampTZValue(-876_544n),
      month: '2024-02-29',
    });
  });

  it('carries a text of 40 MB', async () => {
    const text = 'x\u{1F600}'.repeat(8_000_000);
    const file = await write([option({ text })]);
    expect(await readParquet(file.path, 'length(text) AS characters')).toEqual([{ characters: 16_000_000n }]);
  });

  it('keeps few wide rows in a group, in their order', async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) =>
      option({ answer_id: `answer-${index}`, text: `${index} `.repeat(2_000) }),
    );
    const { path } = await write(rows);
    const groups = await withEngine(`${path}.spill`, async (connection) => {
      const sizes = `SELECT sum(total_uncompressed_size)::INTEGER FROM parquet_metadata('${path}') GROUP BY row_group_id`;
      return (await connection.runAndReadAll(sizes)).getRows().flat().map(Number);
    });
    expect(groups.length).toBeGreaterThan(2);
    expect(Math.max(...groups)).toBeLessThan(6_000_000);
    const read = await readParquet(path, 'answer_id');
    expect(read.map((row) => row['answer_id'])).toEqual(rows.map(({ answer_id }) => answer_id));
  });

  it('gives the same bytes for the same rows', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) =>
      option({ answer_id: `answer-${index}`, text: 'some text '.repeat(index % 20), value: index / 7 }),
    );
    const hashes = new Set<string>();
    for (let attempt = 0; attempt < 3; attempt++) {
      const { path } = await write(rows);
      hashes.add(
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      );
    }
    expect(hashes.size).toBe(1);
  });

  it.each([
    ['text for a number', { value: '5' }, 'form_answer_options.value must be double or null, not "5".'],
    ['infinity', { value: Infinity }, 'form_answer_options.value must be double or null, not Infinity.'],
    ['a fraction', { option_index: 1.5 }, 'form_answer_options.option_index must be integer, not 1.5.'],
    [
      'too large an integer',
      { option_index: 2 ** 53 },
      'option_index must be integer, not 9007199254740992.',
    ],
    ['null in a key', { form_id: null }, 'form_answer_options.form_id must be string, not null.'],
    [
      'a missing column',
      { text: undefined },
      'form_answer_options.text must be string or null, not missing.',
    ],
    [
      'a local time',
      { extracted_at: '2026-11-01T10:00:00' },
      'extracted_at must be timestamp, not "2026-11-01T10:00:00".',
    ],
    ['no such day', { extracted_at: '2026-02-30T10:00:00Z' }, 'extracted_at must be timestamp'],
    ['nanoseconds', { extracted_at: '2026-02-20T10:00:00.123456789Z' }, 'extracted_at must be timestamp'],
    ['an unknown column', { colour: 'red' }, 'form_answer_options.colour is not a column'],
  ])('refuses %s', async (_, values, message) => {
    const directory = await scratchDirectory();
    const writer = await createParquetWriter({ table: 'form_answer_options', directory });
    await writer.add([option()]);
    const wrong = { ...option(), ...values } as Row<'form_answer_options'>;
    await expect(writer.add([wrong])).rejects.toMatchObject({
      kind: 'SchemaMismatch',
      message: expect.stringContaining(message) as string,
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it('refuses a missing column in the first row, too', async () => {
    const writer = await createBatchWriter(await scratchDirectory());
    const { text: _, ...without } = option();
    await expect(
      writer.add({ form_answer_options: [without as Row<'form_answer_options'>] }),
    ).rejects.toThrow('form_answer_options.text must be string or null, not missing.');
  });

  it('keeps personal data out of messages', async () => {
    const writer = await createBatchWriter(await scratchDirectory());
    const wrong = { evaluations: [{ ...sampleRow('evaluations', {}), raw: 7 as unknown as JsonText }] };
    await expect(writer.add(wrong)).rejects.toThrow(
      'evaluations.raw must be json, not a number (not shown, as it may be about a person).',
    );
  });
});
