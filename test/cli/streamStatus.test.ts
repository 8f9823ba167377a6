/** What status reads from a real DuckDB file. */
import { rm, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readStreamStatus } from '../../cli/streamStatus.js';
import type { Row } from '../../model/tables.js';
import { noSignal } from '../warehouses/contract/target.js';
import { changeFile, scratchWarehouse, type ScratchWarehouse } from '../warehouses/scratchWarehouse.js';

const hour = 3_600_000;
const midnight = '2026-11-01T00:00:00.000Z';
const at = (time: string) => `2026-11-01T${time}:00.000Z`;
const configured = {
  connection: 'acme',
  stream: 'evaluations',
  everyMillis: hour,
  safetyLagMillis: 15 * 60_000,
  startFrom: midnight,
};
const read = async (warehouse: ScratchWarehouse['warehouse'], now: string, intervals = 24) => {
  const [status] = await readStreamStatus(warehouse, [configured], { intervals, now: Date.parse(at(now)) });
  if (status === undefined) throw new Error('no status');
  return status;
};

async function load({ stage, warehouse, path }: ScratchWarehouse, from: string, to: string, when: string) {
  const batch = await stage(`batch-${from}-${to}`);
  await warehouse.load({ ...batch, window: { start: at(from), end: at(to) } }, noSignal);
  await changeFile(
    path,
    `UPDATE load_audit SET loaded_at = TIMESTAMPTZ '${at(when)}' WHERE batch_id = '${batch.batchId}'`,
  );
}

function run(
  from: string,
  to: string,
  state: Row<'interval_runs'>['state'],
  rest: Partial<Row<'interval_runs'>> = {},
) {
  const row: Row<'interval_runs'> = {
    connection: 'acme',
    source_system: 'genesys',
    stream: 'evaluations',
    trigger: 'schedule',
    interval_start: at(from),
    interval_end: at(to),
    state,
    loaded_through: state === 'completed' ? at(to) : at(from),
    nominal_at: at(to),
    started_at: at(to),
    ended_at: at(to),
    requests: 1,
    changed_rows: 1,
    message: state === 'failed' ? 'HTTP 503' : null,
    workflow_id: 'export/acme/evaluations',
    run_id: `${from}-${to}-${state}`,
    ...rest,
  };
  return row;
}

describe('the status of a stream', () => {
  it('needs no file yet, and makes none', async () => {
    const { warehouse, path } = await scratchWarehouse();
    await rm(path);
    expect(await read(warehouse, '02:30')).toEqual(nothingLoaded);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  const nothingLoaded = {
    connection: 'acme',
    stream: 'evaluations',
    loadedThrough: null,
    windows: 0,
    batches: 0,
    pages: 0,
    requests: 0,
    redacted: 0,
    lastLoadAt: null,
    intervals: [
      { nominalAt: at('01:00'), start: midnight, end: at('00:45'), state: 'missed' },
      { nominalAt: at('02:00'), start: at('00:45'), end: at('01:45'), state: 'pending' },
    ],
    lagSeconds: null,
    lastFailure: null,
    lastReconciliation: null,
    openQuarantine: 0,
  };

  it('is what an empty warehouse tells, too', async () => {
    const { warehouse } = await scratchWarehouse();
    expect(await read(warehouse, '02:30')).toEqual(nothingLoaded);
  });

  it('tells what was loaded, how far without a gap, and what became of each interval', async () => {
    const scratch = await scratchWarehouse();
    await load(scratch, '00:00', '00:45', '01:01');
    await load(scratch, '00:15', '01:45', '04:01');
    await load(scratch, '03:45', '04:45', '05:01');
    await scratch.warehouse.record('interval_runs', [
      run('01:45', '02:45', 'failed'),
      run('03:45', '04:45', 'completed', { ended_at: at('05:01') }),
    ]);
    const status = await read(scratch.warehouse, '06:10');
    expect(status).toMatchObject({
      loadedThrough: at('01:45'),
      lagSeconds: 4 * 3_600 + 25 * 60,
      windows: 3,
      batches: 3,
      pages: 9,
      requests: 12,
      redacted: 3,
      lastLoadAt: at('05:01'),
      lastFailure: null,
    });
    expect(status.intervals.map(({ state }) => state)).toEqual([
      ...['loaded', 'late', 'failed', 'missed', 'loaded', 'pending'],
    ]);
    const newest = await read(scratch.warehouse, '06:10', 2);
    expect(newest.intervals).toEqual(status.intervals.slice(-2));
  });

  it('leaves out what other streams and connections did', async () => {
    const scratch = await scratchWarehouse();
    await scratch.warehouse.record('interval_runs', [
      run('00:00', '00:45', 'failed', { connection: 'other' }),
      run('00:00', '00:45', 'failed', { stream: 'surveys', run_id: 'r2' }),
    ]);
    expect(await read(scratch.warehouse, '02:30')).toEqual(nothingLoaded);
  });

  describe('shows the last failure', () => {
    const failed = run('01:45', '02:45', 'failed', { ended_at: at('03:05') });
    const told = {
      at: at('03:05'),
      state: 'failed',
      start: at('01:45'),
      end: at('02:45'),
      message: 'HTTP 503',
    };

    it('when no attempt after it ended well', async () => {
      const { warehouse } = await scratchWarehouse();
      await warehouse.record('interval_runs', [run('00:00', '00:45', 'completed'), failed]);
      expect((await read(warehouse, '04:00')).lastFailure).toEqual(told);
    });

    it('until a backfill has loaded what it left', async () => {
      const scratch = await scratchWarehouse();
      await scratch.warehouse.record('interval_runs', [failed]);
      await load(scratch, '01:45', '02:15', '03:10');
      expect((await read(scratch.warehouse, '04:00')).lastFailure).toEqual(told);
      await load(scratch, '02:15', '02:45', '03:20');
      expect((await read(scratch.warehouse, '04:00')).lastFailure).toBeNull();
    });

    it('when it was of something loaded before', async () => {
      const scratch = await scratchWarehouse();
      await load(scratch, '01:45', '02:45', '03:00');
      await scratch.warehouse.record('interval_runs', [failed]);
      expect((await read(scratch.warehouse, '04:00')).lastFailure).toEqual(told);
    });
  });

  it('has the total of the newest reconciliation, by ids', async () => {
    const { warehouse } = await scratchWarehouse();
    const row = (
      id: string,
      when: string,
      rest: Partial<Row<'reconciliations'>>,
    ): Row<'reconciliations'> => ({
      connection: 'acme',
      source_system: 'genesys',
      stream: 'evaluations',
      reconciliation_id: id,
      basis: 'ids',
      day: '2026-11-01',
      division_id: 'd-1',
      form_id: 'f-1',
      source_count: 100,
      warehouse_count: 100,
      missing: 0,
      stale: 0,
      different: 0,
      score_different: 0,
      absent: 0,
      coverage: 100,
      is_repaired: false,
      reconciled_at: at(when),
      ...rest,
    });
    await warehouse.record('reconciliations', [
      row('older', '01:00', { missing: 90 }),
      row('newest', '02:00', { missing: 10 }),
      row('newest', '02:00', { division_id: 'd-2', source_count: 300 }),
      row('newest', '02:00', { basis: 'aggregates', source_count: 1_000, missing: 1_000 }),
    ]);
    expect((await read(warehouse, '04:00')).lastReconciliation).toEqual({ at: at('02:00'), coverage: 97.5 });
    await warehouse.record('reconciliations', [row('none', '03:00', { source_count: 0, coverage: null })]);
    expect((await read(warehouse, '04:00')).lastReconciliation).toEqual({ at: at('03:00'), coverage: null });
  });

  it('reads a warehouse of an older version', async () => {
    const { warehouse, path } = await scratchWarehouse();
    await changeFile(path, 'DROP TABLE interval_runs', 'DROP TABLE reconciliations');
    expect(await read(warehouse, '02:30')).toEqual(nothingLoaded);
  });
});
