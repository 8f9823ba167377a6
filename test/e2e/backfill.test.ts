/** Loading a span as data intervals: whatever is paused or killed, all of it and nothing twice, and no mark is moved. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamOf } from '../../workers/connections.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type {
  backfillStream,
  BackfillProgress,
  BackfillStreamInput,
} from '../../workflows/backfillStream.js';
import { pauseSignal, resumeSignal } from '../../workflows/control.js';
import { underWayQuery } from '../../workflows/underWay.js';
import { renameUnnamedUser } from './support/runs.js';
import { connection, deviations, openScenario, stream, until, type Scenario } from './support/scenario.js';

const day = 86_400_000;
const span = { start: '2026-09-01T00:00:00.000Z', end: '2026-09-13T00:00:00.000Z' };

describe('a backfill', () => {
  let scenario: Scenario;
  let worker: ReturnType<Scenario['startWorker']>;

  beforeAll(async () => {
    scenario = await openScenario({ evaluations: 1_200, from: span.start, to: '2026-09-12T00:00:00.000Z' });
    worker = scenario.startWorker();
  });

  afterAll(async () => scenario?.close());

  let runs = 0;
  const start = async (input: Partial<BackfillStreamInput> = {}) =>
    scenario.client.workflow.start<typeof backfillStream>('backfillStream', {
      workflowId: `e2e/backfill-${++runs}`,
      taskQueue: scenario.configuration.temporal.taskQueue,
      args: [
        {
          connection,
          stream,
          span,
          intervalMillis: day,
          reprocess: 'none',
          reverse: false,
          maxActive: 2,
          dryRun: false,
          settings: streamSettings(streamOf(scenario.configuration, connection, stream), 4),
          ...input,
        },
      ],
    });
  type Handle = Awaited<ReturnType<typeof start>>;
  const progress = async (handle: Handle) => handle.query<BackfillProgress>('progress').catch(() => null);

  it('only plans in a dry run', async () => {
    const result = await (await start({ dryRun: true })).result();
    expect(result).toMatchObject({ planned: 12, before: { completed: 0, failed: 0, none: 12 }, requests: 0 });
    expect(await scenario.warehouse.loadedWindows(connection, stream)).toEqual([]);
  });

  it('waits while it is paused, goes on when it is resumed, survives a killed worker, and is equal to the truth', async () => {
    const handle = await start({ reverse: true });
    await until('two intervals', async () => ((await progress(handle))?.done ?? 0) >= 2);
    await handle.signal(pauseSignal, 'maintenance');
    await until('nothing to run', async () => (await progress(handle))?.running.length === 0);
    const paused = await progress(handle);
    expect(paused).toMatchObject({ failed: 0, planned: 12 });
    const oldestDone = new Date(Date.parse(span.end) - (paused?.done ?? 0) * day).toISOString();
    expect(await handle.query(underWayQuery)).toEqual([{ start: span.start, end: oldestDone }]);
    await new Promise((wait) => setTimeout(wait, 1_500));
    expect((await progress(handle))?.done).toBe(paused?.done);

    await handle.signal(resumeSignal);
    await until('an interval more', async () => ((await progress(handle))?.done ?? 0) > (paused?.done ?? 0));
    await worker.stop('SIGKILL');
    worker = scenario.startWorker();
    const result = await handle.result();
    expect(result).toMatchObject({ done: 12, failed: 0, left: 0, running: [] });
    // Newest first.
    const windows = await scenario.warehouse.query(
      'SELECT window_start FROM load_audit WHERE closes_window ORDER BY loaded_at',
    );
    expect(String(windows[0]?.['window_start']) > String(windows.at(-1)?.['window_start'])).toBe(true);
    expect(deviations(await scenario.compare({ from: span.start, to: span.end }))).toEqual([]);
  });

  it('has nothing to do a second time, unless complete intervals are asked for, which changes nothing', async () => {
    const again = await (await start()).result();
    expect(again).toMatchObject({ planned: 0, before: { completed: 12, failed: 0, none: 0 }, requests: 0 });
    const twoDays = { ...span, end: '2026-09-03T00:00:00.000Z' };
    const reprocessed = await (await start({ span: twoDays, reprocess: 'completed' })).result();
    expect(reprocessed).toMatchObject({ done: 2, failed: 0 });
    expect(reprocessed.rows['evaluations']).toMatchObject({ inserted: 0, updated: 0, softDeleted: 0 });
  });

  it('records an interval that fails, goes on with the others, and loads it when failed ones are asked for', async () => {
    const later = { start: span.end, end: '2026-09-16T00:00:00.000Z' };
    const userId = await renameUnnamedUser(scenario, 'Renamed meanwhile');
    await scenario.control('POST', 'faults', {
      fault: { kind: 'status', status: 401 },
      where: { path: '/api/v2/quality/evaluations/search' },
      // The second time is after signing in again: nothing is left to try.
      when: { times: 2 },
    });
    const failing = await (await start({ span: later, maxActive: 1 })).result();
    expect(failing).toMatchObject({ done: 2, failed: 1 });
    expect(failing.failures[0]?.start).toBe(later.start);
    expect(await scenario.warehouse.query(`SELECT name FROM users WHERE user_id = '${userId}'`)).toEqual([
      { name: 'Renamed meanwhile' },
    ]);
    const recorded = await scenario.warehouse.intervalRuns(connection, stream, later);
    expect(recorded).toMatchObject([{ trigger: 'backfill', state: 'failed', interval_start: later.start }]);

    expect((await (await start({ span: later })).result()).planned).toBe(0);
    const repaired = await (await start({ span: later, reprocess: 'failed' })).result();
    expect(repaired).toMatchObject({ before: { completed: 2, failed: 1, none: 0 }, done: 1, failed: 0 });
  });
});
