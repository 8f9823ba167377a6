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
import { brokenFile } from './support/mutateCsv.js';
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

it('a file that is wrong somewhere makes rows or an error that says where', async () => {
  const outcomes = { rows: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.nat(), brokenFile, async (which, broken) => {
      for (const [number, { file, text }] of files.entries()) {
        await writeFile(file.path, number === which % files.length ? broken(text) : text);
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
    }),
    sampling(1_500),
  );
  // Otherwise it would hold for any file.
  expect(Math.min(outcomes.rows, outcomes.refused) * 20).toBeGreaterThan(outcomes.rows + outcomes.refused);
});
