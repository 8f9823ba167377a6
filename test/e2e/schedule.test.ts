/** A schedule that carries the mark from run to run, also over a run that fails. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScheduleNotFoundError, type WorkflowExecutionInfo } from '@temporalio/client';
import { streamOf } from '../../workers/connections.js';
import { scheduleIdOf } from '../../workers/schedulePlans.js';
import { leftSchedules, syncSchedules, triggerSchedule } from '../../workers/schedules.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type { auditIntervals } from '../../workflows/auditIntervals.js';
import type { ExportResult } from '../../model/mark.js';
import { runIn } from './support/command.js';
import { connection, deviations, openScenario, stream, until, type Scenario } from './support/scenario.js';

const from = new Date(Date.now() - 20 * 86_400_000).toISOString();
const to = new Date(Date.now() - 5 * 86_400_000).toISOString();
const scheduled = { connection, stream };

describe('a schedule', () => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await openScenario({
      evaluations: 600,
      from,
      to,
      streamSettings: 'every: 1h, safetyLag: 1s, overlap: 0s',
    });
    scenario.startWorker();
    await syncSchedules(scenario.client, scenario.configuration);
  });

  afterAll(async () => scenario?.close());

  const runs = async (): Promise<WorkflowExecutionInfo[]> => {
    const found: WorkflowExecutionInfo[] = [];
    for await (const run of scenario.client.workflow.list({ query: 'WorkflowType = "exportStream"' }))
      found.push(run);
    return found.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  };

  /** Triggers a run and waits for its end. */
  const triggered = async (): Promise<WorkflowExecutionInfo> => {
    const before = (await runs()).length;
    await triggerSchedule(scenario.client, scheduled);
    return until('the triggered run to end', async () => {
      const all = await runs();
      const last = all.at(-1);
      return all.length > before && last !== undefined && last.status.name !== 'RUNNING' ? last : null;
    });
  };

  const resultOf = async (run: WorkflowExecutionInfo): Promise<ExportResult> =>
    scenario.client.workflow.getHandle(run.workflowId, run.runId).result() as Promise<ExportResult>;

  it('begins at startFrom, then at the mark, and goes on after a failure where it stopped', async () => {
    const first = await resultOf(await triggered());
    expect(first.from).toBe(from);
    expect(deviations(await scenario.compare({ from, to: first.highWaterMark }))).toEqual([]);

    const second = await resultOf(await triggered());
    expect(second.from).toBe(first.highWaterMark);
    expect(Date.parse(second.highWaterMark)).toBeGreaterThan(Date.parse(first.highWaterMark));

    await scenario.control('POST', 'events', {
      kind: 'setPermissions',
      clientId: scenario.simulator.clientId,
      permissions: ['quality:evaluation:view'],
    });
    const failed = await triggered();
    expect(failed.status.name).toBe('FAILED');
    const failure: unknown = await resultOf(failed).catch((error: unknown) => error);
    expect(String((failure as { cause?: Error }).cause?.message)).toMatch(/permission/i);

    await scenario.control('POST', 'events', {
      kind: 'restorePermissions',
      clientId: scenario.simulator.clientId,
    });
    const { ids } = await scenario.control<{ ids: string[] }>('GET', 'pick?kind=finished&n=1');
    await scenario.control('POST', 'events', { kind: 'rescore', evaluationId: ids[0] });
    // A run ends a second before its nominal time, which has no fractions of a second.
    await new Promise((wait) => setTimeout(wait, 3_000));
    const third = await resultOf(await triggered());
    expect(third.from).toBe(second.highWaterMark);
    expect(deviations(await scenario.compare({ from, to: third.highWaterMark }))).toEqual([]);
  });

  it('is updated and never recreated, so that its mark is kept', async () => {
    const before = await scenario.client.schedule.getHandle(scheduleIdOf(scheduled)).describe();
    const synced = await syncSchedules(scenario.client, scenario.configuration);
    expect(synced).toEqual(
      ['export', 'reconcile', 'audit-intervals', 'audit-visibility'].map((kind) => ({
        scheduleId: `${kind}/${connection}/${stream}`,
        action: 'updated',
      })),
    );
    const after = await scenario.client.schedule.getHandle(scheduleIdOf(scheduled)).describe();
    expect(after.info.createdAt).toEqual(before.info.createdAt);
    const run = await resultOf(await triggered());
    expect(Date.parse(run.from)).toBeGreaterThan(Date.parse(from));
  });

  it('finds its mark in load_audit when it was deleted and made anew', async () => {
    const before = await resultOf(await triggered());
    await scenario.client.schedule.getHandle(scheduleIdOf(scheduled)).delete();
    await syncSchedules(scenario.client, scenario.configuration);
    const after = await resultOf(await triggered());
    expect(after.from).toBe(before.highWaterMark);
    expect(after.notes.join(' ')).toMatch(/remembered no mark; load_audit shows everything before/);
    const recorded = await scenario.warehouse.intervalRuns(connection, stream, {
      start: from,
      end: after.to,
    });
    expect(new Set(recorded.map(({ trigger }) => trigger))).toEqual(new Set(['schedule']));
    expect(recorded.map(({ state }) => state)).toContain('failed');
    expect(recorded.at(-1)).toMatchObject({ state: 'completed', loaded_through: after.highWaterMark });
  });

  it('is audited: intervals that never ran are found, and loaded when that is asked for', async () => {
    const configured = streamOf(scenario.configuration, connection, stream);
    const earlier = new Date(Date.parse(from) - 2 * 86_400_000).toISOString();
    const audit = async (repair: boolean) =>
      scenario.client.workflow.execute<typeof auditIntervals>('auditIntervals', {
        workflowId: `e2e/audit-${repair ? 'repair' : 'look'}`,
        taskQueue: scenario.configuration.temporal.taskQueue,
        args: [
          {
            connection,
            stream,
            span: { start: earlier, end: to },
            repair,
            everyMillis: configured.every,
            settings: { ...streamSettings(configured, 3), startFrom: earlier },
          },
        ],
      });
    const looked = await audit(false);
    // Hours of the clock: two days that begin at any minute touch one more.
    expect([48, 49]).toContain(looked.counts.missed);
    expect(looked.gaps).toMatchObject([{ start: earlier, state: 'missed', intervals: looked.counts.missed }]);
    const repaired = await audit(true);
    expect(repaired.remaining).toMatchObject({ missed: 0, failed: 0 });
    expect((await audit(false)).gaps).toEqual([]);
  });
});

describe('a schedule of one run a night', () => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await openScenario({
      evaluations: 100,
      from: '2026-10-20T00:00:00.000Z',
      to: '2026-10-27T00:00:00.000Z',
      streamSettings: 'daily: { at: "01:00", timeZone: Europe/Berlin }, safetyLag: 1h',
    });
    scenario.startWorker();
    await syncSchedules(scenario.client, scenario.configuration);
  });

  afterAll(async () => scenario?.close());

  it('at 01:00 loads the whole of the day before, also when clocks change', async () => {
    await scenario.client.schedule.getHandle(scheduleIdOf(scheduled)).backfill({
      start: new Date('2026-10-24T12:00:00.000Z'),
      end: new Date('2026-10-27T12:00:00.000Z'),
      overlap: 'BUFFER_ALL',
    });
    // Midnights of Berlin; the day between the first two has 25 hours.
    const midnights = ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z', '2026-10-26T23:00:00.000Z'];
    const { client } = scenario;
    // The warehouse is left to the runs until they are done.
    await until('three nights', async () => {
      for await (const run of client.workflow.list({ query: 'WorkflowType = "exportStream"' })) {
        if (run.status.name !== 'COMPLETED') continue;
        const handle = client.workflow.getHandle(run.workflowId, run.runId);
        const { highWaterMark } = (await handle.result()) as ExportResult;
        if (highWaterMark === midnights[2]) return true;
      }
      return false;
    });
    const runs = await scenario.warehouse.intervalRuns(connection, stream, {
      start: '2026-10-01T00:00:00.000Z',
      end: '2026-11-01T00:00:00.000Z',
    });
    expect(new Set(runs.map(({ state }) => state))).toEqual(new Set(['completed']));
    const ends = runs.map(({ interval_end: end }) => end);
    expect(runs.map(({ interval_start: start }) => start)).toEqual([
      '2026-10-20T00:00:00.000Z',
      ...ends.slice(0, -1),
    ]);
    // In the night in which clocks go back, the server starts one run more, an hour after the one at 01:00.
    expect(ends.filter((end) => end !== '2026-10-24T23:00:00.000Z')).toEqual(midnights);
    const span = { from: '2026-10-20T00:00:00.000Z', to: midnights[2] ?? '' };
    expect(deviations(await scenario.compare(span))).toEqual([]);
  });
});

describe('a schedule that is triggered while a run is under way', () => {
  let scenario: Scenario;

  beforeAll(async () => {
    // No run of its own comes between.
    scenario = await openScenario({ evaluations: 10, streamSettings: 'every: 3000d' });
    await syncSchedules(scenario.client, scenario.configuration);
  });

  afterAll(async () => scenario?.close());

  it('says so, and starts none', async () => {
    const trigger = async () => runIn(scenario, ['schedule', 'trigger', connection, stream]);
    const run = /^export\/acme\/evaluations-\S+$/u;
    // No worker ends it.
    expect((await trigger()).stdout).toBe('triggered export of acme evaluations\n');
    const handle = scenario.client.schedule.getHandle(scheduleIdOf(scheduled));
    const underWay = await until('the run to be started', async () => {
      const { info } = await handle.describe();
      return info.runningActions[0]?.workflow.workflowId;
    });
    expect(underWay).toMatch(run);
    const skipped = await trigger();
    expect(skipped.stdout).toBe(`skipped, as ${underWay} is under way: export of acme evaluations\n`);
    expect((await handle.describe()).info.numActionsTaken).toBe(1);
    await scenario.client.workflow.getHandle(underWay).terminate('it is over');
    expect((await trigger()).stdout).toBe('triggered export of acme evaluations\n');
  });
});

describe('schedules of what left the configuration', () => {
  let scenario: Scenario;
  const kinds = ['audit-intervals', 'audit-visibility', 'export', 'reconcile'];
  const idsOf = (name: string) => kinds.map((kind) => `${kind}/${name}/${stream}`);

  /** Other configurations on the same cluster: the same stream of a connection of another name. */
  const named = ({ configuration }: Scenario, name: string, temporal = {}) => {
    const settings = configuration.connections[connection];
    if (settings === undefined) throw new Error('no connection');
    return {
      ...configuration,
      connections: { [name]: settings },
      temporal: { ...configuration.temporal, ...temporal },
    };
  };

  beforeAll(async () => {
    scenario = await openScenario({ evaluations: 10 });
    const { client } = scenario;
    await syncSchedules(client, named(scenario, 'before'));
    await syncSchedules(client, named(scenario, 'of-others', { taskQueue: 'theirs' }));
    const action = { type: 'startWorkflow' as const, workflowType: 'theirs', taskQueue: 'tidemark' };
    await client.schedule.create({ scheduleId: 'nightly/of/others', spec: {}, action });
    await syncSchedules(client, scenario.configuration);
    const expected = 1 + 3 * kinds.length;
    await until('all schedules to be listed', async () => {
      let listed = 0;
      for await (const _ of client.schedule.list()) listed += 1;
      return listed === expected;
    });
  });

  afterAll(async () => scenario?.close());

  it('are named with what deletes them by a sync and by the list, and run on', async () => {
    const left = await leftSchedules(scenario.client, scenario.configuration);
    expect(left.map(({ scheduleId }) => scheduleId)).toEqual(idsOf('before'));
    expect(left.every(({ paused, nextRuns }) => !paused && nextRuns.length > 0)).toBe(true);

    const synced = await runIn(scenario, ['schedule', 'sync']);
    expect(synced.code).toBe(0);
    expect(synced.stdout).toContain(`updated export/${connection}/${stream}\nupdated reconcile/`);
    for (const id of idsOf('before')) {
      expect(synced.stdout).toContain(`left ${id}\n`);
      expect(synced.stderr).toContain(
        `temporal schedule delete --address ${scenario.server.address} --namespace default --schedule-id ${id}\n`,
      );
    }
    const listed = await runIn(scenario, ['schedule', 'list']);
    expect(listed.stdout).toMatch(/ export\/before\/evaluations +│ not configured, active +│/);
    expect(listed.stdout).toMatch(/ export\/acme\/evaluations +│ active +│/);
    expect(listed.stderr).toContain('--schedule-id export/before/evaluations\n');
    expect(`${synced.stdout}${listed.stdout}${listed.stderr}`).not.toMatch(/of-others|nightly/);
    const { stdout } = await runIn(scenario, ['schedule', 'list', '--json']);
    const overviews = JSON.parse(stdout) as { scheduleId: string; configured: boolean }[];
    const unconfigured = overviews.filter(({ configured }) => !configured);
    expect(unconfigured.map(({ scheduleId }) => scheduleId)).toEqual(idsOf('before'));
    expect(overviews).toHaveLength(2 * kinds.length);
  });

  it('can be paused and resumed, and no others', async () => {
    const isPaused = async (name: string) =>
      (await scenario.client.schedule.getHandle(`reconcile/${name}/${stream}`).describe()).state.paused;
    const act = async (action: string, name: string) =>
      runIn(scenario, ['schedule', action, name, stream, '--of', 'reconcile']);
    expect((await act('pause', 'before')).code).toBe(0);
    expect(await isPaused('before')).toBe(true);
    expect((await act('resume', 'before')).code).toBe(0);
    expect(await isPaused('before')).toBe(false);
    for (const name of ['of-others', 'nobody']) {
      const refused = await act('pause', name);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(name);
    }
    expect(await isPaused('of-others')).toBe(false);
  });

  it('are named no more once they are deleted, and are not made again', async () => {
    for (const id of idsOf('before')) await scenario.client.schedule.getHandle(id).delete();
    // The list of the cluster may still have them for a moment.
    expect(await leftSchedules(scenario.client, scenario.configuration)).toEqual([]);
    const { stderr } = await runIn(scenario, ['schedule', 'sync']);
    expect(stderr).not.toContain('temporal schedule delete');
    const handle = scenario.client.schedule.getHandle(`export/before/${stream}`);
    await expect(handle.describe()).rejects.toThrow(ScheduleNotFoundError);
  });
});

describe('a configured schedule that the cluster does not have', () => {
  let scenario: Scenario;
  const missing = `reconcile/${connection}/${stream}`;
  const list = async (...options: string[]) => runIn(scenario, ['schedule', 'list', ...options]);

  beforeAll(async () => {
    scenario = await openScenario({ evaluations: 10 });
    await syncSchedules(scenario.client, scenario.configuration);
    await scenario.client.schedule.getHandle(missing).delete();
  });

  afterAll(async () => scenario?.close());

  it('is listed as missing beside the others, with the command that makes it', async () => {
    const { code, stdout, stderr } = await list();
    expect(stdout).toMatch(/ export\/acme\/evaluations +│ active +│/);
    expect(stdout).toMatch(/ reconcile\/acme\/evaluations +│ missing +│/);
    expect(stderr).toContain('"tidemark schedule sync"');
    expect(code).toBe(0);

    const overviews = JSON.parse((await list('--json')).stdout) as { scheduleId: string; missing: boolean }[];
    expect(overviews.map(({ scheduleId }) => scheduleId)).toEqual([
      `export/${connection}/${stream}`,
      missing,
      `audit-intervals/${connection}/${stream}`,
      `audit-visibility/${connection}/${stream}`,
    ]);
    expect(overviews.filter((each) => each.missing).map(({ scheduleId }) => scheduleId)).toEqual([missing]);
  });

  it('is made by a sync, and missing no more', async () => {
    expect((await runIn(scenario, ['schedule', 'sync'])).stdout).toContain(`created ${missing}\n`);
    const { stdout, stderr } = await list();
    expect(stdout).not.toContain('missing');
    expect(stderr).not.toContain('schedule sync');
  });
});
