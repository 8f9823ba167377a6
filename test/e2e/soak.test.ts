/**
 * Days of a living organisation: regular exports, daily reconciliation, outages, edited and republished forms, a lost
 * and restored division. At the end the warehouse is equal to the truth.
 *
 * The usual run has a few days. A month of hourly exports takes about three quarters of an hour:
 * TIDEMARK_SOAK_DAYS=30 TIDEMARK_SOAK_HOURS=1 npx vitest run --project e2e test/e2e/soak.test.ts
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamOf } from '../../workers/connections.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type { reconcileStream } from '../../workflows/reconcileStream.js';
import { connection, deviations, openScenario, stream, type Scenario } from './support/scenario.js';

const days = Number(process.env['TIDEMARK_SOAK_DAYS'] ?? 2);
const hoursBetween = Number(process.env['TIDEMARK_SOAK_HOURS'] ?? 8);
const perDay = Number(process.env['TIDEMARK_SOAK_EVALUATIONS'] ?? 200);
const hour = 3_600_000;
const minute = 60_000;
const begin = Date.parse('2026-09-01T00:00:00.000Z');
const end = begin + days * 24 * hour;
const iso = (millis: number) => new Date(millis).toISOString();

interface Counters {
  requests: number;
}

describe(`${days} days, an export every ${hoursBetween} hours`, () => {
  let scenario: Scenario;
  const report = { exports: 0, failed: 0, reconciliations: 0, events: 0, repaired: 0, requests: 0 };
  /** Not loaded yet from here on. */
  let mark = begin;

  beforeAll(async () => {
    scenario = await openScenario({
      evaluations: perDay * days,
      seed: 11,
      from: iso(begin),
      to: iso(end),
      simulatorArguments: ['--allowance', '1000000'],
    });
    scenario.startWorker();
  });

  afterAll(async () => scenario?.close());

  const at = async (millis: number) => scenario.control('POST', 'clock', { set: iso(millis) });

  /** The organisation may have moved on since the warehouse was asked for candidates. */
  const tell = async (event: Record<string, unknown>) => {
    try {
      await scenario.control('POST', 'events', event);
      report.events += 1;
      return true;
    } catch {
      return false;
    }
  };

  const exportUntil = async (to: number, outage = false) => {
    const from = Math.max(begin, mark - 30 * minute);
    try {
      await scenario.export({ from: iso(from), to: iso(to) }, outage ? { outageTolerance: 3_000 } : {});
      report.exports += 1;
      mark = to;
    } catch (error) {
      if (!outage) throw error;
      report.failed += 1;
    }
  };

  const reconcile = async (until: number) => {
    const result = await scenario.client.workflow.execute<typeof reconcileStream>('reconcileStream', {
      workflowId: `e2e/soak-reconcile-${++report.reconciliations}`,
      taskQueue: scenario.configuration.temporal.taskQueue,
      args: [
        {
          connection,
          stream,
          span: { start: iso(begin), end: iso(until) },
          repair: true,
          settings: streamSettings(streamOf(scenario.configuration, connection, stream), 3),
          reconcile: {
            horizon: 90 * 24 * hour,
            notNewerThan: 0,
            confirmations: 2,
            breakerShare: 5,
            coverageBelow: 0,
          },
        },
      ],
    });
    const { missing, stale, different, absent } = result.sums;
    report.repaired += missing + stale + different + absent;
    return result;
  };

  /** Finished evaluations that the warehouse holds, others at each step. */
  const candidates = async (step: number, count: number): Promise<string[]> => {
    const rows = await scenario.warehouse.query(
      `SELECT evaluation_id FROM evaluations WHERE status = 'FINISHED' AND NOT is_deleted
       ORDER BY hash(evaluation_id || '${step}') LIMIT ${count}`,
    );
    return rows.map((row) => String(row['evaluation_id']));
  };

  const pending = new Set<string>();
  const live = async (step: number) => {
    const ids = await candidates(step, 9);
    const [a, b, c, d, e, f, g, h, i] = ids;
    const kinds: Record<string, unknown>[] = [
      { kind: 'rescore', evaluationId: a },
      { kind: 'rescore', evaluationId: b, keepDates: true },
      { kind: 'reopen', evaluationId: c },
      { kind: 'signOff', evaluationId: d },
      { kind: 'dispute', evaluationId: e },
      { kind: 'revise', evaluationId: f },
    ];
    for (const event of kinds) await tell(event);
    if (step % 4 === 0) await tell({ kind: 'delete', evaluationId: g });
    if (step % 5 === 0) await tell({ kind: 'delete', evaluationId: h, silent: true });
    for (const id of pending)
      if (await tell({ kind: 'finishRecalculation', evaluationId: id })) pending.delete(id);
    if (i !== undefined && step % 3 === 0 && (await tell({ kind: 'recalculate', evaluationId: i })))
      pending.add(i);
  };

  it('ends equal to the truth', { timeout: 4 * hour }, async () => {
    const { forms, divisions } = await scenario.control<{
      forms: { contextId: string }[];
      divisions: { id: string; restricted: boolean }[];
    }>('GET', 'organisation');
    const steps = Math.floor((days * 24) / hoursBetween);
    const when = (share: number) => Math.max(1, Math.round(steps * share));
    const outages = new Set([when(0.25), when(0.6)]);
    const published = new Map([when(0.3), when(0.5), when(0.7)].map((step, index) => [step, index]));
    const edited = when(0.55);
    const [lost, restored] = [when(0.4), when(0.65)];
    const division = divisions.find(({ restricted }) => !restricted)?.id;
    const exportSteps = Math.max(1, Math.round(24 / hoursBetween));

    for (let step = 1; step <= steps; step++) {
      const now = begin + step * hoursBetween * hour;
      await at(now);
      if (step > 1) await live(step);
      const form = published.get(step);
      if (form !== undefined) await tell({ kind: 'publishFormVersion', contextId: forms[form]?.contextId });
      if (step === edited) {
        const [row] = await scenario.warehouse.query(
          'SELECT form_id FROM evaluations GROUP BY form_id ORDER BY count(*) DESC LIMIT 1',
        );
        await tell({ kind: 'editFormVersion', formId: row?.['form_id'] });
      }
      if (step === lost) await tell({ kind: 'revokeDivision', divisionId: division });
      if (step === restored) await tell({ kind: 'grantDivision', divisionId: division });
      const outage = outages.has(step);
      if (outage) await scenario.control('POST', 'faults', { fault: { kind: 'status', status: 503 } });
      await exportUntil(now - 15 * minute, outage);
      if (outage) await scenario.control('DELETE', 'faults');
      if (step % exportSteps === 0) await reconcile(now - 15 * minute - hoursBetween * hour);
    }

    // The last changes, and two complete re-reads for what vanished without a trace.
    await at(end + hour);
    for (const evaluationId of pending) await tell({ kind: 'finishRecalculation', evaluationId });
    await exportUntil(end + 50 * minute);
    report.requests = (await scenario.control<Counters>('GET', 'counters')).requests;
    await reconcile(end + 50 * minute);
    await scenario.control('DELETE', 'counters');
    const last = await reconcile(end + 50 * minute);
    const { requests } = await scenario.control<Counters>('GET', 'counters');
    process.stderr.write(
      `${JSON.stringify({ ...report, days, evaluations: last.sums.source, completeReReadRequests: requests })}\n`,
    );
    expect(report.failed).toBe(2);
    expect(report.events).toBeGreaterThan((steps - 1) * 4);
    expect(deviations(await scenario.compare())).toEqual([]);
    const parity = await scenario.warehouse.query(
      `SELECT count(*) AS different FROM evaluations WHERE NOT is_deleted AND score_parity = 'different'`,
    );
    expect(parity).toEqual([{ different: 0 }]);
  });
});
