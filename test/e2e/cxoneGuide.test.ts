/** The guide contract of NICE CXone, end to end: equal to the truth, whatever is killed, edited or deleted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cxoneGuideLines } from './support/contractLines.js';
import { reconcile, reextract } from './support/runs.js';
import { deviations, openScenario, until, type Scenario } from './support/scenario.js';

const from = '2026-08-25T00:00:00.000Z';
/** After all that happens by itself; scripted events happen in the present. */
const settled = '2026-11-15T00:00:00.000Z';
const assessments = { connection: 'gateway', stream: 'assessments' };
const feedback = { connection: 'gateway', stream: 'feedback' };

let scenario: Scenario;

beforeAll(async () => {
  scenario = await openScenario({
    evaluations: 900,
    from: '2026-09-01T00:00:00.000Z',
    to: '2026-09-25T00:00:00.000Z',
    simulatorArguments: ['--allowance', '100000', '--contract', 'cxone-guide'],
    connections: (ready) => ({
      gateway: cxoneGuideLines(ready, {
        assessments: `{ startFrom: "${from}" }`,
        feedback: `{ startFrom: "${from}" }`,
      }),
    }),
  });
});

afterAll(async () => scenario?.close());

const query = async (sql: string) => scenario.warehouse.query(sql);
const tell = async (event: Record<string, unknown>) => scenario.control('POST', 'events', event);
const compared = async (...names: Parameters<Scenario['compareContract']>[2][number][]) =>
  deviations(await scenario.compareContract('gateway', 'cxone-guide', names));
const whole = { start: from, end: settled };
const exportChanges = async (of: typeof assessments) =>
  scenario.export(
    {
      from: new Date(Date.now() - 900_000).toISOString(),
      to: new Date(Date.now() + 60_000).toISOString(),
    },
    {},
    of,
  );
const finished = async (skip: number): Promise<Record<string, unknown>> => {
  const [row] = await query(
    `SELECT evaluation_id, change_stamp, total_score, created_at FROM evaluations
     WHERE status = 'FINISHED' AND NOT is_deleted AND evaluator_id IS NOT NULL
     ORDER BY evaluation_id LIMIT 1 OFFSET ${skip}`,
  );
  if (row === undefined) throw new Error('no assessment is finished');
  return row;
};

describe('assessments of the guide contract', () => {
  it('are read on where a killed worker stopped, and equal to the truth', async () => {
    await scenario.control('POST', 'faults', {
      fault: { kind: 'slow', milliseconds: 300 },
      where: { path: '/api/v2/quality/assessments' },
    });
    const worker = scenario.startWorker();
    const handle = await scenario.startExport({ from, to: settled }, {}, assessments);
    await until('three pages to be read', async () => {
      const { byEndpoint } = await scenario.control<{ byEndpoint: Record<string, { requests: number }> }>(
        'GET',
        'counters',
      );
      return (byEndpoint['GET /api/v2/quality/assessments']?.requests ?? 0) >= 3;
    });
    await worker.stop('SIGKILL');
    await scenario.control('DELETE', 'faults');
    scenario.startWorker();
    const result = await handle.result();
    expect(result.resumptions[0]?.page).toBeGreaterThan(1);
    expect(await compared('evaluations', 'evaluation_answers', 'forms', 'form_questions')).toEqual([]);
    const [held] = await query('SELECT count(*) AS evaluations FROM evaluations');
    expect(Number(held?.['evaluations'])).toBeGreaterThan(690);
  });

  it('have the score of their rubric beside the one that the source states', async () => {
    const rows = await query(
      `SELECT source_system, score_parity, count(*) AS rows FROM evaluations
       WHERE total_score IS NOT NULL GROUP BY ALL`,
    );
    const parity = Object.fromEntries(rows.map((row) => [row['score_parity'], Number(row['rows'])]));
    expect(parity['equal']).toBeGreaterThan(620);
    expect(new Set(rows.map((row) => row['source_system']))).toEqual(new Set(['cxone']));
  });

  it('ask for each rubric once in a process', async () => {
    const { byEndpoint } = await scenario.control<{ byEndpoint: Record<string, { requests: number }> }>(
      'GET',
      'counters',
    );
    const [forms] = await query('SELECT count(*) AS forms FROM forms');
    const asked = byEndpoint['GET /api/v2/quality/rubrics/{rubricId}']?.requests ?? 0;
    // Two processes have read it: the killed one and the next.
    expect(asked).toBeLessThanOrEqual(2 * Number(forms?.['forms']));
    expect(asked).toBeGreaterThanOrEqual(Number(forms?.['forms']));
  });

  it('that were scored again come with the next run', async () => {
    const before = await finished(0);
    await tell({ kind: 'rescore', evaluationId: before['evaluation_id'] });
    await exportChanges(assessments);
    const [after] = await query(
      `SELECT change_stamp, created_at FROM evaluations WHERE evaluation_id = '${String(before['evaluation_id'])}'`,
    );
    expect(after?.['change_stamp']).not.toBe(before['change_stamp']);
    expect(after?.['created_at']).toBe(before['created_at']);
    expect(await compared('evaluations', 'evaluation_answers')).toEqual([]);
  });

  it('that were deleted become tombstones after two complete re-reads', async () => {
    const id = String((await finished(1))['evaluation_id']);
    await tell({ kind: 'delete', evaluationId: id });
    expect((await reconcile(scenario, assessments, whole)).sums.absent).toBe(1);
    const isDeleted = async () =>
      (await query(`SELECT is_deleted FROM evaluations WHERE evaluation_id = '${id}'`))[0]?.['is_deleted'];
    expect(await isDeleted()).toBe(false);
    await reconcile(scenario, assessments, whole);
    expect(await isDeleted()).toBe(true);
    expect(await query(`SELECT entity FROM tombstones WHERE record_id = '${id}'`)).toEqual([
      { entity: 'evaluations' },
    ]);
    expect(await reconcile(scenario, assessments, whole)).toMatchObject({
      coverage: 100,
      sums: { missing: 0, absent: 0 },
    });
    expect(await compared('evaluations', 'evaluation_answers')).toEqual([]);
  });

  it('of one rubric are read again on demand, and say what has changed', async () => {
    const [version] = await query(
      `SELECT form_id, count(*) AS evaluations FROM evaluations WHERE NOT is_deleted AND form_id IS NOT NULL
       GROUP BY form_id HAVING count(*) BETWEEN 3 AND 100 ORDER BY count(*) LIMIT 1`,
    );
    const again = await reextract(scenario, assessments, { formId: String(version?.['form_id']) });
    expect(again).toMatchObject({ asked: Number(version?.['evaluations']), changed: 0, gone: 0 });
  });

  it('of a site that was revoked are not called deleted', async () => {
    const [largest] = await query(
      'SELECT division_ids, count(*) AS held FROM evaluations GROUP BY division_ids ORDER BY count(*) DESC LIMIT 1',
    );
    const [divisionId] = JSON.parse(String(largest?.['division_ids'])) as string[];
    const before = await query('SELECT count(*) AS deleted FROM evaluations WHERE is_deleted');
    await tell({ kind: 'revokeDivision', divisionId });
    expect(await reconcile(scenario, assessments, whole)).toMatchObject({
      breakerTripped: true,
      alerted: true,
    });
    expect(await query('SELECT count(*) AS deleted FROM evaluations WHERE is_deleted')).toEqual(before);
    await tell({ kind: 'grantDivision', divisionId });
  });
});

describe('feedback of the guide contract', () => {
  it('is equal to the truth', async () => {
    await scenario.export({ from, to: settled }, {}, feedback);
    expect(await compared('feedback')).toEqual([]);
    const [held] = await query('SELECT count(*) AS entries FROM feedback');
    expect(Number(held?.['entries'])).toBeGreaterThan(15);
  });

  it('that was edited comes with the next run, once', async () => {
    const [entry] = await query('SELECT feedback_id FROM feedback ORDER BY feedback_id LIMIT 1');
    await tell({ kind: 'editFeedback', feedbackId: entry?.['feedback_id'], content: 'Said anew' });
    expect((await exportChanges(feedback)).rows['feedback']).toMatchObject({ inserted: 0, updated: 1 });
    expect((await exportChanges(feedback)).rows['feedback']).toMatchObject({ inserted: 0, updated: 0 });
    expect(await compared('feedback')).toEqual([]);
  });

  it('that was deleted is looked up by the reconciliation, and its 404 makes a tombstone', async () => {
    const [entry] = await query('SELECT feedback_id FROM feedback ORDER BY feedback_id DESC LIMIT 1');
    const id = String(entry?.['feedback_id']);
    await tell({ kind: 'deleteFeedback', feedbackId: id });
    // No list says so: a run that only reads what is new keeps it.
    await exportChanges(feedback);
    expect(await query(`SELECT is_deleted FROM feedback WHERE feedback_id = '${id}'`)).toEqual([
      { is_deleted: false },
    ]);
    const looked = await reconcile(scenario, feedback, whole, { repair: false });
    expect(looked.sums).toMatchObject({ absent: 1, missing: 0 });
    await reconcile(scenario, feedback, whole);
    expect(await query(`SELECT is_deleted FROM feedback WHERE feedback_id = '${id}'`)).toEqual([
      { is_deleted: true },
    ]);
    expect(await query(`SELECT entity FROM tombstones WHERE record_id = '${id}'`)).toEqual([
      { entity: 'feedback' },
    ]);
    expect(await compared('feedback')).toEqual([]);
    expect(await reconcile(scenario, feedback, whole)).toMatchObject({ coverage: 100, sums: { absent: 0 } });
  });
});
