/** The audit of intervals against a real warehouse. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { createAuditIntervals } from '../../activities/auditIntervals.js';
import type { AuditedIntervals } from '../../activities/auditContracts.js';
import type { SpanUnderWay } from '../../model/intervalAudit.js';
import { noSignal } from '../warehouses/contract/target.js';
import { scratchWarehouse } from '../warehouses/scratchWarehouse.js';

const at = (time: string) => `2026-11-01T${time}:00.000Z`;
const midnight = at('00:00');
const input = {
  connection: 'acme',
  stream: 'evaluations',
  span: { start: midnight, end: at('06:10') },
  everyMillis: 3_600_000,
  safetyLagMillis: 15 * 60_000,
  startFrom: midnight,
  now: at('06:10'),
};

async function opened() {
  const scratch = await scratchWarehouse();
  const audit = (changed: Partial<typeof input> = {}, underWay: SpanUnderWay[] = []) =>
    new MockActivityEnvironment().run(
      createAuditIntervals({ warehouse: scratch.warehouse, underWay: async () => underWay }),
      { ...input, ...changed },
    ) as Promise<AuditedIntervals>;
  return { ...scratch, audit };
}

it('the audit counts the intervals of a span by state and tells of the gaps', async () => {
  const { audit, stage, warehouse } = await opened();
  const loads = [
    { start: midnight, end: at('01:45') },
    { start: at('04:30'), end: at('04:45') },
  ];
  for (const [index, window] of loads.entries()) {
    await warehouse.load({ ...(await stage(`batch-${index}`)), window }, noSignal);
  }
  await warehouse.record('interval_runs', [
    {
      connection: 'acme',
      source_system: 'genesys',
      stream: 'evaluations',
      trigger: 'schedule',
      interval_start: at('01:45'),
      interval_end: at('03:45'),
      state: 'failed',
      loaded_through: at('02:45'),
      nominal_at: at('04:00'),
      started_at: at('04:00'),
      ended_at: at('04:10'),
      requests: 3,
      changed_rows: 0,
      message: 'HTTP 503',
      workflow_id: 'export/acme/evaluations',
      run_id: 'r-1',
    },
  ]);
  const { counts, gaps, gapsLeftOut } = await audit();
  // Loaded today, by the clock of this machine: late.
  expect(counts.loaded + counts.late).toBe(2);
  expect(counts).toMatchObject({ failed: 1, missed: 2, pending: 1 });
  expect(gaps.map(({ start, end, state, intervals }) => [start, end, state, intervals])).toEqual([
    [at('01:45'), at('02:45'), 'missed', 1],
    [at('02:45'), at('03:45'), 'failed', 1],
    [at('03:45'), at('04:45'), 'missed', 1],
  ]);
  expect(gaps[1]?.cause).toBe(`1 attempt ended failed at ${at('04:10')}: HTTP 503`);
  expect(gapsLeftOut).toBe(0);
});

it('the audit takes every interval for missed where nothing was loaded', async () => {
  const { audit } = await opened();
  const { counts, gaps } = await audit({ connection: 'other' });
  expect(counts).toEqual({ loaded: 0, late: 0, failed: 0, missed: 5, pending: 1 });
  expect(gaps).toHaveLength(1);
});

it('the audit takes nothing for missing that is under way', async () => {
  const { audit } = await opened();
  const first = await audit({}, [{ start: at('02:45'), end: null }]);
  expect(first.counts).toEqual({ loaded: 0, late: 0, failed: 0, missed: 3, pending: 3 });
  expect(first.gaps.map(({ start, end }) => [start, end])).toEqual([[midnight, at('02:45')]]);
  const other = await audit({}, [{ start: midnight, end: at('02:45') }]);
  expect(other.gaps.map(({ start, end }) => [start, end])).toEqual([[at('02:45'), at('04:45')]]);
});

it('the audit makes one gap of missed intervals side by side', async () => {
  const { audit, stage, warehouse } = await opened();
  // Every second minute is loaded.
  for (let minute = 0; minute < 6; minute += 2) {
    const window = { start: at(`00:0${minute}`), end: at(`00:0${minute + 1}`) };
    await warehouse.load({ ...(await stage(`batch-${minute}`)), window }, noSignal);
  }
  const { gaps, gapsLeftOut } = await audit({ everyMillis: 60_000, safetyLagMillis: 0 });
  expect(gaps.map(({ start, intervals }) => [start, intervals])).toEqual([
    [at('00:01'), 1],
    [at('00:03'), 1],
    [at('00:05'), 364],
  ]);
  expect(gapsLeftOut).toBe(0);
});

it('the audit refuses a span of too many intervals', async () => {
  const { audit } = await opened();
  const year = { start: midnight, end: '2027-11-01T00:00:00.000Z' };
  await expect(audit({ span: year, now: year.end, everyMillis: 1_000 })).rejects.toMatchObject({
    name: 'TidemarkError',
    kind: 'InvalidConfig',
    message: expect.stringMatching(/one audit looks at 500000/) as string,
  });
});
