/** From a score that is submitted at the vendor to the page that shows it, through every part there is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Row } from '../../model/tables.js';
import { metricsOf } from '../../workers/connections.js';
import { scheduleIdOf } from '../../workers/schedulePlans.js';
import { syncSchedules } from '../../workers/schedules.js';
import { metricsSettings } from '../../workers/streamSettings.js';
import { taskQueues } from '../../workflows/taskQueues.js';
import type { MetricsSettings, watchMetrics } from '../../workflows/watchMetrics.js';
import { launchChromium, screenshotPath } from './support/browser.js';
import { openScenario, until, type Scenario } from './support/scenario.js';

const hour = 3_600_000;
/** The organisation's present: fixed, and in the past, so that the span until now holds all of its day. */
const present = new Date(Math.floor((Date.now() - hour) / hour) * hour + 60_000);
/** A zone in which the business day has been going on for twelve hours. */
const offset = 12 - present.getUTCHours();
const timeZone = `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;

let scenario: Scenario;

beforeAll(async () => {
  const day = 24 * hour;
  scenario = await openScenario({
    evaluations: 400,
    from: new Date(present.getTime() - day).toISOString(),
    to: new Date(present.getTime() + day).toISOString(),
    simulatorArguments: ['--allowance', '100000', '--contract', 'published,guide'],
    connections: ({ contracts: { published, guide } }) => ({
      published: [
        `apiUrl: ${published?.apiUrl}`,
        `loginUrl: ${published?.loginUrl}`,
        `streams: { metrics: { timeZone: ${timeZone}, segments: [form, queue] } }`,
      ],
      guide: [
        'api: guide',
        `apiUrl: ${guide?.apiUrl}`,
        `loginUrl: ${guide?.loginUrl}`,
        `streams: { metrics: { timeZone: ${timeZone}, by: [agent, evaluator, form, skill] } }`,
      ],
    }),
  });
  await scenario.control('POST', 'clock', { set: present.toISOString(), freeze: true });
  scenario.startWorker();
});

afterAll(async () => {
  await scenario?.close();
});

let polls = 0;
const poll = async (connection: string, settings: Partial<MetricsSettings> = {}) =>
  scenario.client.workflow.execute<typeof watchMetrics>('watchMetrics', {
    workflowId: `e2e/poll-${++polls}`,
    taskQueue: taskQueues(scenario.configuration.temporal.taskQueue).workflows,
    args: [
      {
        connection,
        settings: { ...metricsSettings(metricsOf(scenario.configuration, connection)), ...settings },
      },
    ],
  });

/** The newest reading of each agent over everything, by agent. */
async function latest(connection: string, businessDay: string) {
  const rows = await scenario.warehouse.agentMetrics(connection, businessDay);
  const overall = rows.filter((row) => row.entity_type === 'agent' && row.segment_type === 'all');
  return new Map(overall.map((row) => [row.entity_id, row]));
}

const submit = async (agentId: string, score: 'high' | 'low') =>
  scenario.control('POST', 'events', { kind: 'submitEvaluation', agentId, score });
/** Metrics are worked out every quarter of an hour. */
const advance = async () => scenario.control('POST', 'clock', { advanceSeconds: 900 });

describe.each(['published', 'guide'])('metrics of the %s contract', (connection) => {
  let businessDay: string;

  it('are read from the beginning of the business day, and kept', async () => {
    const first = await poll(connection);
    businessDay = first.businessDay;
    expect(first.readings).toBeGreaterThan(20);
    expect(first.changed).toBe(first.readings);
    expect(Date.parse(first.window.start) % hour).toBe(0);
    const rows = [...(await latest(connection, businessDay)).values()];
    const evaluated = rows.filter(({ evaluation_count }) => evaluation_count > 0);
    expect(evaluated.length).toBeGreaterThan(10);
    for (const row of evaluated) {
      expect(row.is_below_threshold).toBe(row.evaluation_count < 3);
      expect(row.average_score).toBeGreaterThanOrEqual(0);
      expect(row.pass_rate).toBeLessThanOrEqual(100);
    }
  });

  it('that have not changed write nothing, but that they were looked at', async () => {
    const again = await poll(connection);
    expect(again.changed).toBe(0);
    const runs = await scenario.warehouse.intervalRuns(connection, 'metrics', again.window);
    expect(runs.map(({ changed_rows: changed }) => changed > 0)).toEqual([true, false]);
  });

  it('show an evaluation that was submitted since, and nothing else is written', async () => {
    const before = await latest(connection, businessDay);
    const [agent] = [...before.values()].filter(({ evaluation_count }) => evaluation_count > 0);
    if (agent === undefined) throw new Error('nobody was evaluated');
    await submit(agent.entity_id, 'low');
    await advance();
    const { changed } = await poll(connection);
    const after = (await latest(connection, businessDay)).get(agent.entity_id);
    expect(after?.evaluation_count).toBeGreaterThan(agent.evaluation_count);
    expect(after?.average_score).toBeLessThan(agent.average_score ?? 0);
    expect(changed).toBeLessThan(before.size);
  });

  it('follow an agent to a new name, under the same id', async () => {
    const before = await latest(connection, businessDay);
    const [agent] = [...before.values()].filter(({ evaluation_count }) => evaluation_count > 0);
    await scenario.control('POST', 'events', {
      kind: 'renameUser',
      userId: agent?.entity_id,
      name: 'Somebody Renamed',
    });
    // Names are kept for a while where a contract does not send them along.
    const worker = scenario.startWorker();
    await poll(connection);
    await worker.stop();
    const after = await latest(connection, businessDay);
    expect(after.size).toBe(before.size);
    // One contract sends names with the scores; those of the other one follow within an hour.
    const names = connection === 'guide' ? ['Somebody Renamed'] : ['Somebody Renamed', agent?.entity_name];
    expect(names).toContain(after.get(agent?.entity_id ?? '')?.entity_name);
  });

  it('that could not be read are asked for by the next poll, for the whole day', async () => {
    const before = await latest(connection, businessDay);
    const [agent] = before.values();
    if (agent === undefined) throw new Error('nobody was evaluated');
    await submit(agent.entity_id, 'high');
    await advance();
    await scenario.control('POST', 'faults', { fault: { kind: 'status', status: 503 } });
    await expect(poll(connection, { outageTolerance: 1_000 })).rejects.toThrow();
    await scenario.control('DELETE', 'faults');
    expect(await latest(connection, businessDay)).toEqual(before);
    const { window } = await poll(connection);
    const after = (await latest(connection, businessDay)).get(agent.entity_id);
    expect(after?.evaluation_count).toBeGreaterThan(agent.evaluation_count);
    const runs = await scenario.warehouse.intervalRuns(connection, 'metrics', {
      start: window.start,
      end: new Date(Date.parse(window.end) + 24 * hour).toISOString(),
    });
    expect(runs.slice(-2).map(({ state }) => state)).toEqual(['failed', 'completed']);
  });

  it('that somebody cancelled are recorded as cancelled', async () => {
    await scenario.control('POST', 'faults', { fault: { kind: 'status', status: 503 } });
    const workflowId = `e2e/cancelled-poll-${connection}`;
    const handle = await scenario.client.workflow.start<typeof watchMetrics>('watchMetrics', {
      workflowId,
      taskQueue: taskQueues(scenario.configuration.temporal.taskQueue).workflows,
      args: [{ connection, settings: metricsSettings(metricsOf(scenario.configuration, connection)) }],
    });
    await until('its request', async () => {
      const { raw } = await handle.describe();
      return (raw.pendingActivities?.length ?? 0) > 0;
    });
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    await scenario.control('DELETE', 'faults');
    const runs = await scenario.warehouse.intervalRuns(connection, 'metrics', {
      start: new Date(Date.now() - 24 * hour).toISOString(),
      end: new Date(Date.now() + 24 * hour).toISOString(),
    });
    expect(runs.find((run) => run.workflow_id === workflowId)?.state).toBe('cancelled');
  });
});

describe('both contracts', () => {
  it('say the same of everybody', async () => {
    const settings = { by: ['agent' as const], segments: ['form' as const] };
    const { businessDay } = await poll('published', settings);
    await poll('guide', settings);
    const [published, guide] = [await latest('published', businessDay), await latest('guide', businessDay)];
    const evaluated = (rows: Map<string, Row<'agent_metrics'>>) =>
      [...rows.values()].filter(({ evaluation_count }) => evaluation_count > 0);
    const counts = (rows: Map<string, Row<'agent_metrics'>>) =>
      evaluated(rows)
        .map((row) => [row.entity_id, row.evaluation_count])
        .sort();
    expect(counts(guide)).toEqual(counts(published));
    for (const row of evaluated(guide)) {
      // Analytics counts in whole percents.
      const other = published.get(row.entity_id)?.average_score ?? NaN;
      expect(Math.abs((row.average_score ?? NaN) - other)).toBeLessThanOrEqual(0.5);
    }
  });
});

describe('the page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => browser?.close());

  it('shows a score after the next poll, without being loaded again', async () => {
    const connection = 'guide';
    const { businessDay } = await poll(connection);
    const page = await open(connection);
    const [agent] = [...(await latest(connection, businessDay)).values()].filter(
      ({ evaluation_count }) => evaluation_count >= 3,
    );
    if (agent === undefined) throw new Error('nobody was evaluated often enough');
    const cells = page.locator(`tr[data-entity="${agent.entity_id}"] > *`);
    await cells.first().waitFor();
    expect((await cells.allInnerTexts())[2]).toBe(String(agent.evaluation_count));
    await page.evaluate('window.untouched = true');

    await submit(agent.entity_id, 'high');
    await advance();
    await poll(connection);
    const expected = (await latest(connection, businessDay)).get(agent.entity_id)?.evaluation_count;
    expect(expected).toBeGreaterThan(agent.evaluation_count);
    await expect
      .poll(async () => (await cells.allInnerTexts())[2], { timeout: 30_000 })
      .toBe(String(expected));
    expect(await page.evaluate('window.untouched')).toBe(true);
    await page.screenshot({ path: await screenshotPath('live-page.png') });
  });

  async function open(connection: string): Promise<Page> {
    const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    const child = spawn(
      process.execPath,
      [
        main,
        'dashboard',
        '--json',
        '--port',
        '0',
        '--config',
        scenario.configPath,
        '--connection',
        connection,
      ],
      { env: { ...process.env, ...scenario.environment } },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { url } = JSON.parse(line.toString()) as { url: string };
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    await page.goto(url);
    return page;
  }
});

describe('the schedule of the metrics', () => {
  it('polls at every quarter of an hour', async () => {
    await syncSchedules(scenario.client, scenario.configuration);
    const scheduled = { connection: 'guide', stream: 'metrics' };
    const start = Math.floor(Date.now() / hour) * hour - hour;
    await scenario.client.schedule.getHandle(scheduleIdOf(scheduled)).backfill({
      start: new Date(start + 60_000),
      end: new Date(start + 46 * 60_000),
      overlap: 'BUFFER_ALL',
    });
    const quarters = [15, 30, 45].map((minutes) => new Date(start + minutes * 60_000).toISOString());
    // The warehouse is left to the polls until they are done.
    await until('three polls', async () => {
      const done = new Set<number>();
      for await (const run of scenario.client.workflow.list({ query: 'WorkflowType = "watchMetrics"' })) {
        const [, nominal = ''] = /^watch-metrics\/guide\/metrics-(.+)$/.exec(run.workflowId) ?? [];
        if (run.status.name === 'COMPLETED') done.add(Date.parse(nominal));
      }
      return quarters.every((quarter) => done.has(Date.parse(quarter)));
    });
    const runs = await scenario.warehouse.intervalRuns('guide', 'metrics', {
      start: new Date(start - 24 * hour).toISOString(),
      end: new Date().toISOString(),
    });
    const scheduledPolls = runs.filter(
      ({ trigger, nominal_at: at }) => trigger === 'schedule' && quarters.includes(at ?? ''),
    );
    expect(scheduledPolls.map(({ state, interval_end: end }) => [state, end])).toEqual(
      quarters.map((quarter) => ['completed', quarter]),
    );
  });
});
