/** Files of extraction jobs: brought once, collected again without harm, and shaped once. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  createCollectJob,
  createPlanJobs,
  createShapeExtract,
  createSubmitJob,
} from '../../activities/extractionJobs.js';
import { createExtractPages } from '../../activities/extractPages.js';
import type { Dependencies } from '../../activities/dependencies.js';
import { halvesOf, type ExtractionJob } from '../../model/extractionJob.js';
import { startSimulator } from '../../simulator/server.js';
import { createDataExtractionClient } from '../../sources/cxone/data-extraction/client.js';
import { createDataExtractionSource } from '../../sources/cxone/data-extraction/source.js';
import { createFileStore } from '../../staging/fileStore.js';
import type { StagingStore } from '../../staging/stagingStore.js';
import { simulatedSources } from '../support/simulatedSources.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const window = { start: '2026-09-02T00:00:00.000Z', end: '2026-09-09T00:00:00.000Z' };
const directory = 'acme/evaluations/window/attempt';
const of = { connection: 'acme', stream: 'evaluations', priority: 2 } as const;

let staging: StagingStore;
let source: Dependencies['source'];

beforeEach(async () => {
  const simulator = await startSimulator({
    contracts: ['cxone-data-extraction'],
    evaluations: 300,
    from: '2026-09-01T00:00:00Z',
    to: '2026-09-15T00:00:00Z',
    extraction: { jobIntervalSeconds: 0, jobDurationSeconds: 0 },
  });
  onTestFinished(async () => simulator.close());
  const access = simulator.contracts['cxone-data-extraction'];
  const { issuer = '', accessKeyId = '', accessKeySecret = '' } = access ?? {};
  const opened = createDataExtractionSource(
    createDataExtractionClient({
      ...{ connection: 'acme', signIn: 'access-key', issuer, accessKeyId, accessKeySecret },
      ...{ clientId: simulator.clientId, clientSecret: simulator.clientSecret },
      ...{ allowedHosts: [], tokenRefreshMarginSeconds: 60 },
    }),
  );
  source = () => opened;
  staging = createFileStore(await scratchDirectory(), 'file:staging');
});

const run = async <I, O>(activity: (input: I) => Promise<O>, input: I): Promise<O> =>
  new MockActivityEnvironment().run(activity, input) as Promise<O>;
const plan = async () => run(createPlanJobs({ source, staging }), { ...of, window, directory });
const shape = async () => run(createShapeExtract({ source, staging }), { ...of, directory });
const submit = async (job: ExtractionJob) => run(createSubmitJob({ source }), { ...of, job });

async function bring(job: ExtractionJob): Promise<void> {
  const { jobId, submittedAt } = await submit(job);
  const collect = createCollectJob({ source, staging });
  // Twice, as after an answer of the first that was lost.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const input = { ...of, job, jobId, submittedAt, directory };
    expect(await run(collect, input)).toMatchObject({ status: 'succeeded' });
  }
}

async function extractAll(): Promise<number> {
  const batch = { connection: 'acme', stream: 'evaluations', window, windowDirectory: directory, number: 1 };
  const input = { batch, cursor: null, maxPages: 100, maxSeconds: 60, priority: 2 } as const;
  const { records, next } = await run(createExtractPages({ source, staging }), input);
  expect(next).toBeNull();
  return records;
}

test('only files that are not in staging are still to be brought', async () => {
  const planned = await plan();
  expect(planned.tenant).not.toBe('');
  expect(planned.jobs.map(({ entity }) => entity)).toEqual(['qm-workflows', 'qm-questions']);
  const [first, second] = planned.jobs as [ExtractionJob, ExtractionJob];
  await bring(first);
  expect((await plan()).jobs).toEqual([second]);
  const halves = halvesOf(second);
  await bring(halves?.[0] as ExtractionJob);
  expect((await plan()).jobs).toEqual([halves?.[1]]);
  await bring(halves?.[1] as ExtractionJob);
  expect((await plan()).jobs).toEqual([]);
});

test('files become pages, once, and pages are read as any other', async () => {
  for (const job of (await plan()).jobs) await bring(job);
  const shaped = await shape();
  expect(shaped.pages).toBeGreaterThan(0);
  expect(await extractAll()).toBeGreaterThan(50);
  await staging.remove(`${directory}/extracted/`);
  expect(await shape()).toEqual(shaped);
});

test('a job that the vendor does not know is lost, and its file is still to be brought', async () => {
  const [job] = (await plan()).jobs as [ExtractionJob];
  const input = { ...of, job, jobId: 'nobody-knows', submittedAt: window.end, directory };
  expect(await run(createCollectJob({ source, staging }), input)).toMatchObject({ status: 'lost' });
  expect((await plan()).jobs).toHaveLength(2);
});

test('planning jobs of a stream that is not read by them is refused', async () => {
  const simulator = await startSimulator({ evaluations: 10 });
  onTestFinished(async () => simulator.close());
  const { source: other } = simulatedSources(simulator, window.start);
  const planning = run(createPlanJobs({ source: other, staging }), { ...of, window, directory });
  await expect(planning).rejects.toThrow(/"evaluations" of "acme" is not read by jobs/);
});
