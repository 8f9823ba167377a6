/** Rows of a CSV file as a stream, strictly: what cannot be read is an error and never half a row. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { TidemarkError } from '../../../model/errors.js';

/** Bytes; a quote that nobody closes would make one row of the rest of the file. */
const longestRow = 16 * 2 ** 20;

/**
 * Hands over each row as texts in the order of its columns, the header row first; an empty file has none.
 * @param file names it in messages
 * @throws TidemarkError SchemaMismatch naming file and line; nothing of a row's content
 */
export async function readCsv(
  path: string,
  file: string,
  onRow: (row: readonly string[]) => Promise<void> | void,
  signal: AbortSignal,
): Promise<void> {
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    // Named, as one found by the first line would hold for a file that was put together from several.
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: longestRow,
  });
  let thrown: unknown;
  const consume = async (rows: AsyncIterable<string[]>) => {
    try {
      for await (const row of rows) {
        // Only where there is something to wait for: there are millions of rows.
        const done = onRow(row);
        if (done !== undefined) await done;
      }
    } catch (error) {
      thrown = error;
      throw error;
    }
  };
  try {
    await pipeline(createReadStream(path), parser, consume, { signal });
  } catch (failed) {
    // A pipeline may report the streams that it stopped instead of what it stopped them for.
    const error = thrown ?? failed;
    if (!(error instanceof CsvError)) throw error;
    const line: unknown = error['lines'];
    throw new TidemarkError(
      'SchemaMismatch',
      `The file ${file} is no CSV at line ${typeof line === 'number' ? line : 'unknown'} (${error.code}).`,
      { remedy: 'It was cut off or changed on its way: load the window anew; if it stays, ask NICE.' },
    );
  }
}
