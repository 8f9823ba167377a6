/** Comparing with the source and repairing: what no date tells of is found, and nothing is called deleted too early. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ReconcileResult, ReconcileStreamInput } from '../../workflows/reconcileStream.js';
import { streamOf } from '../../workers/connections.js';
import { streamSettings } from '../../workers/streamSettings.js';
import { startAlertReceiver, type AlertReceiver } from './support/alertReceiver.js';
import { runIn } from './support/command.js';
import { reconcile as reconcileSpan, startReconciliation } from './support/runs.js';
import {
  connection,
  deviations,
  openScenario,
  stagedFiles,
  stream,
  type Scenario,
} from './support/scenario.js';

const span = { start: '2026-09-01T00:00:00.000Z', end: '2026-09-26T00:00:00.000Z' };

describe('a reconciliation', () => {
  let scenario: Scenario;
  let receiver: AlertReceiver;

  beforeAll(async () => {
    receiver = await startAlertReceiver();
    scenario = await openScenario({
      evaluations: 500,
      from: span.start,
      to: '2026-09-25T00:00:00.000Z',
      configuration: [receiver.configuration],
    });
    scenario.startWorker();
    await scenario.export({ from: span.start, to: span.end });
  });

  afterAll(async () => {
    await scenario?.close();
    receiver?.close();
  });

  const reconcile = async (input: Partial<ReconcileStreamInput> = {}): Promise<ReconcileResult> =>
    reconcileSpan(scenario, { connection, stream }, span, input);
  /** The same as a command. */
  const typed = async (...more: string[]): Promise<{ code: number | null; result: ReconcileResult }> => {
    const args = ['reconcile', connection, stream, '--from', span.start, '--to', span.end, '--json', ...more];
    const { code, stdout } = await runIn(scenario, args);
    return { code, result: JSON.parse(stdout) as ReconcileResult };
  };
  const tell = async (event: Record<string, unknown>) => scenario.control('POST', 'events', event);
  const finished = async (count: number, skip = 0): Promise<string[]> => {
    const rows = await scenario.warehouse.query(
      `SELECT evaluation_id FROM evaluations WHERE status = 'FINISHED' AND NOT is_deleted AND NOT is_automated
       ORDER BY evaluation_id LIMIT ${count} OFFSET ${skip}`,
    );
    return rows.map((row) => String(row['evaluation_id']));
  };
  const rowOf = async (id: string) =>
    (await scenario.warehouse.query(`SELECT * FROM evaluations WHERE evaluation_id = '${id}'`))[0];

  it('finds everything where it should be after an export', async () => {
    const result = await reconcile();
    expect(result).toMatchObject({
      coverage: 100,
      alerted: false,
      faults: [],
      breakerTripped: false,
      sums: { missing: 0, stale: 0, different: 0, scoreDifferent: 0, absent: 0 },
    });
    expect(result.sums.source).toBeGreaterThan(400);
    expect(result.sums.warehouse).toBe(result.sums.source);
    // Redacted ones are counted by the source's analytics and cannot be loaded.
    const counted = result.counted ?? { source: 0, warehouse: 0 };
    expect(counted.warehouse / counted.source).toBeGreaterThan(0.97);
    const rows = await scenario.warehouse.query(
      `SELECT basis, sum(source_count) AS source, count(DISTINCT day) AS days, count(DISTINCT division_id) AS divisions,
              count(DISTINCT form_id) AS forms
       FROM reconciliations GROUP BY basis ORDER BY basis`,
    );
    expect(rows.map(({ basis }) => basis)).toEqual(['aggregates', 'ids']);
    expect(Number(rows[1]?.['source'])).toBeGreaterThanOrEqual(result.sums.source);
    expect(Number(rows[1]?.['days'])).toBeGreaterThan(20);
    expect(Number(rows[1]?.['divisions'])).toBeGreaterThan(1);
    expect(Number(rows[1]?.['forms'])).toBeGreaterThan(3);
    expect(await stagedFiles(scenario)).toEqual([]);
  });

  it('guide 1, edge case 2: finds a score that was calculated anew without any date, and repairs it', async () => {
    const [first, second] = await finished(2);
    for (const evaluationId of [first, second])
      await tell({ kind: 'rescore', evaluationId, keepDates: true });
    const looked = await reconcile({ repair: false });
    expect(looked.sums).toMatchObject({ different: 2, missing: 0 });
    expect(looked.rows).toEqual({});
    expect(looked.faults).toEqual(['differences']);
    const spanOptions = ['--from', span.start, '--to', span.end];
    const told = await runIn(scenario, ['reconcile', connection, stream, ...spanOptions, '--no-repair']);
    expect(told.code).toBe(1);
    expect(told.stdout).toContain('\nWhat differs was only looked at and is as it was.\n');
    expect(deviations(await scenario.compare({ from: span.start, to: span.end }))).not.toEqual([]);

    const repaired = await reconcile();
    expect(repaired.sums).toMatchObject({ different: 2 });
    expect(repaired.sums.scoreDifferent).toBeGreaterThan(0);
    expect(deviations(await scenario.compare({ from: span.start, to: span.end }))).toEqual([]);
    expect((await reconcile()).sums).toMatchObject({ different: 0, stale: 0 });
  });

  it('calls a record deleted after two complete re-reads without it, and takes that back when it reappears', async () => {
    const [vanished] = await finished(1, 4);
    const id = String(vanished);
    await tell({ kind: 'delete', evaluationId: id, silent: true });
    expect((await reconcile({ repair: false })).sums.absent).toBe(1);
    expect((await reconcile()).sums.absent).toBe(1);
    expect(await rowOf(id)).toMatchObject({ is_deleted: false });
    const second = await reconcile();
    expect(second.rows['evaluations']?.softDeleted).toBe(1);
    expect(await rowOf(id)).toMatchObject({ is_deleted: true });
    const tombstones = await scenario.warehouse.query(
      `SELECT entity, evidence FROM tombstones WHERE record_id = '${id}'`,
    );
    expect(tombstones).toMatchObject([
      { entity: 'evaluations', evidence: expect.stringMatching(/absent/) as string },
    ]);
    expect(deviations(await scenario.compare({ from: span.start, to: span.end }))).toEqual([]);

    await tell({ kind: 'restore', evaluationId: id });
    expect((await reconcile()).sums).toMatchObject({ missing: 1, absent: 0 });
    expect(await rowOf(id)).toMatchObject({ is_deleted: false, deleted_at: null });
    expect(deviations(await scenario.compare({ from: span.start, to: span.end }))).toEqual([]);
  });

  it('does not take a lost division for deletions', async () => {
    const [row] = await scenario.warehouse.query(
      `SELECT division_ids->>0 AS division, count(*) AS held FROM evaluations WHERE NOT is_deleted
       GROUP BY ALL ORDER BY held LIMIT 1`,
    );
    const divisionId = String(row?.['division']);
    await tell({ kind: 'revokeDivision', divisionId });
    const result = await reconcile();
    expect(result).toMatchObject({ sums: { absent: 0 } });
    expect(result.hidden).toBeGreaterThanOrEqual(Number(row?.['held']) - 5);
    expect(result.notes.join(' ')).toMatch(/may not read evaluations of/);
    await tell({ kind: 'grantDivision', divisionId });
    expect(await reconcile()).toMatchObject({ hidden: 0, sums: { absent: 0 } });
    expect(deviations(await scenario.compare({ from: span.start, to: span.end }))).toEqual([]);
  });

  it('calls nothing deleted when too much is absent at once, and says so', async () => {
    receiver.alerts.length = 0;
    const many = await finished(50, 10);
    for (const evaluationId of many) await tell({ kind: 'delete', evaluationId, silent: true });
    for (let time = 0; time < 2; time++) {
      const result = await reconcile();
      expect(result).toMatchObject({ breakerTripped: true, alerted: true });
      expect(result.rows['evaluations']?.softDeleted ?? 0).toBe(0);
    }
    expect(receiver.alerts).toHaveLength(2);
    expect(receiver.alerts[0]).toMatchObject({
      kind: 'coverage',
      connection,
      details: { breakerTripped: true },
    });
    for (const evaluationId of many) await tell({ kind: 'restore', evaluationId });
  });

  it('guide 3, edge case 2: alerts when less than 95 % is held, and repairs it', async () => {
    receiver.alerts.length = 0;
    const instance = await DuckDBInstance.create(scenario.warehouse.location);
    const database = await instance.connect();
    await database.run("DELETE FROM evaluations WHERE submitted_at < '2026-09-04'");
    database.closeSync();
    instance.closeSync();
    const result = await reconcile();
    expect(result.coverage).toBeLessThan(95);
    expect(result.alerted).toBe(true);
    expect(result.faults).toContain('coverage');
    expect(receiver.alerts).toMatchObject([
      { kind: 'coverage', details: { missing: result.sums.missing, repaired: true } },
    ]);
    expect(await reconcile()).toMatchObject({ coverage: 100, alerted: false });
    expect(deviations(await scenario.compare({ from: span.start, to: span.end }))).toEqual([]);
  });

  it('guide 3, edge case 2: alerts also when less than 95 % of one division is held', async () => {
    receiver.alerts.length = 0;
    const [smallest] = await scenario.warehouse.query(
      `SELECT CAST(division_ids AS VARCHAR) AS divisions, count(*) AS held FROM evaluations
       WHERE NOT is_deleted AND status = 'FINISHED' AND len(CAST(division_ids AS VARCHAR[])) = 1
       GROUP BY 1 ORDER BY 2, 1 LIMIT 1`,
    );
    const divisions = String(smallest?.['divisions']);
    const instance = await DuckDBInstance.create(scenario.warehouse.location);
    const database = await instance.connect();
    await database.run(
      `DELETE FROM evaluations WHERE evaluation_id IN (
         SELECT evaluation_id FROM evaluations
         WHERE CAST(division_ids AS VARCHAR) = '${divisions}' AND status = 'FINISHED' AND NOT is_deleted
         ORDER BY evaluation_id LIMIT ${Math.max(1, Math.ceil(Number(smallest?.['held']) / 10))})`,
    );
    database.closeSync();
    instance.closeSync();
    const { code, result } = await typed();
    expect(code).toBe(1);
    expect(result.coverage).toBeGreaterThan(95);
    expect(result.faults).toEqual(['division']);
    const [divisionId] = JSON.parse(divisions) as string[];
    expect(receiver.alerts).toMatchObject([
      {
        summary: 'Of a division the warehouse held too little; 95 % are asked for.',
        details: { divisionsBelow: [{ divisionId, missing: result.sums.missing }] },
      },
    ]);
    expect(await reconcile()).toMatchObject({ coverage: 100, alerted: false });
  });

  it('guide 3, edge case 2: alerts when less than 95 % of what the console counts is held', async () => {
    receiver.alerts.length = 0;
    const held = (await reconcile()).sums.warehouse;
    const enough = await typed('--console-total', String(Math.floor(held / 0.96)));
    expect(enough).toMatchObject({ code: 0, result: { faults: [], alerted: false } });
    expect(receiver.alerts).toEqual([]);
    const total = Math.ceil(held / 0.94);
    const { code, result } = await typed('--console-total', String(total));
    expect(code).toBe(1);
    expect(result).toMatchObject({
      coverage: 100,
      byConsole: { source: total, warehouse: held, missing: total - held },
      faults: ['console'],
      alerted: true,
    });
    const coverageByConsole = (100 * held) / total;
    expect(receiver.alerts).toMatchObject([
      {
        kind: 'coverage',
        summary: `The warehouse held ${coverageByConsole.toFixed(2)} % of what the console counts; 95 % are asked for.`,
        details: { coverageByIds: 100, coverageByConsole, missing: 0 },
      },
    ]);
    const spanless = await runIn(scenario, ['reconcile', connection, stream, '--console-total', '5']);
    expect(spanless.code).not.toBe(0);
    expect(spanless.stderr).toContain('--console-total 5 is of no span. Give --from and --to');
  });

  it('of a window that could not be read completely needs a person, and is no alert', async () => {
    receiver.alerts.length = 0;
    await scenario.control('POST', 'faults', {
      fault: { kind: 'invalidItem' },
      where: { path: '/api/v2/quality/evaluations/search' },
      when: { times: 3 },
    });
    const broken = await typed();
    await scenario.control('DELETE', 'faults');
    expect(broken).toMatchObject({ code: 1, result: { faults: ['unread'], alerted: false } });
    expect(broken.result.notes.join(' ')).toMatch(/could not be read completely/);
    expect(receiver.alerts).toEqual([]);
    expect(await typed()).toMatchObject({ code: 0, result: { faults: [], coverage: 100 } });
  });

  it('goes on with later windows when one fails, and fails when they are repaired', async () => {
    const [latest] = await scenario.warehouse.query(
      `SELECT evaluation_id FROM evaluations WHERE status = 'FINISHED' AND NOT is_deleted AND NOT is_automated
       ORDER BY submitted_at DESC, evaluation_id LIMIT 1`,
    );
    await tell({ kind: 'rescore', evaluationId: String(latest?.['evaluation_id']), keepDates: true });
    expect(deviations(await scenario.compare({ from: span.start, to: span.end }))).not.toEqual([]);
    // Asked for at once and after 2 s, then the first window is given up.
    await scenario.control('POST', 'faults', {
      fault: { kind: 'status', status: 503 },
      where: { path: '/api/v2/quality/evaluations/search' },
      when: { times: 2 },
    });
    const settings = streamSettings(streamOf(scenario.configuration, connection, stream), 3);
    const failing = reconcile({
      settings: { ...settings, maxWindow: 6 * 86_400_000, outageTolerance: 4_000 },
    });
    await expect(failing).rejects.toMatchObject({
      cause: {
        type: 'ReconciliationFailed',
        message: expect.stringContaining(`${span.start} to `) as string,
      },
    });
    await scenario.control('DELETE', 'faults');
    expect(deviations(await scenario.compare({ from: span.start, to: span.end }))).toEqual([]);
  });

  it('counts what a window has repaired, also when it fails behind that', async () => {
    const [vanished, rescored] = await finished(2, 9);
    await tell({ kind: 'delete', evaluationId: String(vanished), silent: true });
    await tell({ kind: 'rescore', evaluationId: String(rescored), keepDates: true });
    // What is held and not shown is looked for by id.
    await scenario.control('POST', 'faults', {
      fault: { kind: 'status', status: 503 },
      where: { path: `/api/v2/quality/conversations/*/evaluations/${vanished}` },
    });
    const settings = streamSettings(streamOf(scenario.configuration, connection, stream), 3);
    const failing = await startReconciliation(scenario, { connection, stream }, span, {
      settings: { ...settings, outageTolerance: 4_000 },
    });
    await expect(failing.result()).rejects.toMatchObject({ cause: { type: 'ReconciliationFailed' } });
    await scenario.control('DELETE', 'faults');
    const { compared, requests, rows } = await failing.query<ReconcileResult>('progress');
    expect({ compared, updated: rows['evaluations']?.updated }).toEqual({ compared: 0, updated: 1 });
    expect(requests).toBeGreaterThan(3);
  });
});
