/**
 * One organisation under three contracts, beside each other in one worker and one warehouse: Genesys Cloud, and NICE
 * CXone by both of its contracts. The ids are the same on purpose: nothing of one connection may touch another's.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scheduleIdOf } from '../../workers/schedulePlans.js';
import { syncSchedules, triggerSchedule } from '../../workers/schedules.js';
import { cxoneGuideLines, dataExtractionLines, genesysLines, quickJobs } from './support/contractLines.js';
import { reconcile } from './support/runs.js';
import { deviations, openScenario, until, type Scenario } from './support/scenario.js';

const from = '2026-08-25T00:00:00.000Z';
/** After the last change of anything: contracts list by different dates. */
const to = '2026-11-15T00:00:00.000Z';
const streamOf = {
  genesys: { connection: 'genesys', stream: 'evaluations' },
  nice: { connection: 'nice', stream: 'evaluations' },
  gateway: { connection: 'gateway', stream: 'assessments' },
};
type Name = keyof typeof streamOf;
const names = Object.keys(streamOf) as Name[];

let scenario: Scenario;

beforeAll(async () => {
  scenario = await openScenario({
    evaluations: 350,
    from: '2026-09-01T00:00:00.000Z',
    to: '2026-09-25T00:00:00.000Z',
    simulatorArguments: [
      ...['--contract', 'published,cxone-data-extraction,cxone-guide', '--allowance', '100000'],
      ...quickJobs.simulator,
    ],
    connections: (ready) => ({
      genesys: genesysLines(ready, { evaluations: `{ startFrom: "${from}" }` }),
      nice: dataExtractionLines(ready, { evaluations: `{ startFrom: "${from}" }` }),
      gateway: cxoneGuideLines(ready, { assessments: `{ startFrom: "${from}" }` }),
    }),
  });
  scenario.startWorker();
  await Promise.all(names.map(async (name) => scenario.export({ from, to }, {}, streamOf[name])));
});

afterAll(async () => scenario?.close());

const query = async (sql: string) => scenario.warehouse.query(sql);

/** Rows of two connections side by side, as far as both hold the record. */
const paired = (one: Name, other: Name, columns: string) => `
  SELECT ${columns} FROM evaluations a JOIN evaluations b USING (evaluation_id)
  WHERE a.connection = '${one}' AND b.connection = '${other}' AND NOT a.is_deleted AND NOT b.is_deleted
    AND a.status <> 'RETRACTED' AND a.submitted_at IS NOT NULL`;

describe('three connections beside each other', () => {
  it('are each equal to the truth of their contract', async () => {
    expect(deviations(await scenario.compareContract('genesys', 'published', ['evaluations']))).toEqual([]);
    expect(
      deviations(await scenario.compareContract('nice', 'cxone-data-extraction', ['evaluations'])),
    ).toEqual([]);
    expect(deviations(await scenario.compareContract('gateway', 'cxone-guide', ['evaluations']))).toEqual([]);
  });

  it.each([
    ['genesys', 'nice'],
    ['genesys', 'gateway'],
    ['nice', 'gateway'],
  ] as const)('%s and %s have the same scores of the same agents', async (one, other) => {
    const [row] = await query(
      paired(
        one,
        other,
        `count(*) AS both, count_if(a.agent_id IS DISTINCT FROM b.agent_id) AS other_agent,
         count_if(round(a.normalized_score, 4) IS DISTINCT FROM round(b.normalized_score, 4)) AS other_score,
         count_if(a.source_system || ' ' || b.source_system = 'genesys genesys') AS other_vendor`,
      ),
    );
    expect(row).toMatchObject({ other_agent: 0, other_score: 0, other_vendor: 0 });
    expect(Number(row?.['both'])).toBeGreaterThan(230);
  });

  it('have the same points on the same questions, weights included, where both have answers', async () => {
    const answers = (name: Name) => `
      SELECT evaluation_id, question_text, max(score * coalesce(group_weight, 1)) AS points,
        max(max_score * coalesce(group_weight, 1)) AS possible
      FROM evaluation_answers WHERE connection = '${name}' AND NOT is_deleted AND score IS NOT NULL
        AND max_score IS NOT NULL AND NOT marked_na AND NOT system_marked_na GROUP BY ALL`;
    for (const other of ['nice', 'gateway'] as const) {
      const [row] = await query(
        `SELECT count(*) AS both, count_if(round(a.points, 3) <> round(b.points, 3)) AS other_points,
           count_if(round(a.possible, 3) <> round(b.possible, 3)) AS other_possible
         FROM (${answers('genesys')}) a JOIN (${answers(other)}) b USING (evaluation_id, question_text)`,
      );
      expect(row, other).toMatchObject({ other_points: 0, other_possible: 0 });
      expect(Number(row?.['both']), other).toBeGreaterThan(3_000);
    }
  });

  it('appear in the same views, each under its own name', async () => {
    const rows = await query(
      `SELECT connection, source_system, count(*) AS agents FROM v_agent_scorecard_monthly
       GROUP BY ALL ORDER BY connection`,
    );
    expect(rows.map((row) => `${String(row['connection'])} ${String(row['source_system'])}`)).toEqual([
      'gateway cxone',
      'genesys genesys',
      'nice cxone',
    ]);
    const [mixed] = await query(
      `SELECT count(*) AS rows FROM v_answers_current v JOIN evaluations e
         ON e.connection = v.connection AND e.evaluation_id = v.evaluation_id
       WHERE e.source_system <> v.source_system`,
    );
    expect(mixed).toEqual({ rows: 0 });
  });

  it('have schedules of their own, which go on from their own marks', async () => {
    await syncSchedules(scenario.client, scenario.configuration);
    for (const name of names) await triggerSchedule(scenario.client, streamOf[name]);
    for (const name of names) {
      const scheduled = `TemporalScheduledById = "${scheduleIdOf(streamOf[name])}"`;
      await until(
        `the scheduled run of ${name}`,
        async () => {
          for await (const { status } of scenario.client.workflow.list({ query: scheduled })) {
            if (status.name === 'FAILED') throw new Error(`the scheduled run of ${name} failed`);
            if (status.name === 'COMPLETED') return true;
          }
          return false;
        },
        120_000,
      );
    }
    const runs = await query(
      `SELECT connection, count(DISTINCT interval_start) AS starts, min(interval_start) = TIMESTAMP '2026-11-15' AS goes_on
       FROM interval_runs WHERE trigger = 'schedule' AND state = 'completed' GROUP BY connection ORDER BY connection`,
    );
    expect(runs.map((row) => [row['connection'], row['goes_on']])).toEqual([
      ['gateway', true],
      ['genesys', true],
      ['nice', true],
    ]);
  });

  it('are deleted, and called deleted, each on its own', async () => {
    const [row] = await query(
      `${paired('nice', 'gateway', 'evaluation_id')} AND a.status = 'FINISHED' ORDER BY evaluation_id LIMIT 1`,
    );
    const id = String(row?.['evaluation_id']);
    await scenario.control('POST', 'events', { kind: 'delete', evaluationId: id });
    const span = { start: from, end: new Date(Date.now() + 60_000).toISOString() };
    await reconcile(scenario, streamOf.nice, span);
    const deleted = await query(
      `SELECT connection, is_deleted FROM evaluations WHERE evaluation_id = '${id}' ORDER BY connection`,
    );
    expect(deleted).toEqual([
      { connection: 'gateway', is_deleted: false },
      { connection: 'genesys', is_deleted: false },
      { connection: 'nice', is_deleted: true },
    ]);
    expect(await query(`SELECT connection FROM tombstones WHERE record_id = '${id}'`)).toEqual([
      { connection: 'nice' },
    ]);
  });
});
