/** What becomes of data intervals, against a real warehouse and staging. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import type { IntervalRun, PlannedBackfill } from '../../activities/auditContracts.js';
import { directoryName } from '../../activities/batchLayout.js';
import { createPlanBackfill } from '../../activities/planBackfill.js';
import { createRecordRuns } from '../../activities/recordRuns.js';
import { getJson, putJson } from '../../activities/stagedJson.js';
import { runDirectoryOf } from '../../model/runDirectory.js';
import { scratchWarehouse } from '../warehouses/scratchWarehouse.js';

const at = (hour: number) => `2026-11-01T0${hour}:00:00.000Z`;
const ended: IntervalRun = {
  connection: 'acme',
  stream: 'evaluations',
  trigger: 'schedule',
  interval_start: at(1),
  interval_end: at(2),
  state: 'quarantined',
  loaded_through: at(2),
  nominal_at: at(2),
  started_at: at(2),
  ended_at: at(2),
  requests: 3,
  changed_rows: 0,
  message: null,
  workflow_id: 'export/acme/evaluations',
  run_id: 'r-1',
};
const directory = directoryName(runDirectoryOf('acme', 'evaluations', ended.run_id));

async function recorded(run: IntervalRun) {
  const { warehouse, store: staging } = await scratchWarehouse();
  await putJson(staging, directory, [], 0);
  await new MockActivityEnvironment().run(createRecordRuns({ vendor: () => 'genesys', staging, warehouse }), [
    run,
  ]);
  return { warehouse, kept: await getJson(staging, directory) };
}

it('a run that has ended takes what its windows shared out of staging', async () => {
  expect((await recorded(ended)).kept).toBeUndefined();
});

it('an interval of a backfill leaves what others may go back to in staging', async () => {
  expect((await recorded({ ...ended, trigger: 'backfill' })).kept).toEqual([]);
});

it.each([
  ['left pages in quarantine', 'failed', ended, { completed: 0, failed: 1, none: 1 }],
  [
    'was completed',
    'never tried as long as load_audit does not show it',
    { ...ended, state: 'completed' as const },
    { completed: 0, failed: 0, none: 2 },
  ],
  [
    'failed before anything was loaded',
    'failed',
    { ...ended, state: 'failed' as const, loaded_through: at(1) },
    { completed: 0, failed: 1, none: 1 },
  ],
])('for a backfill, an interval that %s counts as %s', async (_, __, run, before) => {
  const { warehouse } = await recorded(run);
  const planned = await new MockActivityEnvironment().run(createPlanBackfill({ warehouse }), {
    ...{ connection: 'acme', stream: 'evaluations', span: { start: at(1), end: at(3) } },
    ...{ intervalMillis: 3_600_000, reprocess: 'none' as const, reverse: false },
  });
  expect((planned as PlannedBackfill).before).toEqual(before);
});
