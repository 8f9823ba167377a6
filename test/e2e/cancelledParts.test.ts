/**
 * Children that are cancelled while those who started them are not: they have failed like others, and the rest goes on.
 * And workflows that are cancelled with their children: they leave nothing that only they would go back to.
 */
import type { WorkflowHandle } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reconciledStreamOf, streamOf } from '../../workers/connections.js';
import { reconcileSettings, streamSettings } from '../../workers/streamSettings.js';
import type { auditIntervals } from '../../workflows/auditIntervals.js';
import type { backfillStream } from '../../workflows/backfillStream.js';
import type { decideQuarantine } from '../../workflows/decideQuarantine.js';
import type { exportStream } from '../../workflows/exportStream.js';
import type { reconcileStream } from '../../workflows/reconcileStream.js';
import { connection, openScenario, stagedFiles, stream, until, type Scenario } from './support/scenario.js';

const [start, end] = ['2026-09-01T00:00:00.000Z', '2026-09-03T00:00:00.000Z'];
const span = { start, end };
const search = '/api/v2/quality/evaluations/search';
const day = 86_400_000;

describe('a part that alone is cancelled', () => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await openScenario({ evaluations: 100, from: start, to: end });
    scenario.startWorker();
  });

  afterAll(async () => scenario?.close());

  const common = () => ({
    ...{ connection, stream },
    settings: {
      ...streamSettings(streamOf(scenario.configuration, connection, stream), 3),
      startFrom: start,
    },
  });

  const isCancelled = { cause: { name: 'CancelledFailure' } };

  /** Starts a workflow whose requests are answered late; resolves once the named part of it has begun. */
  async function startSlowly<W extends Workflow>(
    type: string,
    args: Parameters<W>,
    part: string,
    path = search,
  ): Promise<{ handle: WorkflowHandle<W>; child: WorkflowHandle }> {
    const fault = { kind: 'slow', milliseconds: 2_000 };
    await scenario.control('POST', 'faults', { fault, where: { path } });
    const { workflow } = scenario.client;
    const handle = await workflow.start<Workflow>(type, {
      workflowId: `e2e/${type}-${++started}`,
      taskQueue: scenario.configuration.temporal.taskQueue,
      args,
    });
    const child = workflow.getHandle(`${handle.workflowId}/${part}`);
    await until('the part', async () => child.describe().catch(() => null));
    return { handle: handle as WorkflowHandle<W>, child };
  }
  let started = 0;

  /** The same, and cancels the part. */
  async function cancelPart<W extends Workflow>(
    ...slowly: [type: string, args: Parameters<W>, part: string, path?: string]
  ): Promise<Awaited<ReturnType<W>>> {
    const { handle, child } = await startSlowly<W>(...slowly);
    await child.cancel();
    await expect(child.result()).rejects.toMatchObject(isCancelled);
    await scenario.control('DELETE', 'faults');
    return handle.result() as Promise<Awaited<ReturnType<W>>>;
  }

  // The first: what is cancelled asks on until it is told, and would take the answers that are to be unusable.
  it('of a release from quarantine is a window that failed, and its pages stay', async () => {
    await scenario.control('POST', 'faults', {
      fault: { kind: 'invalidItem' },
      where: { path: search },
      when: { times: 3 },
    });
    expect(await scenario.export({ from: start, to: end })).toMatchObject({ quarantined: 1 });
    const pages = async () => scenario.warehouse.quarantinedPages(connection, stream, 'open');
    const quarantineIds = (await pages()).map((page) => page.quarantine_id);
    const input = { ...common(), quarantineIds, decision: 'release', by: 'jo' } as const;
    const part = `window-${start}_${end}`;
    const result = await cancelPart<typeof decideQuarantine>('decideQuarantine', [input], part);
    expect(result).toMatchObject({ decided: 0, windows: [{ ...span, outcome: 'failed' }] });
    expect(await pages()).toHaveLength(1);
  });

  it('of a backfill is an interval that failed, and the others are loaded', async () => {
    const options = { reprocess: 'completed', reverse: false, maxActive: 1, dryRun: false } as const;
    const input = { ...common(), span, intervalMillis: day, ...options };
    const result = await cancelPart<typeof backfillStream>('backfillStream', [input], start);
    const message = expect.stringMatching(
      `^loadWindow e2e/backfillStream-\\d+/${start} was cancelled$`,
    ) as string;
    expect(result).toMatchObject({ done: 1, failed: 1, failures: [{ start, message }] });
    const recorded = await scenario.warehouse.intervalRuns(connection, stream, span);
    expect(recorded.filter(({ trigger }) => trigger === 'backfill')).toMatchObject([
      { interval_start: start, state: 'failed', message },
    ]);
  });

  it('of the repairs of an audit leaves its gap, and the audit looks what is left', async () => {
    const input = { ...common(), span, repair: true, everyMillis: day };
    const part = `repair-${start}`;
    const result = await cancelPart<typeof auditIntervals>('auditIntervals', [input], part);
    const message = expect.stringMatching(
      `^backfillStream e2e/auditIntervals-\\d+/${part} was cancelled$`,
    ) as string;
    expect(result).toMatchObject({ repaired: [{ start, failed: 1, message }], remaining: result.counts });
  });

  it('that takes up evaluations held back before leaves them to the next run, and windows are loaded', async () => {
    const { ids } = await scenario.control<{ ids: string[] }>('GET', 'pick?kind=automated&n=1');
    await scenario.control('POST', 'events', { kind: 'recalculate', evaluationId: ids[0] });
    expect((await scenario.export({ from: start, to: end })).deferred).toBe(1);
    const input = { ...common(), from: start, to: end };
    const byId = '/api/v2/quality/conversations/*';
    const result = await cancelPart<typeof exportStream>('exportStream', [input], 'deferred-1', byId);
    expect(result).toMatchObject({ highWaterMark: end, windows: 1 });
    expect(result.notes.join('\n')).toMatch(
      /could not be taken up: loadWindow \S+ was cancelled\. The next run/u,
    );
  });

  const usersAndQueues = expect.stringMatching(/\/directory\.json$/u) as string;

  /** What windows of a run share, of all runs. */
  const shared = async () =>
    (await stagedFiles(scenario)).filter((file) => file.includes(`${connection}/${stream}/runs/`));

  it('with its backfill leaves no users in staging and reads no more, whichever interval ends last', async () => {
    const options = { reprocess: 'completed', reverse: false, maxActive: 2, dryRun: false } as const;
    const input = { ...common(), span, intervalMillis: day, ...options };
    const { handle, child } = await startSlowly<typeof backfillStream>('backfillStream', [input], start);
    expect(await shared()).toContainEqual(usersAndQueues);
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject(isCancelled);
    expect((await child.describe()).status.name).toBe('CANCELLED');
    expect(await shared()).toEqual([]);
    // Nothing of it is still reading: a page would come every two seconds.
    const staged = await stagedFiles(scenario);
    await new Promise((wait) => setTimeout(wait, 4_000));
    expect(await stagedFiles(scenario)).toEqual(staged);
    await scenario.control('DELETE', 'faults');
  });

  it('with its reconciliation leaves no users in staging', async () => {
    const { configuration } = scenario;
    const reconciled = reconcileSettings(
      reconciledStreamOf(configuration, connection, stream),
      configuration.alerts,
    );
    const input = { ...common(), span, repair: true, reconcile: reconciled };
    const part = `window-${start}`;
    const { handle } = await startSlowly<typeof reconcileStream>('reconcileStream', [input], part);
    expect(await shared()).toContainEqual(usersAndQueues);
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject(isCancelled);
    expect(await shared()).toEqual([]);
    await scenario.control('DELETE', 'faults');
  });
});
