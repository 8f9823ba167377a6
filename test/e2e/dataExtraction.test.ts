/** NICE CXone by its Data Extraction API, end to end: equal to the truth, whatever is killed, edited or deleted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataExtractionLines, quickJobs } from './support/contractLines.js';
import { reconcile, reextract } from './support/runs.js';
import { deviations, openScenario, until, type Scenario } from './support/scenario.js';

const from = '2026-09-01T00:00:00.000Z';
/** After all that happens by itself; scripted events happen in the present. */
const settled = '2026-11-15T00:00:00.000Z';
const nice = { connection: 'nice', stream: 'evaluations' };
const tablesOfTruth = [
  ...(['evaluations', 'evaluation_answers', 'calibration_evaluations', 'calibration_answers'] as const),
  ...(['self_assessments', 'self_assessment_answers'] as const),
];

let scenario: Scenario;

beforeAll(async () => {
  scenario = await openScenario({
    evaluations: 600,
    from,
    to: '2026-09-25T00:00:00.000Z',
    simulatorArguments: ['--contract', 'cxone-data-extraction', ...quickJobs.simulator],
    connections: (ready) => ({
      nice: dataExtractionLines(ready, { evaluations: `{ startFrom: "${from}", outageTolerance: 2m }` }),
    }),
  });
});

afterAll(async () => scenario?.close());

const query = async (sql: string) => scenario.warehouse.query(sql);
const tell = async (event: Record<string, unknown>) => scenario.control('POST', 'events', event);
const compared = async () =>
  deviations(await scenario.compareContract('nice', 'cxone-data-extraction', tablesOfTruth));
/** Loads what was submitted just now, and reads all that was submitted before again. */
const catchUp = async () => {
  const changes = {
    from: new Date(Date.now() - 3_600_000).toISOString(),
    to: new Date(Date.now() + 60_000).toISOString(),
  };
  await scenario.export(changes, {}, nice);
  return reconcile(scenario, nice, { start: from, end: '2026-10-06T00:00:00.000Z' });
};
const finished = async (skip: number): Promise<string> => {
  const [row] = await query(
    `SELECT evaluation_id FROM evaluations WHERE status = 'FINISHED' AND NOT is_deleted
     ORDER BY evaluation_id LIMIT 1 OFFSET ${skip}`,
  );
  return String(row?.['evaluation_id']);
};
const isDeleted = async (id: string, table = 'evaluations') =>
  (await query(`SELECT is_deleted FROM ${table} WHERE evaluation_id = '${id}'`))[0]?.['is_deleted'];

describe('an export by extraction jobs', () => {
  it('goes on where a killed worker stopped, and is equal to the truth', async () => {
    const worker = scenario.startWorker();
    const handle = await scenario.startExport({ from, to: settled }, {}, nice);
    await until(
      'the second window to be begun',
      async () => {
        let windows = 0;
        for await (const { type } of scenario.client.workflow.list()) if (type === 'loadWindow') windows += 1;
        return windows >= 2;
      },
      180_000,
    );
    await worker.stop('SIGKILL');
    scenario.startWorker();
    const result = await handle.result();
    expect(result.highWaterMark).toBe(settled);
    expect(await compared()).toEqual([]);
    const [held] = await query(
      `SELECT (SELECT count(*) FROM evaluations) AS evaluations, (SELECT count(*) FROM self_assessments) AS own,
         (SELECT count(*) FROM calibration_evaluations) AS calibrations, (SELECT count(*) FROM evaluation_answers) AS answers`,
    );
    expect(Number(held?.['evaluations'])).toBeGreaterThan(450);
    expect(Number(held?.['own'])).toBeGreaterThan(10);
    expect(Number(held?.['calibrations'])).toBeGreaterThan(1);
    expect(Number(held?.['answers'])).toBeGreaterThan(9_000);

    // What was odd about the files of a window is kept with one of its batches.
    const ofFiles = result.notes.filter((note) => note.startsWith('qm-workflows has columns'));
    expect(ofFiles).toHaveLength(1);
    const noted = await query(
      `SELECT count(*) AS batches, count(DISTINCT window_start) AS windows FROM load_audit
       WHERE json_contains(notes, '${JSON.stringify(ofFiles[0])}')`,
    );
    expect(noted).toEqual([{ batches: 2, windows: 2 }]);
  });

  it('explains a score of zero by the critical question that was failed', async () => {
    const rows = await query(
      'SELECT score_parity, count(*) AS rows FROM evaluations WHERE NOT is_deleted GROUP BY ALL',
    );
    const parity = Object.fromEntries(rows.map((row) => [row['score_parity'], Number(row['rows'])]));
    expect(parity['different']).toBeUndefined();
    expect(parity['fatal_zero']).toBeGreaterThan(0);
    expect(parity['equal']).toBeGreaterThan(350);
  });

  it('changes nothing when it is repeated', async () => {
    const again = await scenario.export({ from, to: settled }, {}, nice);
    const changed = Object.entries(again.rows).filter(
      ([, counts]) => counts.inserted + counts.updated + counts.softDeleted > 0,
    );
    expect(changed).toEqual([]);
  });

  it('keeps no token, secret or file URL in histories and staging', async () => {
    const secret = scenario.simulator.contracts['cxone-data-extraction']?.accessKeySecret ?? 'none';
    for await (const { workflowId, runId } of scenario.client.workflow.list()) {
      const history = await scenario.client.workflow.getHandle(workflowId, runId).fetchHistory();
      const decoded = (history.events ?? [])
        .map((event) =>
          JSON.stringify(event, (_, value: unknown) =>
            value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
          ),
        )
        .join('');
      expect(decoded).not.toContain(secret);
      expect(decoded).not.toMatch(/X-Amz-|_store\/|Bearer |eyJ[\w-]+\.[\w-]+\./u);
    }
  });
});

describe('what changes afterwards', () => {
  it('is found by reading again: scored anew, disputed, deleted, replaced', async () => {
    const ids = await Promise.all([0, 1, 2, 3].map(async (skip) => finished(skip)));
    const [rescored, disputed, deleted, replaced] = ids;
    await tell({ kind: 'rescore', evaluationId: rescored });
    await tell({ kind: 'dispute', evaluationId: disputed });
    await tell({ kind: 'delete', evaluationId: deleted });
    await tell({ kind: 'revise', evaluationId: replaced });
    const result = await catchUp();
    expect(result.sums.stale + result.sums.different).toBeGreaterThanOrEqual(1);
    // Its status says so: no second look is needed.
    expect(await isDeleted(String(deleted))).toBe(true);
    expect(await isDeleted(String(replaced))).toBe(true);
    const [row] = await query(`SELECT status FROM evaluations WHERE evaluation_id = '${disputed}'`);
    expect(row).toEqual({ status: 'INREVIEW' });
    expect(await compared()).toEqual([]);
    expect(await catchUp()).toMatchObject({
      coverage: 100,
      sums: { missing: 0, stale: 0, different: 0, absent: 0 },
    });
  });

  it('without a trace is called deleted by the second complete re-read, and undeleted when it is back', async () => {
    const id = await finished(5);
    await tell({ kind: 'delete', evaluationId: id, silent: true });
    const first = await catchUp();
    expect(first).toMatchObject({ sums: { absent: 1 }, breakerTripped: false });
    expect(await isDeleted(id)).toBe(false);
    await catchUp();
    expect(await isDeleted(id)).toBe(true);
    expect(await query(`SELECT entity FROM tombstones WHERE record_id = '${id}'`)).toEqual([
      { entity: 'evaluations' },
    ]);
    await tell({ kind: 'restore', evaluationId: id });
    await catchUp();
    expect(await isDeleted(id)).toBe(false);
    expect(await compared()).toEqual([]);
  });

  it('without a trace of calibrations and self-assessments is called deleted as well', async () => {
    const parts = {
      calibration_evaluations: 'calibration_answers',
      self_assessments: 'self_assessment_answers',
    };
    const vanished = await Promise.all(
      Object.entries(parts).map(async ([table, answers]) => {
        const [row] = await query(
          `SELECT evaluation_id FROM ${table} WHERE NOT is_deleted ORDER BY evaluation_id LIMIT 1`,
        );
        return { table, answers, id: String(row?.['evaluation_id']) };
      }),
    );
    const [calibration, own] = vanished.map(({ id }) => id);
    await tell({ kind: 'delete', evaluationId: calibration, silent: true });
    await tell({ kind: 'deleteSelfAssessment', selfAssessmentId: own });
    expect(await catchUp()).toMatchObject({ sums: { absent: 2 }, breakerTripped: false });
    for (const { id, table } of vanished) expect(await isDeleted(id, table)).toBe(false);
    expect(await catchUp()).toMatchObject({ sums: { absent: 2 }, breakerTripped: false });
    for (const { id, table, answers } of vanished) {
      expect(await isDeleted(id, table)).toBe(true);
      const left = `SELECT count(*) AS rows FROM ${answers} WHERE evaluation_id = '${id}' AND NOT is_deleted`;
      expect(await query(left)).toEqual([{ rows: 0 }]);
      expect(await query(`SELECT entity FROM tombstones WHERE record_id = '${id}'`)).toEqual([
        { entity: table },
      ]);
    }
    expect(await compared()).toEqual([]);
  });

  it('of a form version is read again on demand: the days of its submissions', async () => {
    const [version] = await query(
      `SELECT form_id, count(*) AS evaluations FROM evaluations WHERE NOT is_deleted
       GROUP BY form_id HAVING count(*) BETWEEN 3 AND 200 ORDER BY count(*) LIMIT 1`,
    );
    const id = String(
      (
        await query(
          `SELECT evaluation_id FROM evaluations WHERE form_id = '${String(version?.['form_id'])}'
           AND NOT is_deleted AND status = 'FINISHED' ORDER BY evaluation_id LIMIT 1`,
        )
      )[0]?.['evaluation_id'],
    );
    await tell({ kind: 'rescore', evaluationId: id, keepDates: true });
    const result = await reextract(scenario, nice, { formId: String(version?.['form_id']) });
    expect(result).toMatchObject({ asked: Number(version?.['evaluations']), changed: 1, gone: 0 });
    expect(await compared()).toEqual([]);
  });

  it('is not called deleted when most of a window is hidden at once', async () => {
    const { divisions } = await scenario.control<{ divisions: { id: string; name: string }[] }>(
      'GET',
      'organisation',
    );
    const before = await query('SELECT count(*) AS deleted FROM evaluations WHERE is_deleted');
    for (const { id } of divisions) await tell({ kind: 'revokeDivision', divisionId: id });
    const result = await catchUp();
    expect(result).toMatchObject({ breakerTripped: true, alerted: true });
    expect(await query('SELECT count(*) AS deleted FROM evaluations WHERE is_deleted')).toEqual(before);
  });
});
