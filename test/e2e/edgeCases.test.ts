/** The edge cases that the guides name, on a real server and a living organisation, each compared with its truth. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportProgress } from '../../workflows/exportRun.js';
import { deviations, openScenario, until, type Scenario } from './support/scenario.js';

const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-21T00:00:00.000Z' };
const byId = 'GET /api/v2/quality/conversations/{conversationId}/evaluations/{evaluationId}';

interface Counters {
  byEndpoint: Record<string, { requests: number } | undefined>;
}

interface Organised {
  forms: { contextId: string; versions: { id: string }[] }[];
}

describe('edge cases', () => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await openScenario({
      evaluations: 600,
      from: span.from,
      to: '2026-09-20T00:00:00.000Z',
    });
    scenario.startWorker();
  });

  afterAll(async () => scenario?.close());

  const tell = async (event: Record<string, unknown>) => scenario.control('POST', 'events', event);
  const expectTruth = async () => expect(deviations(await scenario.compare(span))).toEqual([]);
  const notEqual = async () =>
    scenario.warehouse.query(
      `SELECT evaluation_id, total_score, recomputed_score, form_id FROM evaluations
       WHERE NOT is_deleted AND score_parity = 'different'`,
    );
  const aVersion = async (atLeast: number) => {
    const [row] = await scenario.warehouse.query(
      `SELECT form_id, count(*) AS evaluations FROM evaluations
       WHERE NOT is_deleted AND total_score IS NOT NULL GROUP BY form_id HAVING count(*) BETWEEN ${atLeast} AND 200
       ORDER BY form_id LIMIT 1`,
    );
    return { formId: String(row?.['form_id']), evaluations: Number(row?.['evaluations']) };
  };

  it('guide 1, edge case 1 and guide 3, edge case 1: a form is republished during a long extraction', async () => {
    const { forms } = await scenario.control<Organised>('GET', 'organisation');
    await scenario.control('POST', 'faults', { fault: { kind: 'slow', milliseconds: 60 } });
    const running = await scenario.startExport(span, { pagesPerBatch: 2, recordsPerWindow: 120 });
    await until('the first rows', async () => {
      const { windowsDone } = await running.query<ExportProgress>('progress');
      return windowsDone > 0;
    });
    for (const { contextId } of forms) await tell({ kind: 'publishFormVersion', contextId });
    const { ids } = await scenario.control<{ ids: string[] }>('GET', 'pick?kind=finished&n=3');
    // Reopened ones are scored anew, on the version that is current now.
    for (const evaluationId of ids) await tell({ kind: 'reopen', evaluationId });
    await scenario.control('DELETE', 'faults');
    await running.result();
    const now = Date.now();
    await scenario.export({
      from: new Date(now - 300_000).toISOString(),
      to: new Date(now + 60_000).toISOString(),
    });
    await expectTruth();
    expect(await notEqual()).toEqual([]);
    const [locked] = await scenario.warehouse.query(
      'SELECT count(DISTINCT form_id) AS versions, bool_and(score_version_locked) AS locked FROM evaluations',
    );
    expect(locked).toMatchObject({ locked: true });
    expect(Number(locked?.['versions'])).toBeGreaterThan(forms.length);
  });

  it('guide 1, edge case 3: a reopened evaluation keeps its id, and answers to questions it lost are soft-deleted', async () => {
    const orphans = await scenario.warehouse.query(
      `SELECT count(*) AS orphans FROM evaluation_answers A JOIN evaluations E USING (connection, evaluation_id)
       WHERE A.is_deleted AND NOT E.is_deleted`,
    );
    expect(Number(orphans[0]?.['orphans'])).toBeGreaterThan(0);
    const twice = await scenario.warehouse.query(
      `SELECT evaluation_id FROM evaluations GROUP BY evaluation_id HAVING count(*) > 1`,
    );
    expect(twice).toEqual([]);
  });

  it('a version that changes in place is noticed by the next run, which reads its evaluations again and no others', async () => {
    const { formId, evaluations } = await aVersion(20);
    await tell({ kind: 'editFormVersion', formId });
    expect(deviations(await scenario.compare(span))).not.toEqual([]);
    await scenario.control('DELETE', 'counters');
    const empty = { from: '2026-10-10T00:00:00.000Z', to: '2026-10-11T00:00:00.000Z' };
    const result = await scenario.export(empty);
    const { byEndpoint } = await scenario.control<Counters>('GET', 'counters');
    const [drift] = result.drifted;
    expect(result.drifted).toHaveLength(1);
    expect(drift?.formId).toBe(formId);
    expect(drift?.evaluations).toBeGreaterThanOrEqual(evaluations);
    expect(byEndpoint[byId]?.requests).toBe(drift?.evaluations);
    await expectTruth();
    expect(await notEqual()).toEqual([]);
    expect((await scenario.export(empty)).drifted).toEqual([]);
  });

  it('a version whose evaluations cannot be read keeps none of another from being read again', async () => {
    const versions = await scenario.warehouse.query(
      `SELECT form_id, min(evaluation_id) AS evaluation_id FROM evaluations
       WHERE NOT is_deleted AND total_score IS NOT NULL GROUP BY form_id HAVING count(*) BETWEEN 5 AND 200
       ORDER BY form_id LIMIT 2`,
    );
    const [broken, whole] = versions.map((row) => String(row['form_id']));
    for (const formId of [broken, whole]) await tell({ kind: 'editFormVersion', formId });
    const path = `/api/v2/quality/conversations/*/evaluations/${String(versions[0]?.['evaluation_id'])}`;
    await scenario.control('POST', 'faults', { fault: { kind: 'status', status: 503 }, where: { path } });
    const empty = { from: '2026-10-10T00:00:00.000Z', to: '2026-10-11T00:00:00.000Z' };
    const result = await scenario.export(empty, { outageTolerance: 8_000 });
    await scenario.control('DELETE', 'faults');
    expect(result.drifted.map(({ formId }) => formId)).toEqual([whole]);
    expect(result.notes.join()).toMatch(new RegExp(`form version ${broken} could not be read again: .*503`));
    expect((await scenario.export(empty)).drifted.map(({ formId }) => formId)).toEqual([broken]);
    await expectTruth();
  });

  it('guide 1, edge case 2: a score that is being calculated is held back and taken up by the next run', async () => {
    const { ids } = await scenario.control<{ ids: string[] }>('GET', 'pick?kind=automated&n=2');
    const scoreOf = async (id: string | undefined) =>
      scenario.warehouse.query(
        `SELECT total_score, score_calculation_status AS status FROM evaluations WHERE evaluation_id = '${id}'`,
      );
    const before = await scoreOf(ids[0]);
    for (const evaluationId of ids) await tell({ kind: 'recalculate', evaluationId });
    const whole = await scenario.export(span);
    expect(whole.deferred).toBe(2);
    expect(await scoreOf(ids[0])).toEqual(before);
    // Still pending: asked for again, and held back again.
    const empty = { from: '2026-10-10T00:00:00.000Z', to: '2026-10-11T00:00:00.000Z' };
    expect((await scenario.export(empty)).deferred).toBe(2);
    for (const evaluationId of ids) await tell({ kind: 'finishRecalculation', evaluationId });
    await scenario.control('DELETE', 'counters');
    expect((await scenario.export(empty)).deferred).toBe(0);
    const { byEndpoint } = await scenario.control<Counters>('GET', 'counters');
    expect(byEndpoint[byId]?.requests).toBe(2);
    expect(await scoreOf(ids[0])).not.toEqual(before);
    await expectTruth();
    await scenario.control('DELETE', 'counters');
    await scenario.export(empty);
    expect((await scenario.control<Counters>('GET', 'counters')).byEndpoint[byId]).toBeUndefined();
  });

  it('conversations that cannot be read are waited for once in a window, and asked for once by each batch after that', async () => {
    const path = '/api/v2/analytics/conversations/details';
    await scenario.control('DELETE', 'counters');
    await scenario.control('POST', 'faults', { fault: { kind: 'status', status: 503 }, where: { path } });
    const settings = {
      pagesPerBatch: 1,
      recordsPerWindow: 100_000,
      outageTolerance: 8_000,
      withConversations: true,
    };
    const result = await scenario.export(span, settings);
    await scenario.control('DELETE', 'faults');
    const { byEndpoint } = await scenario.control<Counters>('GET', 'counters');
    expect(result.windows).toBe(1);
    expect(result.notes.join()).toContain('Conversations could not be read');
    // Tries after 2 s and 4 s by the first batch, and one of each; some batches are about no conversation.
    expect(result.batches).toBeGreaterThan(5);
    expect(byEndpoint[`GET ${path}`]?.requests).toBeLessThanOrEqual(result.batches + 2);
    await expectTruth();
  });

  it('a calibration goes with the last of its scorecards', async () => {
    const [calibration] = await scenario.warehouse.query(
      `SELECT calibration_id, string_agg(evaluation_id ORDER BY evaluation_id) AS scorecards
       FROM calibration_evaluations GROUP BY ALL ORDER BY ALL LIMIT 1`,
    );
    const scorecards = String(calibration?.['scorecards']).split(',');
    expect(scorecards).toHaveLength(3);
    for (const evaluationId of scorecards) await tell({ kind: 'delete', evaluationId });
    const now = Date.now();
    await scenario.export({
      from: new Date(now - 120_000).toISOString(),
      to: new Date(now + 60_000).toISOString(),
    });
    const gone = await scenario.warehouse.query(
      `SELECT entity, count(*) AS records FROM tombstones WHERE entity <> 'evaluations' GROUP BY ALL ORDER BY ALL`,
    );
    expect(gone.map(({ entity, records }) => [entity, Number(records)])).toEqual([
      ['calibration_evaluations', 3],
      ['calibrations', 1],
    ]);
    await expectTruth();
  });
});
