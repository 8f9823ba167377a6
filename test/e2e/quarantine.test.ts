/** An answer that cannot be used blocks nothing: it waits in quarantine until it is released or skipped. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readStreamStatus } from '../../cli/streamStatus.js';
import { streamOf } from '../../workers/connections.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type { decideQuarantine, DecideQuarantineInput } from '../../workflows/decideQuarantine.js';
import type { StreamSettings } from '../../workflows/exportRun.js';
import { connection, deviations, openScenario, stream, type Scenario } from './support/scenario.js';

const from = '2026-09-01T00:00:00.000Z';
const whole = { from, to: '2026-09-08T00:00:00.000Z' };
const part = { from: '2026-09-03T00:00:00.000Z', to: '2026-09-05T00:00:00.000Z' };
const search = '/api/v2/quality/evaluations/search';
const day = 86_400_000;

describe('what fails its schema', () => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await openScenario({ evaluations: 600, from, to: '2026-09-05T00:00:00.000Z' });
    scenario.startWorker();
  });

  afterAll(async () => scenario?.close());
  afterEach(async () => scenario.control('DELETE', 'faults'));

  const setFault = async (path: string, when: object) =>
    scenario.control('POST', 'faults', { fault: { kind: 'invalidItem' }, where: { path }, when });
  const windows = async () =>
    (await scenario.warehouse.loadedWindows(connection, stream)).map(({ start, end }) => ({ start, end }));
  const intervalOf = ({ from: start, to: end }: typeof whole) => ({ start, end });
  const states = async (span: typeof whole) =>
    (await scenario.warehouse.intervalRuns(connection, stream, intervalOf(span))).map(({ state }) => state);
  const open = async () =>
    (await scenario.warehouse.quarantinedPages(connection, stream, 'open')).map((page) => page.quarantine_id);
  const openInStatus = async () => {
    const schedule = { connection, stream, everyMillis: day, safetyLagMillis: 0, startFrom: from };
    const [status] = await readStreamStatus(scenario.warehouse, [schedule], {
      intervals: 5,
      now: Date.now(),
    });
    return status?.openQuarantine;
  };
  let decisions = 0;
  const decide = async (
    decision: DecideQuarantineInput['decision'],
    quarantineIds: DecideQuarantineInput['quarantineIds'],
    more: Partial<StreamSettings> = {},
  ) =>
    scenario.client.workflow.execute<typeof decideQuarantine>('decideQuarantine', {
      workflowId: `e2e/quarantine-${++decisions}`,
      taskQueue: scenario.configuration.temporal.taskQueue,
      args: [
        {
          ...{ connection, stream, quarantineIds, decision, by: 'jo' },
          settings: { ...streamSettings(streamOf(scenario.configuration, connection, stream), 3), ...more },
        },
      ],
    });
  /** An evaluation of the first page of the first pass. */
  const earliest = async (): Promise<string> => {
    const answer = await fetch(new URL('/_simulator/truth?table=evaluations', scenario.simulator.apiUrl));
    const [row] = (await answer.text())
      .trim()
      .split('\n')
      .map(
        (line) => JSON.parse(line) as { evaluation_id: string; submitted_at: string; is_automated: boolean },
      )
      .filter((each) => each.submitted_at >= from && !each.is_automated)
      .sort((a, b) => (a.submitted_at < b.submitted_at ? -1 : 1));
    return row?.evaluation_id ?? expect.unreachable('no evaluation');
  };

  it('is skipped, and its window counts as complete without it', async () => {
    await setFault(search, { times: 3 });
    expect(await scenario.export(part)).toMatchObject({ highWaterMark: part.to, quarantined: 1 });
    expect(await windows()).toEqual([]);
    const skipped = await decide('skip', await open());
    expect(skipped).toMatchObject({
      decided: 1,
      windows: [{ ...intervalOf(part), outcome: 'complete' }],
      requests: 0,
    });
    expect(await windows()).toEqual([intervalOf(part)]);
    expect(await openInStatus()).toBe(0);
    expect(await scenario.warehouse.quarantinedPages(connection, stream, 'skipped')).toMatchObject([
      { decided_by: 'jo', staged_object: null },
    ]);
  });

  it('is left out and shown, while the rest is loaded; released, it is loaded, too', async () => {
    const broken = await earliest();
    await setFault(search, { times: 3 });
    await setFault(`/api/v2/quality/conversations/*/evaluations/${broken}`, {});
    const result = await scenario.export(whole);
    expect(result).toMatchObject({ highWaterMark: whole.to, quarantined: 2 });
    expect(result.notes.join('\n')).toMatch(/in quarantine: submitted by people: .*results\[0\]\.status/);
    // The other rows of the page were read by id, as analytics tells of them.
    const [missing, example] = deviations(await scenario.compare());
    expect(missing).toBe('evaluations: 1 missing, 0 extra, 0 different');
    expect(example).toContain(broken);
    expect((await states(whole)).at(-1)).toBe('quarantined');
    expect(await windows()).toEqual([intervalOf(part)]);
    expect(await openInStatus()).toBe(2);
    const [page] = await scenario.warehouse.quarantinedPages(connection, stream, 'open');
    expect(page).toMatchObject({ position: 'submitted by people', state: 'open' });

    const ids = await open();
    await setFault(search, { times: 3 });
    const failing = await decide('release', ids.slice(0, 1));
    expect(failing).toMatchObject({ decided: 2, windows: [{ outcome: 'quarantined' }] });
    const left = await open();
    expect(left).toHaveLength(2);
    for (const id of left) expect(ids).not.toContain(id);

    await scenario.control('DELETE', 'faults');
    const released = await decide('release', [...left, 'nothing']);
    expect(released).toMatchObject({
      ...{ v: 1, decided: 2, unknown: ['nothing'], left: 0 },
      windows: [{ ...intervalOf(whole), outcome: 'complete' }],
    });
    expect(await windows()).toEqual([intervalOf(whole), intervalOf(part)]);
    expect(await openInStatus()).toBe(0);
    expect(deviations(await scenario.compare())).toEqual([]);
  });

  it('is released with all that is open, until two windows in a row cannot be read', async () => {
    const hours = [0, 6, 12].map((hour) => ({
      from: `2026-09-02T${String(hour).padStart(2, '0')}:00:00.000Z`,
      to: `2026-09-02T${String(hour + 6).padStart(2, '0')}:00:00.000Z`,
    }));
    for (const span of hours) {
      await setFault(search, { times: 3 });
      expect(await scenario.export(span)).toMatchObject({ quarantined: 1 });
      await scenario.control('DELETE', 'faults');
    }
    await scenario.control('POST', 'faults', {
      fault: { kind: 'status', status: 503 },
      where: { path: search },
    });
    const [first, second] = hours.map(intervalOf);
    expect(await decide('release', null, { outageTolerance: 3_000 })).toMatchObject({
      decided: 0,
      outcomes: { complete: 0, failed: 2 },
      windows: [
        { ...first, outcome: 'failed', message: expect.stringContaining('503') as string },
        { ...second, outcome: 'failed' },
      ],
      left: 1,
    });
    await scenario.control('DELETE', 'faults');
    expect(await decide('release', null)).toMatchObject({ decided: 3, outcomes: { complete: 3 }, left: 0 });
    expect(await open()).toEqual([]);
  });
});
