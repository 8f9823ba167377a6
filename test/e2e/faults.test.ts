/** Refusals and failures of the vendor on the way: waited out, retried or said plainly, and nothing lost. */
import { WorkflowFailedError } from '@temporalio/client';
import { rootCause } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deviations, openScenario, type Scenario } from './support/scenario.js';

const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-30T00:00:00.000Z' };
const search = { path: '/api/v2/quality/evaluations/search' };

describe('faults of the vendor', () => {
  let scenario: Scenario;

  beforeAll(async () => {
    scenario = await openScenario({ evaluations: 120, from: span.from, to: '2026-09-25T00:00:00.000Z' });
    scenario.startWorker();
  });

  afterAll(async () => scenario?.close());
  afterEach(async () => scenario.control('DELETE', 'faults'));

  it.each([
    ['429 with Retry-After', { kind: 'status', status: 429, retryAfterSeconds: 1 }, search, 2],
    ['502', { kind: 'status', status: 502 }, search, 2],
    ['503', { kind: 'status', status: 503 }, search, 3],
    ['504', { kind: 'status', status: 504 }, search, 1],
    ['500 for queues', { kind: 'status', status: 500 }, { path: '/api/v2/routing/queues' }, 1],
    ['a refused token', { kind: 'status', status: 401 }, search, 2],
    ['a reset before the answer', { kind: 'reset', handled: false }, search, 2],
    ['a reset after the request was handled', { kind: 'reset', handled: true }, search, 2],
    ['a truncated body', { kind: 'truncated' }, search, 2],
    ['malformed JSON', { kind: 'malformed' }, search, 2],
    ['a wrong content type', { kind: 'contentType' }, search, 2],
  ])('%s is survived', async (_, fault, where, nth) => {
    await scenario.control('POST', 'faults', { fault, where, when: { nth } });
    const result = await scenario.export(span);
    expect(result.highWaterMark).toBe(span.to);
    expect(deviations(await scenario.compare(span))).toEqual([]);
    const { faults } = await scenario.control<{ faults: { struck: number }[] }>('GET', 'faults');
    expect(faults.map(({ struck }) => struck)).toEqual([1]);
  });

  it('a missing permission fails the run at once and names itself', async () => {
    await scenario.control('POST', 'events', {
      kind: 'setPermissions',
      clientId: scenario.simulator.clientId,
      permissions: ['quality:evaluation:view'],
    });
    const failure = await scenario.export(span).catch((error: unknown) => error);
    await scenario.control('POST', 'events', {
      kind: 'restorePermissions',
      clientId: scenario.simulator.clientId,
    });
    if (!(failure instanceof WorkflowFailedError))
      throw new Error(`not a failed workflow: ${String(failure)}`);
    expect(rootCause(failure.cause)).toMatch(
      /routing:queue:view|quality:evaluation:searchAny|analytics:evaluationAggregate:view/,
    );
  });
});
