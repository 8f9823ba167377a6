/** Jobs of a tenant that several streams need at once: one line, whatever is killed, ended, refused or lost. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, rootCause } from '@temporalio/common';
import type { ChildHandle } from '../../cli/demo/processes.js';
import type { FailedRun } from '../../model/mark.js';
import { streamOf } from '../../workers/connections.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type { backfillStream } from '../../workflows/backfillStream.js';
import type { exportStream } from '../../workflows/exportStream.js';
import type { ExtractionLine } from '../../workflows/extractionLine.js';
import type { runExtractionJobs } from '../../workflows/runExtractionJobs.js';
import { dataExtractionLines, quickJobs } from './support/contractLines.js';
import { reextract } from './support/runs.js';
import { deviations, openScenario, until, type Scenario } from './support/scenario.js';

const begin = '2026-09-01T00:00:00.000Z';
const [north, south] = ['north', 'south'].map((connection) => ({ connection, stream: 'evaluations' })) as [
  { connection: string; stream: string },
  { connection: string; stream: string },
];
const tables = ['evaluations', 'evaluation_answers', 'self_assessments', 'self_assessment_answers'] as const;
const dayOf = (number: number) => new Date(Date.parse(begin) + number * 86_400_000).toISOString();
const spanOf = (first: number, last: number) => ({ from: dayOf(first), to: dayOf(last) });

interface SimulatedJob {
  id: string;
  entityName: string;
  submittedAt: string;
  status: string;
  outcome: string;
}

let scenario: Scenario;

async function open(simulatorArguments: string[], pace: readonly string[]): Promise<Scenario> {
  return openScenario({
    evaluations: 300,
    from: begin,
    to: dayOf(24),
    simulatorArguments: ['--contract', 'cxone-data-extraction', ...simulatorArguments],
    connections: (ready) =>
      Object.fromEntries(
        [north, south].map(({ connection, stream }) => [
          connection,
          dataExtractionLines(ready, { [stream]: `{ startFrom: "${begin}" }` }, pace),
        ]),
      ),
  });
}

const jobs = async ({ control } = scenario): Promise<SimulatedJob[]> =>
  (await control<{ jobs: SimulatedJob[] }>('GET', 'jobs')).jobs;
const plan = async (fate: object) => scenario.control('POST', 'jobs', fate);
const line = (): WorkflowHandle<typeof runExtractionJobs> =>
  scenario.client.workflow.getHandle<typeof runExtractionJobs>(
    `extraction-jobs/${scenario.simulator.contracts['cxone-data-extraction']?.tenantId}`,
  );
/** Submissions that the tenant's line refused, and others. */
const submissions = async ({ control } = scenario) => {
  const { byEndpoint } = await control<{
    byEndpoint: Record<string, { requests: number; statuses: Record<string, number> }>;
  }>('GET', 'counters');
  const { requests = 0, statuses = {} } = byEndpoint['POST /data-extraction/v1/jobs'] ?? {};
  return { requests, refused: statuses['403'] ?? 0 };
};
const compared = async ({ connection }: { connection: string }) =>
  deviations(await scenario.compareContract(connection, 'cxone-data-extraction', tables));
const settings = () => streamSettings(streamOf(scenario.configuration, north.connection, north.stream), 4);
const never = (): never => {
  throw new Error('the failed run says nowhere to resume at');
};
const newJobs = async (before: readonly SimulatedJob[]) =>
  (await jobs()).filter(({ id }) => before.every((job) => job.id !== id));
const failureOf = async (run: Promise<unknown>): Promise<{ message: string; details: unknown }> => {
  const error = await run.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(WorkflowFailedError);
  const { cause } = error as WorkflowFailedError;
  return {
    message: rootCause(cause) ?? '',
    details: cause instanceof ApplicationFailure ? cause.details?.[0] : undefined,
  };
};

/** Two exports at the pace that NICE asks for. They only wait, so they do that beside everything else. */
async function exportAtNicesPace() {
  const paced = await open(['--job-duration', '3'], ['jobs: { poll: 2s }']);
  try {
    paced.startWorker();
    await Promise.all([north, south].map(async (of) => paced.export(spanOf(0, 1), {}, of)));
    return { made: await jobs(paced), asked: await submissions(paced) };
  } finally {
    await paced.close();
  }
}

let pacedByNice: ReturnType<typeof exportAtNicesPace>;

beforeAll(() => {
  pacedByNice = exportAtNicesPace();
  // The test that waits for it is the last.
  pacedByNice.catch(() => {});
});

// It leaves nothing running, also where that test is not asked for.
afterAll(async () => void (await pacedByNice.catch(() => {})));

describe('the jobs of a tenant at a quick pace', () => {
  let before: SimulatedJob[];
  let worker: ChildHandle;

  beforeAll(async () => {
    scenario = await open(quickJobs.simulator, quickJobs.lines);
    worker = scenario.startWorker();
  });

  afterAll(async () => scenario?.close());

  afterEach(async () => {
    await scenario.control('DELETE', 'jobs');
    await scenario.control('DELETE', 'faults');
  });

  const begun = async () => {
    before = await jobs();
    return submissions();
  };

  it('stand in one line, though two connections ask at once; the files of a window come one after the other', async () => {
    const refusedBefore = (await begun()).refused;
    await Promise.all([north, south].map(async (of) => scenario.export(spanOf(0, 26), {}, of)));
    for (const of of [north, south]) expect(await compared(of)).toEqual([]);
    const made = await newJobs(before);
    expect(made.map(({ entityName }) => entityName)).toEqual(
      Array.from({ length: 4 }, () => ['qm-workflows', 'qm-questions']).flat(),
    );
    for (const [index, { submittedAt }] of made.slice(1).entries()) {
      expect(Date.parse(submittedAt) - Date.parse(made[index]?.submittedAt ?? '')).toBeGreaterThanOrEqual(
        250,
      );
    }
    expect((await submissions()).refused).toBe(refusedBefore);
  });

  it('end their line when nobody needs it', async () => {
    await until('the line to end', async () => (await line().describe()).status.name === 'COMPLETED');
  });

  it('are not run again after a worker was killed between submitting and collecting', async () => {
    await begun();
    const startedAt = new Date().toISOString();
    const handle = await scenario.startExport(spanOf(2, 4), {}, north);
    // Killed before that, the vendor would have a job of which nobody knows: that case is another test's.
    await until('a job that the line knows', async () => {
      // There is no line before somebody has asked for one.
      const known = await line()
        .query<ExtractionLine>('jobs')
        .catch(() => null);
      return (known?.lastSubmission ?? '') > startedAt;
    });
    await worker.stop('SIGKILL');
    worker = scenario.startWorker();
    await handle.result();
    expect(await newJobs(before)).toHaveLength(2);
  });

  it('go on when somebody has ended the line', async () => {
    await begun();
    const handle = await scenario.startExport(spanOf(4, 6), {}, north);
    await until('a job', async () => (await newJobs(before)).length > 0);
    await line().terminate('by hand');
    await handle.result();
    expect(await compared(north)).toEqual([]);
    expect((await newJobs(before)).length).toBeGreaterThanOrEqual(2);
  });

  it('are made in a line begun anew when that of another installation has lost its workers', async () => {
    await begun();
    const runs = async () => (await line().describe()).status.name === 'RUNNING';
    await until('no line', async () => !(await runs().catch(() => false)));
    const theirs = await scenario.client.workflow.start<typeof runExtractionJobs>('runExtractionJobs', {
      ...{ workflowId: line().workflowId, taskQueue: 'tidemark-of-others' },
      args: [{ tenant: 'theirs' }],
    });
    const { notes } = await scenario.export(spanOf(4, 5), { outageTolerance: 4_000 }, north);
    expect(notes).toContainEqual(
      expect.stringMatching(/^The line of jobs extraction-jobs\/\S+ answered nobody/),
    );
    expect(await compared(north)).toEqual([]);
    expect(await newJobs(before)).toHaveLength(2);
    const left = scenario.client.workflow.getHandle(theirs.workflowId, theirs.firstExecutionRunId);
    expect((await left.describe()).status.name).toBe('TERMINATED');
  });

  it('stay in a line that is only busy, for longer than an outage is waited out', async () => {
    await begun();
    await scenario.control('POST', 'faults', {
      fault: { kind: 'slow', milliseconds: 30_000 },
      where: { path: '/data-extraction/v1/jobs/{jobId}', method: 'GET' },
      when: { times: 1 },
    });
    const busy = await scenario.startExport(spanOf(5, 6), {}, north);
    await until('a job', async () => (await newJobs(before)).length > 0);
    const { runId } = await line().describe();
    const { notes } = await scenario.export(spanOf(5, 6), { outageTolerance: 6_000 }, south);
    expect(notes).toEqual((await busy.result()).notes);
    expect((await line().describe()).runId).toBe(runId);
    expect(await newJobs(before)).toHaveLength(4);
  });

  it('are halved when the vendor cannot make the file of so many days', async () => {
    await begun();
    await plan({
      outcome: 'failed',
      errorMessage: 'too large',
      where: { entityName: 'qm-questions', minDays: 7 },
    });
    await scenario.export(spanOf(0, 8), {}, north);
    expect(await compared(north)).toEqual([]);
    const outcomes = (await newJobs(before)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['succeeded', 'failed', 'failed', 'failed', 'succeeded', 'succeeded']);
  });

  it('fail their window with what the vendor says when not even a day can be made; the next run has the rest', async () => {
    await begun();
    await plan({
      outcome: 'failed',
      errorMessage: 'cannot be written',
      where: { entityName: 'qm-questions' },
    });
    const { message, details } = await failureOf(scenario.export(spanOf(8, 9), {}, north));
    expect(message).toMatch(/qm-questions of 2026-09-09: cannot be written/);
    expect(await newJobs(before)).toHaveLength(4);
    await scenario.control('DELETE', 'jobs');
    await scenario.client.workflow.execute<typeof exportStream>('exportStream', {
      ...{ workflowId: 'e2e/resumed', taskQueue: scenario.configuration.temporal.taskQueue },
      args: [
        { ...north, ...spanOf(8, 9), settings: settings(), resume: (details as FailedRun).resume ?? never() },
      ],
    });
    expect((await newJobs(before)).slice(4).map(({ entityName }) => entityName)).toEqual(['qm-questions']);
    expect(await compared(north)).toEqual([]);
  });

  it.each(['expired', 'lost', 'cancelled'])('are submitted anew once they are %s', async (outcome) => {
    await begun();
    await plan({ outcome, times: 1 });
    await scenario.export(spanOf(9, 10), {}, north);
    expect((await newJobs(before)).map((job) => job.outcome)).toEqual([outcome, 'succeeded', 'succeeded']);
    expect(await compared(north)).toEqual([]);
  });

  it('wait for a job of theirs that the answer of was lost', async () => {
    await begun();
    await scenario.control('POST', 'faults', {
      fault: { kind: 'reset', handled: true },
      where: { path: '/data-extraction/v1/jobs', method: 'POST' },
      when: { times: 1 },
    });
    await scenario.export(spanOf(10, 11), {}, north);
    expect(await newJobs(before)).toHaveLength(3);
  });

  it('are tried again when they are refused, and say in the end that it is the permission or the line', async () => {
    const { requests } = await begun();
    await scenario.control('POST', 'events', { kind: 'setPermissions', permissions: [] });
    const handle = await scenario.startExport(spanOf(11, 12), {}, north);
    await until('two refusals', async () => (await submissions()).requests >= requests + 2);
    await scenario.control('POST', 'events', { kind: 'restorePermissions' });
    await handle.result();

    await scenario.control('POST', 'events', { kind: 'setPermissions', permissions: [] });
    const refused = (await submissions()).refused;
    const { message } = await failureOf(scenario.export(spanOf(12, 13), {}, north));
    expect(message).toMatch(/permission is missing, or something else keeps.* QM Workflow API/s);
    expect((await submissions()).refused).toBe(refused + 4);
    await scenario.control('POST', 'events', { kind: 'restorePermissions' });
  });

  it('of a run that was cancelled are not made any more', async () => {
    await begun();
    // Long enough for the other to come: between two windows the line is free.
    await scenario.control('POST', 'faults', {
      fault: { kind: 'slow', milliseconds: 3_000 },
      where: { path: '/data-extraction/v1/jobs/{jobId}', method: 'GET' },
    });
    const running = await scenario.startExport(spanOf(13, 19), { maxWindow: 2 * 86_400_000 }, north);
    await until('a job', async () => (await newJobs(before)).length > 0);
    const waiting = await scenario.startExport(spanOf(13, 14), {}, south);
    const waitingFor = async () => (await line().query<ExtractionLine>('jobs')).waiting;
    await until('the other to wait', async () =>
      (await waitingFor()).some(({ connection }) => connection === 'south'),
    );
    await waiting.cancel();
    await expect(waiting.result()).rejects.toThrow(WorkflowFailedError);
    expect((await waitingFor()).some(({ connection }) => connection === 'south')).toBe(false);
    await scenario.control('DELETE', 'faults');
    await running.result();
    expect(await newJobs(before)).toHaveLength(6);
  });

  it('are made one after the other for a backfill, for so long that the line begins new histories', async () => {
    const { refused } = await begun();
    const backfill = await scenario.client.workflow.execute<typeof backfillStream>('backfillStream', {
      ...{ workflowId: 'e2e/backfill', taskQueue: scenario.configuration.temporal.taskQueue },
      args: [
        {
          ...south,
          ...{
            span: { start: dayOf(0), end: dayOf(17) },
            intervalMillis: 86_400_000,
            reprocess: 'completed',
          },
          ...{ reverse: false, maxActive: 16, dryRun: false, settings: settings() },
        },
      ],
    });
    expect(backfill).toMatchObject({ done: 17, failed: 0 });
    // Three steps each at least, of which a history has a hundred.
    expect(await newJobs(before)).toHaveLength(34);
    expect(await compared(south)).toEqual([]);
    const carried: string[] = [];
    const query = 'WorkflowType = "runExtractionJobs" AND ExecutionStatus = "ContinuedAsNew"';
    for await (const { runId } of scenario.client.workflow.list({ query })) carried.push(runId);
    expect(carried.length).toBeGreaterThan(0);
    expect((await submissions()).refused).toBe(refused);
  }, 300_000);

  it('are made for the days of evaluations that are read again', async () => {
    await begun();
    const [version] = await scenario.warehouse.query(
      `SELECT form_id, count(*) AS evaluations FROM evaluations
       WHERE connection = 'north' AND NOT is_deleted AND form_id IS NOT NULL
       GROUP BY form_id ORDER BY count(*) DESC, form_id LIMIT 1`,
    );
    const again = await reextract(scenario, north, { formId: String(version?.['form_id']) });
    const asked = Number(version?.['evaluations']);
    expect(again).toMatchObject({ asked, changed: 0, unchanged: asked, gone: 0 });
    expect(again.windows).toBeGreaterThan(0);
    expect(await newJobs(before)).toHaveLength(2 * (again.windows ?? 0));
    expect(await compared(north)).toEqual([]);
  });
});

describe('the jobs of a tenant at the pace of NICE', () => {
  it('are never closer than 30 s, whichever connection they are for', async () => {
    const { made, asked } = await pacedByNice;
    expect(made).toHaveLength(4);
    for (const [index, { submittedAt }] of made.slice(1).entries()) {
      expect(Date.parse(submittedAt) - Date.parse(made[index]?.submittedAt ?? '')).toBeGreaterThanOrEqual(
        30_000,
      );
    }
    expect(asked).toEqual({ requests: 4, refused: 0 });
  }, 240_000);
});
