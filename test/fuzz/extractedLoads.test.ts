/**
 * Files of extraction jobs with something wrong in them, through the activities into a warehouse: whole evaluations, or
 * an error that says where and a warehouse that is as it was.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { extractedDirectory } from '../../activities/batchLayout.js';
import { createFileStore } from '../../staging/fileStore.js';
import { dump } from '../faults/support/dump.js';
import { openSimulator } from '../sources/cxone/dataExtraction/simulatedExtraction.js';
import { openExtraction } from './support/extraction.js';
import { begins, openKeptWarehouse, type Begin } from './support/keptWarehouse.js';
import type { Contents } from './support/lanes.js';
import { brokenFile } from './support/mutateCsv.js';
import { playWindow } from './support/playedWindow.js';
import { sampling } from './support/sampling.js';
import { judgeLoad } from './support/wholeWarehouse.js';

const simulator = await openSimulator({ evaluations: 40 });
const directory = await mkdtemp(join(tmpdir(), 'tidemark-fuzz-'));
const staging = createFileStore(join(directory, 'staging'), 'file:staging');
const kept = await openKeptWarehouse(directory, staging);
const extraction = await openExtraction(simulator, staging, kept.warehouse);

afterAll(async () => {
  await simulator.close();
  await rm(directory, { recursive: true, force: true });
});

type Breaks = (name: string, text: string) => Buffer;
const asItCame: Breaks = (_, text) => Buffer.from(text);
let plays = 0;

async function play(breaks: Breaks, goingOn = async () => {}) {
  const windowDirectory = `acme/evaluations/window/${++plays}`;
  try {
    return await playWindow(extraction.dependencies(), {
      ...{ ...extraction.of, directory: windowDirectory, goingOn },
      prepare: async ({ local }) => {
        for (const file of extraction.files) {
          const path = join(directory, 'broken');
          await writeFile(path, breaks(file.job.name, file.text));
          await file.stage(windowDirectory, path);
        }
        expect(await staging.list(`${extractedDirectory(windowDirectory)}/`)).toHaveLength(4);
        const { connection, stream } = extraction.of;
        await local.shapeExtract.executeWithOptions({}, [{ connection, stream, directory: windowDirectory }]);
      },
    });
  } finally {
    await staging.remove('acme/');
    await staging.remove('quarantine/');
  }
}

async function keepBegin(begin: Begin): Promise<Contents> {
  await kept.keep(begin);
  const contents = await kept.look(async (query) => dump({ query }));
  expect(await play(asItCame)).toMatchObject({ error: undefined });
  return contents;
}

it('a file that is wrong somewhere is loaded whole, or refused with the place', async () => {
  const at = { empty: await keepBegin('empty'), loaded: await keepBegin('loaded') };
  const outcomes = { loaded: 0, quarantined: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...begins), fc.nat(), brokenFile, async (begin, which, broken) => {
      await kept.reset(begin);
      let before = at[begin];
      const wrong = extraction.files[which % extraction.files.length]?.job.name;
      const played = await play(
        (name, text) => (name === wrong ? broken(text) : asItCame(name, text)),
        async () => {
          before = await kept.look(async (query) => dump({ query }));
        },
      );
      // One answer for each question of the workflow.
      const said = extraction.answersIn;
      outcomes[await judgeLoad(kept, played, { begin, before, said })] += 1;
    }),
    // Each case is a load: cases that fail are not made smaller.
    { ...sampling(36), endOnFailure: true },
  );
  // Otherwise it would hold for any file.
  const { loaded, quarantined, refused } = outcomes;
  expect(Math.min(loaded, quarantined + refused) * 20).toBeGreaterThan(loaded + quarantined + refused);
});
