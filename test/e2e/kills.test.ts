/** Workers killed with SIGKILL at several points of an export: the warehouse is equal, and hardly anything repeated. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviations, openScenario, until, type Scenario } from './support/scenario.js';

const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-30T00:00:00.000Z' };

interface Counters {
  repeated: { endpoint: string; times: number }[];
}

/** Activities during which the worker is killed. */
const points = ['extractPages', 'normalizeBatch', 'loadBatch'] as const;

describe('a worker killed in the middle', () => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await openScenario({ evaluations: 1_200, from: span.from, to: '2026-09-25T00:00:00.000Z' });
  });

  afterAll(async () => scenario?.close());

  it('in extraction, normalizing and loading: equal to the truth, at most one page repeated for each kill', async () => {
    let worker = scenario.startWorker();
    // Small batches, so that each step happens several times.
    const handle = await scenario.startExport(span, { pagesPerBatch: 3 });
    for (const point of points) {
      await until(`a pending ${point}`, async () => isUnderWay(scenario, point));
      await worker.stop('SIGKILL');
      worker = scenario.startWorker();
    }
    const result = await handle.result();
    expect(result.highWaterMark).toBe(span.to);
    expect(deviations(await scenario.compare(span))).toEqual([]);
    const { repeated } = await scenario.control<Counters>('GET', 'counters');
    const pagesRepeated = repeated
      .filter(({ endpoint }) => endpoint.endsWith('/evaluations/search'))
      .reduce((sum, { times }) => sum + times - 1, 0);
    expect(pagesRepeated).toBeLessThanOrEqual(points.length);
    const audit = await scenario.warehouse.query(
      'SELECT count(*) AS batches, count(DISTINCT batch_id) AS distinct_batches FROM load_audit',
    );
    expect(audit[0]?.['batches']).toBe(audit[0]?.['distinct_batches']);
    expect(audit[0]?.['batches']).toBe(result.batches);
  });
});

/** An activity of the name has been started and has not ended, in any workflow of the server. */
async function isUnderWay({ client }: Scenario, name: string): Promise<boolean> {
  for await (const { workflowId, runId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' })) {
    const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
    const found = (raw.pendingActivities ?? []).some(
      (activity) => activity.activityType?.name === name && activity.lastStartedTime !== null,
    );
    if (found) return true;
  }
  return false;
}
