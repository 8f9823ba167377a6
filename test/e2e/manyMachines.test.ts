/**
 * Workers on machines of their own, as far as processes can be that: nothing shared but a Temporal server with its state
 * in PostgreSQL, a bucket and a warehouse server. Whichever is killed, the warehouse is equal to the truth.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChildHandle } from '../../cli/demo/processes.js';
import type { ExportResult } from '../../model/mark.js';
import { streamOf } from '../../workers/connections.js';
import type { DevelopmentServer } from '../../workers/developmentServer.js';
import { syncSchedules, triggerSchedule } from '../../workers/schedules.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type { backfillStream } from '../../workflows/backfillStream.js';
import { taskQueues } from '../../workflows/taskQueues.js';
import { startGcs, type StorageServer } from '../support/objectStorageServers.js';
import { startPostgres, type PostgresServer } from '../support/postgresServer.js';
import { startTemporalServer } from '../support/temporalServer.js';
import { connection, deviations, openScenario, stream, until, type Scenario } from './support/scenario.js';

const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-30T00:00:00.000Z' };
const machines = 3;

const day = 86_400_000;
const of = { connection, stream };

let postgres: PostgresServer;
let bucket: StorageServer;
let temporal: DevelopmentServer;
let scenario: Scenario;
let workers: ChildHandle[];
let started = 0;

/** A worker with files of its own. */
function startMachine(): ChildHandle {
  vi.stubEnv('XDG_CACHE_HOME', join(scenario.directory, `machine-${++started}`));
  try {
    return scenario.startWorker();
  } finally {
    vi.unstubAllEnvs();
  }
}

beforeAll(async () => {
  [postgres, bucket] = await Promise.all([startPostgres(), startGcs()]);
  await bucket.makeBucket('tidemark-staging');
  temporal = await startTemporalServer(postgres);
  scenario = await openScenario({
    evaluations: 1_000,
    from: span.from,
    // Ends before the span does, so that what happens days after a submission lies within it.
    to: '2026-09-25T00:00:00.000Z',
    simulatorArguments: ['--allowance', '100000', '--search-answers', 'totals'],
    warehouse: '{ kind: postgres, url: "${E2E_WAREHOUSE_URL}", schema: quality }',
    staging: `gs://tidemark-staging/${randomUUID()}`,
    environment: { ...bucket.environment, E2E_WAREHOUSE_URL: postgres.url },
    server: temporal,
  });
  // A vendor that is a network away: there is work for all.
  await scenario.control('POST', 'faults', { fault: { kind: 'slow', milliseconds: 40 } });
  workers = Array.from({ length: machines }, startMachine);
}, 300_000);

afterAll(async () => {
  await (scenario?.close() ?? temporal?.close());
  await Promise.all([postgres?.stop(), bucket?.stop()]);
});

/** Processes that have begun a part of the work. */
async function workersSeen(): Promise<Set<string>> {
  const seen = new Set<string>();
  for await (const { workflowId, runId } of scenario.client.workflow.list()) {
    const { events } = await scenario.client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of events ?? []) {
      const identity = event.activityTaskStartedEventAttributes?.identity;
      if (identity) seen.add(identity);
    }
  }
  return seen;
}

async function windowsLoaded(): Promise<number> {
  const query = 'WorkflowType = "loadWindow" AND ExecutionStatus = "Completed"';
  return (await scenario.client.workflow.count(query)).count;
}

describe('three machines', () => {
  it('share a backfill; whichever is killed is done without', async () => {
    const { client, configuration } = scenario;
    const handle = await client.workflow.start<typeof backfillStream>('backfillStream', {
      workflowId: 'e2e/backfill',
      taskQueue: taskQueues(configuration.temporal.taskQueue).workflows,
      args: [
        {
          ...{ ...of, span: { start: span.from, end: span.to }, intervalMillis: 3 * day, maxActive: 4 },
          ...{ reprocess: 'none', reverse: false, dryRun: false },
          settings: { ...streamSettings(streamOf(configuration, connection, stream), 4), pagesPerBatch: 2 },
        },
      ],
    });
    for (const index of workers.keys()) {
      await until('another window', async () => (await windowsLoaded()) > 2 * index, 120_000);
      await workers[index]?.stop('SIGKILL');
      workers[index] = startMachine();
    }
    const result = await handle.result();
    expect(result.failures).toEqual([]);
    expect(result.done).toBe(result.planned);
    expect(deviations(await scenario.compare(span))).toEqual([]);
    const [audit] = await scenario.warehouse.query(
      'SELECT count(*) = count(DISTINCT batch_id) AS once, count(*) >= 10 AS several FROM load_audit',
    );
    expect(audit).toEqual({ once: true, several: true });
    expect((await workersSeen()).size).toBeGreaterThanOrEqual(machines);
  }, 400_000);

  it('do what schedules begin, from where the backfill ended, and runs are found by their attributes', async () => {
    await syncSchedules(scenario.client, scenario.configuration);
    await triggerSchedule(scenario.client, of);
    const query = `TidemarkConnection = "${connection}" AND TidemarkHighWaterMark > "${span.to}" AND WorkflowType = "exportStream"`;
    const run = await until(
      'the scheduled run',
      async () => {
        for await (const each of scenario.client.workflow.list({ query })) {
          if (each.status.name !== 'RUNNING') return each;
        }
        return null;
      },
      120_000,
    );
    const handle = scenario.client.workflow.getHandle(run.workflowId, run.runId);
    const { from, highWaterMark } = (await handle.result()) as ExportResult;
    expect(from).toBe(span.to);
    expect(deviations(await scenario.compare({ from: span.from, to: highWaterMark }))).toEqual([]);
  }, 200_000);
});
