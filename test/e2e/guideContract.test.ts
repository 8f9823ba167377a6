/** The rules that matter, on the contract that guides describe: late changes, drift, deletions, hidden divisions. */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskQueues } from '../../workflows/taskQueues.js';
import type { auditVisibility } from '../../workflows/auditVisibility.js';
import type { ReconcileStreamInput } from '../../workflows/reconcileStream.js';
import { reconcile as reconcileSpan } from './support/runs.js';
import { openScenario, until, type Scenario } from './support/scenario.js';

const from = '2026-09-01T00:00:00.000Z';
/** After all that happens by itself; scripted events happen in the present. */
const settled = '2026-11-15T00:00:00.000Z';
const soon = () => new Date(Date.now() + 60_000).toISOString();

let scenario: Scenario;
let queue: string;

beforeAll(async () => {
  scenario = await openScenario({
    evaluations: 700,
    from,
    to: '2026-09-25T00:00:00.000Z',
    simulatorArguments: ['--allowance', '100000', '--contract', 'guide'],
    connections: ({ contracts: { guide } }) => {
      const shared = ['api: guide', `apiUrl: ${guide?.apiUrl}`, `loginUrl: ${guide?.loginUrl}`];
      const discovery = 'discovery: conversation-details, daily: { timeZone: UTC }, safetyLag: 1h';
      return {
        acme: [
          ...shared,
          'streams:',
          `  evaluations: { startFrom: "${from}", conversations: true, outageTolerance: 20s }`,
          `  csat: { startFrom: "${from}" }`,
          `  feedback: { startFrom: "${from}" }`,
        ],
        nightly: [...shared, `streams: { evaluations: { startFrom: "${from}", ${discovery} } }`],
        assessed: [...shared, 'signIn: json', `streams: { assessments: { startFrom: "${from}" } }`],
      };
    },
  });
  queue = taskQueues(scenario.configuration.temporal.taskQueue).workflows;
});

afterAll(async () => {
  await scenario?.close();
});

const evaluations = { connection: 'acme', stream: 'evaluations' };
const query = async (sql: string) => scenario.warehouse.query(sql);
const rowOf = async (id: string, connection = 'acme') =>
  (
    await query(`SELECT * FROM evaluations WHERE connection = '${connection}' AND evaluation_id = '${id}'`)
  )[0];
const tell = async (event: Record<string, unknown>) => scenario.control('POST', 'events', event);
const finished = async (skip: number): Promise<string> => {
  const [row] = await query(
    `SELECT evaluation_id FROM evaluations
     WHERE connection = 'acme' AND status = 'FINISHED' AND NOT is_deleted AND NOT is_automated
       AND conversation_start < TIMESTAMP '2026-09-10' AND submitted_at > TIMESTAMP '2026-09-12'
     ORDER BY evaluation_id LIMIT 1 OFFSET ${skip}`,
  );
  return String(row?.['evaluation_id']);
};
/** Loads what has changed since the test began. */
const exportChanges = async () =>
  scenario.export({ from: new Date(Date.now() - 900_000).toISOString(), to: soon() }, {}, evaluations);

let runs = 0;
const reconcile = async (
  of: { connection: string; stream: string },
  more: Partial<ReconcileStreamInput> = {},
) => reconcileSpan(scenario, of, { start: from, end: settled }, more);

const audit = async (of: { connection: string; stream: string }) =>
  scenario.client.workflow.execute<typeof auditVisibility>('auditVisibility', {
    workflowId: `e2e/visibility-${++runs}`,
    taskQueue: queue,
    args: [
      {
        ...of,
        window: { start: from, end: '2026-09-25T00:00:00.000Z' },
        settings: { priority: 3, outageTolerance: 60_000 },
      },
    ],
  });

describe('evaluations listed by their last change', () => {
  it('are read on at the page where a killed worker stopped', async () => {
    await scenario.control('POST', 'faults', {
      fault: { kind: 'slow', milliseconds: 400 },
      where: { path: '/api/v2/quality/evaluations' },
    });
    const worker = scenario.startWorker();
    const handle = await scenario.startExport({ from, to: settled }, { pagesPerBatch: 20 }, evaluations);
    await until('three pages to be read', async () => {
      const { byEndpoint } = await scenario.control<{ byEndpoint: Record<string, { requests: number }> }>(
        'GET',
        'counters',
      );
      return (byEndpoint['GET /api/v2/quality/evaluations']?.requests ?? 0) >= 3;
    });
    await worker.stop('SIGKILL');
    await scenario.control('DELETE', 'faults');
    scenario.startWorker();
    const result = await handle.result();
    expect(result.highWaterMark).toBe(settled);
    expect(result.resumptions[0]?.page).toBeGreaterThan(1);
    const [counted] = await query("SELECT count(*) AS held FROM evaluations WHERE connection = 'acme'");
    expect(Number(counted?.['held'])).toBeGreaterThan(550);
  });

  it('that were reopened come again, and answers that they lost are soft-deleted', async () => {
    const id = await finished(0);
    const before = await rowOf(id);
    await tell({ kind: 'reopen', evaluationId: id });
    await exportChanges();
    const after = await rowOf(id);
    expect(after?.['change_stamp']).not.toBe(before?.['change_stamp']);
    const [answers] = await query(
      `SELECT count_if(is_deleted) AS lost, count_if(NOT is_deleted) AS now, count(DISTINCT question_id) AS questions,
         count(*) AS rows FROM evaluation_answers WHERE connection = 'acme' AND evaluation_id = '${id}'`,
    );
    expect(answers?.['rows']).toBe(answers?.['questions']);
    expect(Number(answers?.['now'])).toBeGreaterThan(0);
    if (after?.['form_id'] !== before?.['form_id']) expect(Number(answers?.['lost'])).toBeGreaterThan(0);
  });

  it('whose scores are being recalculated are held back, and taken up by the run after it', async () => {
    const id = await finished(1);
    const before = await rowOf(id);
    await tell({ kind: 'rescore', evaluationId: id });
    await tell({ kind: 'recalculate', evaluationId: id });
    const held = await exportChanges();
    expect(held.deferred).toBe(1);
    expect(await rowOf(id)).toEqual(before);
    await tell({ kind: 'finishRecalculation', evaluationId: id });
    await exportChanges();
    const after = await rowOf(id);
    expect(after?.['score_calculation_status']).toBe('final');
    expect(after?.['change_stamp']).not.toBe(before?.['change_stamp']);
  });

  it('are read again when their template is edited, and no others', async () => {
    const [version] = await query(
      `SELECT form_id, count(*) AS evaluations FROM evaluations WHERE connection = 'acme' AND NOT is_deleted
       GROUP BY form_id HAVING count(*) BETWEEN 10 AND 200 ORDER BY count(*) LIMIT 1`,
    );
    const formId = String(version?.['form_id']);
    await tell({ kind: 'editFormVersion', formId });
    const result = await exportChanges();
    expect(result.drifted.map((each) => each.formId)).toEqual([formId]);
    expect(result.drifted[0]?.evaluations).toBe(version?.['evaluations']);
    const [row] = await query(
      `SELECT count(DISTINCT E.form_structure_hash) AS structures, min(E.form_version) AS oldest,
         max(E.form_version) AS newest, max(F.form_version) AS of_form
       FROM evaluations E JOIN forms F USING (connection, form_id)
       WHERE E.connection = 'acme' AND form_id = '${formId}' AND NOT E.is_deleted`,
    );
    const second = '00000002';
    expect(row).toEqual({ structures: 1, oldest: second, newest: second, of_form: second });
    expect((await exportChanges()).drifted).toEqual([]);
  });

  it('that were deleted, which no list tells, become tombstones after two complete re-reads', async () => {
    const id = await finished(2);
    await tell({ kind: 'delete', evaluationId: id });
    expect((await reconcile(evaluations)).sums.absent).toBe(1);
    expect(await rowOf(id)).toMatchObject({ is_deleted: false });
    await reconcile(evaluations);
    expect(await rowOf(id)).toMatchObject({ is_deleted: true });
    const stones = await query(`SELECT entity FROM tombstones WHERE record_id = '${id}'`);
    expect(stones).toEqual([{ entity: 'evaluations' }]);
    const settledNow = await reconcile(evaluations);
    expect(settledNow).toMatchObject({ coverage: 100, sums: { missing: 0, absent: 0 } });
  });

  it('that were scored anew without any date are found by the reconciliation, and repaired', async () => {
    const id = await finished(4);
    const before = await rowOf(id);
    const changed = Date.parse(String(before?.['change_stamp']));
    const span = {
      start: new Date(changed - 3_600_000).toISOString(),
      end: new Date(changed + 3_600_000).toISOString(),
    };
    await tell({ kind: 'rescore', evaluationId: id, keepDates: true });
    const looked = await reconcile(evaluations, { span, repair: false });
    expect(looked.sums).toMatchObject({ different: 1, missing: 0 });
    expect(await rowOf(id)).toEqual(before);
    expect((await reconcile(evaluations, { span })).sums).toMatchObject({ different: 1 });
    const after = await rowOf(id);
    expect(after?.['content_hash']).not.toBe(before?.['content_hash']);
    expect(after?.['change_stamp']).toEqual(before?.['change_stamp']);
    expect((await reconcile(evaluations, { span })).sums).toMatchObject({ different: 0, stale: 0 });
  });

  it('lend surveys the conversations that are held, when those cannot be read', async () => {
    await scenario.control('POST', 'faults', {
      fault: { kind: 'status', status: 503 },
      where: { path: '/api/v2/analytics/conversations/details/query' },
    });
    const csat = { connection: 'acme', stream: 'csat' };
    const span = { from: '2026-09-05T00:00:00.000Z', to: '2026-09-07T00:00:00.000Z' };
    const enriched = async () => {
      const rows = await query(
        `SELECT count(*) AS surveys, count_if(is_enriched) AS enriched FROM surveys WHERE connection = 'acme'`,
      );
      return rows[0];
    };
    // Those of the evaluations that were exported are held.
    const result = await scenario.export(span, { outageTolerance: 5_000 }, csat);
    expect(result.notes.join(' ')).toMatch(/Conversations could not be read; 0 of \d+ are not held either/);
    const first = await enriched();
    expect(Number(first?.['surveys'])).toBeGreaterThan(5);
    expect(first?.['enriched']).toBe(first?.['surveys']);
    // Without any that are held, surveys are loaded all the same, and completed when they are read again.
    const instance = await DuckDBInstance.create(join(scenario.directory, 'tidemark.duckdb'));
    const held = await instance.connect();
    await held.run('DELETE FROM conversations');
    held.closeSync();
    instance.closeSync();
    await scenario.export(span, { outageTolerance: 5_000 }, csat);
    expect(await enriched()).toMatchObject({ surveys: first?.['surveys'], enriched: 0 });
    await scenario.control('DELETE', 'faults');
    await scenario.export(span, {}, csat);
    expect(await enriched()).toEqual(first);
  });
});

describe('evaluations found by their conversations', () => {
  const nightly = { connection: 'nightly', stream: 'evaluations' };

  it('of yesterday leave out those of older conversations, which a reconciliation reports and repairs', async () => {
    await scenario.control('POST', 'clock', { set: '2026-09-13T01:00:00.000Z', freeze: true });
    const [day, night] = ['2026-09-11T00:00:00.000Z', '2026-09-13T00:00:00.000Z'];
    await scenario.export({ from: day, to: night }, {}, nightly);
    const [loaded] = await query(
      `SELECT count(*) AS held, min(conversation_start) >= TIMESTAMP '2026-09-11' AS young
       FROM evaluations WHERE connection = 'nightly'`,
    );
    expect(loaded?.['young']).toBe(true);
    expect(Number(loaded?.['held'])).toBeGreaterThan(5);

    await scenario.control('POST', 'clock', { set: '2026-10-20T00:00:00.000Z' });
    const span = { start: day, end: night };
    const seen = await reconcile(nightly, { span, repair: false });
    expect(seen.sums.missing).toBeGreaterThan(0);
    expect(seen.sums.source).toBeGreaterThan(seen.sums.missing);
    await reconcile(nightly, { span });
    expect((await reconcile(nightly, { span })).sums).toMatchObject({ missing: 0, stale: 0 });
    await scenario.control('POST', 'clock', { set: new Date().toISOString(), freeze: false });
  });
});

describe('feedback', () => {
  const feedback = { connection: 'acme', stream: 'feedback' };
  const changes = async () =>
    scenario.export({ from: new Date(Date.now() - 900_000).toISOString(), to: soon() }, {}, feedback);
  const entry = async (id: unknown) =>
    query(
      `SELECT status, content, is_archived, is_deleted FROM feedback WHERE feedback_id = '${String(id)}'`,
    );

  it('that was edited or deleted after it was loaded comes again, and nothing is doubled', async () => {
    await scenario.export({ from, to: settled }, {}, feedback);
    const [edited, deleted] = await query(
      "SELECT feedback_id FROM feedback WHERE connection = 'acme' AND status = 'published' ORDER BY ALL LIMIT 2",
    );
    await tell({ kind: 'editFeedback', feedbackId: edited?.['feedback_id'], content: 'Said anew' });
    await tell({ kind: 'deleteFeedback', feedbackId: deleted?.['feedback_id'] });
    expect((await changes()).rows['feedback']).toMatchObject({ inserted: 0, updated: 2 });
    expect(await entry(edited?.['feedback_id'])).toMatchObject([
      { status: 'published', content: 'Said anew', is_archived: false, is_deleted: false },
    ]);
    expect(await entry(deleted?.['feedback_id'])).toMatchObject([
      { status: 'deleted', is_archived: true, is_deleted: false },
    ]);
    expect((await changes()).rows['feedback']).toMatchObject({ inserted: 0, updated: 0, softDeleted: 0 });
  });
});

describe('CSAT', () => {
  it('stands beside the scores of the same conversations, and comes once', async () => {
    const csat = { connection: 'acme', stream: 'csat' };
    await scenario.export({ from, to: settled }, {}, csat);
    const [row] = await query(
      `SELECT count(*) AS pairs, count_if(quality_score BETWEEN 0 AND 100) AS scored, count(csat_value) AS rated
       FROM v_csat_against_quality WHERE connection = 'acme'`,
    );
    expect(Number(row?.['pairs'])).toBeGreaterThan(20);
    expect(row?.['scored']).toBe(row?.['pairs']);
    expect(Number(row?.['rated'])).toBeGreaterThan(20);
    const [unenriched] = await query(
      `SELECT count(*) AS surveys FROM surveys
       WHERE connection = 'acme' AND (NOT is_enriched OR media_type IS NULL OR conversation_seconds IS NULL)`,
    );
    expect(unenriched).toEqual({ surveys: 0 });
    const again = await scenario.export({ from, to: settled }, {}, csat);
    expect(again.rows['surveys']).toMatchObject({ inserted: 0, updated: 0, softDeleted: 0 });
    const [labelled] = (await audit(csat)).findings;
    expect(labelled).toMatchObject({ aspect: 'scorecards', isVisible: true });
    expect(labelled?.note).toMatch(/^Surveys are the scorecards ".*CSAT.*; passed over are "/u);
    const kept = await query("SELECT note FROM visibility WHERE stream = 'csat'");
    expect(kept).toEqual([{ note: labelled?.note }]);
  });
});

describe('assessments', () => {
  const assessments = { connection: 'assessed', stream: 'assessments' };

  it('are read division by division, and hidden divisions are said aloud', async () => {
    await scenario.export({ from, to: settled }, {}, assessments);
    const [held] = await query("SELECT count(*) AS held FROM evaluations WHERE connection = 'assessed'");
    expect(Number(held?.['held'])).toBeGreaterThan(450);
    const audited = await audit(assessments);
    const divisions = audited.findings.filter(({ aspect }) => aspect === 'division');
    expect(divisions.some(({ isVisible }) => isVisible === true)).toBe(true);
    expect(divisions.some(({ isVisible, records }) => isVisible !== true && records === 0)).toBe(true);
  });

  it('of a division that was revoked are not called deleted', async () => {
    const [largest] = await query(
      `SELECT division_ids, count(*) AS held FROM evaluations WHERE connection = 'assessed'
       GROUP BY division_ids ORDER BY count(*) DESC LIMIT 1`,
    );
    const [divisionId] = JSON.parse(String(largest?.['division_ids'])) as string[];
    await tell({ kind: 'revokeDivision', divisionId });
    const result = await reconcile(assessments);
    expect(result.breakerTripped).toBe(true);
    expect(result.alerted).toBe(true);
    const [deleted] = await query(
      "SELECT count(*) AS deleted FROM evaluations WHERE connection = 'assessed' AND is_deleted",
    );
    expect(deleted).toEqual({ deleted: 0 });
    await tell({ kind: 'grantDivision', divisionId });
  });
});
