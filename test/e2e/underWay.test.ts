/** The audit of intervals while exports and backfills run: what they load is not missing. */
import { Writable } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamOf } from '../../workers/connections.js';
import { syncSchedules, triggerSchedule } from '../../workers/schedules.js';
import { createSpansUnderWay } from '../../workers/spansUnderWay.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type { AuditIntervalsResult } from '../../workflows/auditIntervals.js';
import type { backfillStream } from '../../workflows/backfillStream.js';
import { searchAttributes } from '../../workflows/searchAttributes.js';
import { taskQueues } from '../../workflows/taskQueues.js';
import { runIn } from './support/command.js';
import { connection, openScenario, stream, until, type Scenario } from './support/scenario.js';

const day = 86_400_000;
/** A midnight, so that it ends an interval. */
const today = Math.floor(Date.now() / day) * day;
const daysAgo = (days: number) => new Date(today - days * day).toISOString();
const from = daysAgo(4);

describe('an audit of intervals', () => {
  let scenario: Scenario;
  let ask: ReturnType<typeof createSpansUnderWay>;
  const said: string[] = [];

  beforeAll(async () => {
    scenario = await openScenario({
      evaluations: 10,
      from,
      to: daysAgo(1),
      streamSettings: 'every: 1h, safetyLag: 0s',
    });
    const { client, configuration, server } = scenario;
    const taskQueue = taskQueues(configuration.temporal.taskQueue).workflows;
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        said.push(chunk.toString());
        done();
      },
    });
    ask = createSpansUnderWay(
      { connection: client.connection, namespace: server.namespace, taskQueue },
      pino(sink),
    );
    // Nothing gets on, and nothing fails.
    await scenario.control('POST', 'faults', { fault: { kind: 'status', status: 503 } });
    await syncSchedules(client, configuration);
    for (const kind of ['export', 'reconcile', 'audit-intervals', 'audit-visibility']) {
      await client.schedule.getHandle(`${kind}/${connection}/${stream}`).pause();
    }
  });

  afterAll(async () => scenario?.close());

  const underWay = async () => ask(connection, stream);
  const untilUnderWay = async (spans: number) =>
    until('the runs to answer', async () => (await underWay()).length === spans);
  const audit = async (): Promise<{ code: number | null; result: AuditIntervalsResult }> => {
    const { code, stdout } = await runIn(scenario, ['audit', 'intervals', connection, stream, '--json']);
    return { code, result: JSON.parse(stdout) as AuditIntervalsResult };
  };
  const gapsOf = ({ gaps }: AuditIntervalsResult) => gaps.map(({ start, end, state }) => [start, end, state]);
  const terminateAll = async () => {
    const query = "ExecutionStatus = 'Running' AND WorkflowType IN ('exportStream', 'backfillStream')";
    for await (const { workflowId } of scenario.client.workflow.list({ query }))
      await scenario.client.workflow.getHandle(workflowId).terminate();
  };

  it('does not count on a run that nobody works on, and says so', async () => {
    await triggerSchedule(scenario.client, { connection, stream });
    await until('the run to be listed', async () => {
      expect(await underWay()).toEqual([]);
      return said.length > 0;
    });
    expect(said[0]).toMatch(/"workflowId":"export\/acme\/evaluations.*does not say what it loads/);
    scenario.startWorker();
  });

  it('calls nothing missed while the first export of a schedule is under way', async () => {
    await untilUnderWay(1);
    expect(await underWay()).toEqual([{ start: from, end: null }]);
    const { code, result } = await audit();
    expect(result.counts).toMatchObject({ loaded: 0, failed: 0, missed: 0 });
    expect(result.counts.pending).toBeGreaterThanOrEqual(4 * 24);
    expect(result.gaps).toEqual([]);
    expect(code).toBe(0);
  });

  it('takes an export of a span for no more than that', async () => {
    await terminateAll();
    await scenario.startExport({ from, to: daysAgo(3) });
    await untilUnderWay(1);
    const { code, result } = await audit();
    expect(result.counts.pending).toBeGreaterThanOrEqual(24);
    expect(gapsOf(result)).toEqual([[daysAgo(3), expect.any(String), 'missed']]);
    expect(code).toBe(1);
  });

  it('adds what a backfill has yet to load', async () => {
    const { client, configuration } = scenario;
    await client.workflow.start<typeof backfillStream>('backfillStream', {
      workflowId: 'e2e/backfill',
      taskQueue: configuration.temporal.taskQueue,
      typedSearchAttributes: [
        { key: searchAttributes.connection, value: connection },
        { key: searchAttributes.stream, value: stream },
      ],
      args: [
        {
          ...{ connection, stream, span: { start: daysAgo(3), end: daysAgo(1) }, intervalMillis: day },
          ...{ reprocess: 'none', reverse: false, maxActive: 1, dryRun: false },
          settings: streamSettings(streamOf(configuration, connection, stream), 4),
        },
      ],
    });
    await untilUnderWay(2);
    expect(gapsOf((await audit()).result)).toEqual([[daysAgo(1), expect.any(String), 'missed']]);
  });

  it('finds all of it missed once nothing runs any more', async () => {
    await terminateAll();
    const { code, result } = await audit();
    expect(gapsOf(result)).toEqual([[from, expect.any(String), 'missed']]);
    expect(code).toBe(1);
  });
});
