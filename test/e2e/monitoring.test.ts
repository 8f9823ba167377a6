/**
 * What monitoring hears: alerts when the runs of a schedule begin to fail or to leave pages in quarantine and when they
 * complete again, and metrics.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { developmentSearchAttributes } from '../../cli/session.js';
import { startDevelopmentServer } from '../../workers/developmentServer.js';
import { syncSchedules } from '../../workers/schedules.js';
import { freePort } from '../support/freePort.js';
import { startAlertReceiver, type AlertReceiver } from './support/alertReceiver.js';
import { triggerRun } from './support/runs.js';
import { connection, openScenario, stream, type Scenario } from './support/scenario.js';

const day = 86_400_000;
const [from, to] = [6, 0.1].map((days) => new Date(Date.now() - days * day).toISOString()) as [
  string,
  string,
];
const schedule = `export/${connection}/${stream}`;

describe('a schedule', () => {
  let scenario: Scenario;
  let receiver: AlertReceiver;
  let metrics: string;

  beforeAll(async () => {
    receiver = await startAlertReceiver();
    const server = await startDevelopmentServer({
      ui: false,
      searchAttributes: developmentSearchAttributes(),
      // A run of several windows goes on as new ones, to which Temporal does not say that the run before has failed.
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 8 },
    });
    scenario = await openScenario({
      ...{ evaluations: 200, from, to, server },
      streamSettings: 'every: 24h, safetyLag: 1s, overlap: 40h, maxWindow: 2d',
      configuration: [receiver.configuration],
    });
    metrics = `127.0.0.1:${await freePort()}`;
    scenario.startWorker(['--metrics', metrics]);
    await syncSchedules(scenario.client, scenario.configuration);
  });

  afterAll(async () => {
    await scenario?.close();
    receiver?.close();
  });

  /** How a triggered run ends, and the alerts that it and those that continue it sent. */
  const triggered = async () => {
    receiver.alerts.length = 0;
    const run = await triggerRun(scenario, { connection, stream });
    const result = await run.result().catch(() => null);
    const { runId, status } = await run.describe();
    return { runId, status: status.name, result, alerts: [...receiver.alerts] };
  };
  const tell = async (event: object) =>
    scenario.control('POST', 'events', { clientId: scenario.simulator.clientId, ...event });

  it('tells when its runs begin to fail, not of those that fail behind that, and when they complete again', async () => {
    await tell({ kind: 'setPermissions', permissions: ['quality:evaluation:view'] });
    const failed = await triggered();
    expect(failed.result).toBe(null);
    expect(failed.alerts).toMatchObject([
      {
        ...{ v: 1, kind: 'runs', severity: 'error', connection, stream },
        summary: expect.stringMatching(`^Runs of the schedule ${schedule} fail: .*permission`),
        details: { schedule, failure: expect.stringMatching(/permission/i) },
        runId: failed.runId,
      },
    ]);
    expect(await triggered()).toMatchObject({ result: null, alerts: [] });

    await tell({ kind: 'restorePermissions' });
    const completed = await triggered();
    expect(completed.result).toMatchObject({ from, quarantined: 0 });
    expect(completed.status).toBe('CONTINUED_AS_NEW');
    expect(completed.alerts).toMatchObject([
      {
        ...{ kind: 'runs', severity: 'info', connection, stream },
        summary: `Runs of the schedule ${schedule} complete again.`,
        details: { schedule, failure: null },
      },
    ]);
    expect((await triggered()).alerts).toEqual([]);
  });

  it('tells of pages in quarantine, unless the run before left some, too', async () => {
    const unusable = async () =>
      scenario.control('POST', 'faults', {
        fault: { kind: 'invalidItem' },
        where: { path: '/api/v2/quality/evaluations/search' },
        when: { times: 3 },
      });
    await unusable();
    const first = await triggered();
    expect(first.result).toMatchObject({ quarantined: 1 });
    expect(first.alerts).toMatchObject([
      {
        ...{ kind: 'quarantine', severity: 'error', connection, stream },
        summary: `A page of ${connection} ${stream} cannot be used until somebody decides about it.`,
        details: { pages: 1 },
      },
    ]);
    await unusable();
    expect(await triggered()).toMatchObject({ result: { quarantined: 1 }, alerts: [] });
    expect(await triggered()).toMatchObject({ result: { quarantined: 0 }, alerts: [] });
  });

  it('counts its runs and what they did, and says how far it is', async () => {
    const served = await (await fetch(`http://${metrics}/metrics`)).text();
    const valueOf = (name: string, labels = '') => {
      const line = served.split('\n').find((each) => each.startsWith(`${name}{`) && each.includes(labels));
      return line === undefined ? null : Number(line.split(' ').at(-1));
    };
    const runs = (state: string) => valueOf('tidemark_runs_total', `state="${state}",stream="${stream}"`);
    expect([runs('completed'), runs('failed'), runs('quarantined')]).toEqual([3, 2, 2]);
    const [recorded] = await scenario.warehouse.query(
      `SELECT sum(requests) AS requests, sum(changed_rows) AS changed_rows, max(epoch(loaded_through)) AS mark
       FROM interval_runs`,
    );
    expect(valueOf('tidemark_requests_total')).toBe(Number(recorded?.['requests']));
    expect(valueOf('tidemark_changed_rows_total')).toBe(Number(recorded?.['changed_rows']));
    expect(valueOf('tidemark_high_water_mark_seconds')).toBe(Number(recorded?.['mark']));
  });
});
