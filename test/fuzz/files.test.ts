/** Files of extraction jobs with something wrong in them: rows that every column takes, or an error that says where. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDataExtractionSource } from '../../sources/cxone/data-extraction/source.js';
import type { ExtractedFile } from '../../sources/extractionJobs.js';
import type { Source } from '../../sources/source.js';
import type { Simulator } from '../../simulator/server.js';
import {
  clientOf,
  context,
  jobsOf,
  openSimulator,
  rowsOf,
  shapeAndRead,
} from '../sources/cxone/dataExtraction/simulatedExtraction.js';
import { encode, expectKeysOnce } from './support/contracts.js';
import { expectTidemarkError } from './support/judge.js';
import { sampling } from './support/sampling.js';

const window = { start: '2026-09-01T00:00:00.000Z', end: '2026-09-03T00:00:00.000Z' };

let simulator: Simulator;
let directory: string;
let source: Source;
const files: { file: ExtractedFile; text: string }[] = [];

beforeAll(async () => {
  simulator = await openSimulator({ evaluations: 40 });
  directory = await mkdtemp(join(tmpdir(), 'tidemark-fuzz-'));
  source = createDataExtractionSource(clientOf(simulator));
  for (const job of jobsOf(source).jobsOf(window)) {
    const path = join(directory, job.name);
    const { jobId, submittedAt } = await jobsOf(source).submit(job, context);
    while ((await jobsOf(source).collect(jobId, path, context)).status === 'running') await delay(10);
    files.push({ file: { job, path, extractedAt: submittedAt }, text: await readFile(path, 'utf8') });
  }
});

afterAll(async () => {
  await simulator?.close();
  await rm(directory, { recursive: true, force: true });
});

type Change = (lines: string[], at: number, put: string) => void;

const cells = (line: string) => line.split(',');
const changes: readonly Change[] = [
  // A cell, a column more, a column less, a row twice, half a row, a header.
  (lines, at, put) => {
    const row = cells(lines[at] ?? '');
    row[at % Math.max(1, row.length)] = put;
    lines[at] = row.join(',');
  },
  (lines, at, put) => (lines[at] = `${lines[at]},${put}`),
  (lines, at) =>
    (lines[at] = cells(lines[at] ?? '')
      .slice(1)
      .join(',')),
  (lines, at) => lines.push(lines[at] ?? ''),
  (lines, at) => (lines[at] = (lines[at] ?? '').slice(0, (lines[at] ?? '').length / 2)),
  (lines, at, put) => (lines[0] = (lines[0] ?? '').replace(cells(lines[0] ?? '')[at % 20] ?? '', put)),
  (lines, at, put) => (lines[at] = `${put}${lines[at]}`),
  (lines, at) => lines.splice(at, 1),
  (lines) => lines.forEach((line, index) => (lines[index] = `${line},"more"`)),
];

const texts = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      '"',
      '""',
      '"a',
      'a"b',
      '"a""b"',
      '"a,b"',
      '"a\nb"',
      '\r',
      '\r\n',
      '\0',
      '\uFEFF',
      '\uFFFD',
      ';',
      '\t',
    ],
    ...[
      '1e400',
      '-1',
      'NaN',
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59-23:59',
      '2026-02-30',
      'TRUE',
      'Deleted',
    ],
    ...[
      'Self Assessment',
      'Calibration',
      'evaluation',
      'Workflow ID',
      'workflowId',
      'x'.repeat(5_000),
      '=1+1',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

/** As files come that somebody had in other hands. */
const encodings: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(text),
  (text) => Buffer.from(text.replaceAll('\n', '\r\n')),
  (text) => Buffer.from(text.replace('\uFEFF', '')),
  (text) => Buffer.from(`\uFEFF${text}`),
  (text) => Buffer.from(text, 'latin1'),
  (text) => Buffer.from(text, 'utf16le'),
];

it('a file that is wrong somewhere makes rows or an error that says where', async () => {
  const outcomes = { rows: 0, refused: 0 };
  const change = fc.record({ what: fc.constantFrom(...changes), at: fc.nat(), put: texts });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...encodings),
      async (which, made, encoded) => {
        for (const [number, { file, text }] of files.entries()) {
          const lines = text.split('\n');
          const isWrong = number === which % files.length;
          if (isWrong) for (const { what, at, put } of made) what(lines, at % Math.max(1, lines.length), put);
          await writeFile(file.path, isWrong ? encoded(lines.join('\n')) : text);
        }
        let read;
        try {
          read = await shapeAndRead(
            source,
            window,
            files.map(({ file }) => file),
          );
          outcomes.rows += 1;
        } catch (error) {
          const { message, remedy } = expectTidemarkError(error, ['SchemaMismatch']);
          expect(message).toMatch(/file \S+|column "|workflow|question/u);
          expect(remedy, message).toMatch(/\S/u);
          outcomes.refused += 1;
          return;
        }
        // What was taken can be loaded.
        const rows = rowsOf(read);
        encode(rows);
        expectKeysOnce(rows);
      },
    ),
    sampling(1_500),
  );
  // Otherwise it would hold for any file.
  expect(Math.min(outcomes.rows, outcomes.refused) * 20).toBeGreaterThan(outcomes.rows + outcomes.refused);
});
