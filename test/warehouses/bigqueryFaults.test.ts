/** Whatever fails on the way to BigQuery and back, a batch is loaded once in the end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBigqueryWarehouse } from '../../warehouses/bigquery/bigqueryWarehouse.js';
import { openBigquery } from '../../warehouses/bigquery/connection.js';
import { JobFailed } from '../../warehouses/bigquery/failures.js';
import { dialectOf } from '../../warehouses/bigquery/names.js';
import { runScript } from '../../warehouses/bigquery/queries.js';
import { loadScript } from '../../warehouses/bigquery/script.js';
import type { BatchManifest } from '../../warehouses/warehouse.js';
import type { FaultRule } from '../support/bigquery/faults.js';
import { startBigqueryServer, type BigqueryServer } from '../support/bigquery/server.js';
import { bigqueryTarget, emulatorOf, type BigqueryTarget } from './bigquery/bigqueryTarget.js';
import { evaluation } from './contract/sampleEvaluation.js';
import { noSignal } from './contract/target.js';

let server: BigqueryServer;
beforeAll(async () => {
  server = await startBigqueryServer();
});
afterAll(() => server?.stop());

const aborted = 'Transaction is aborted due to concurrent update against table evaluations';

/** Faults that a load gets over by itself. */
const passing: readonly [name: string, rule: FaultRule][] = [
  [
    'an upload is reset before it is accepted',
    { fault: { kind: 'reset', accepted: false }, endpoint: 'jobs.upload' },
  ],
  ['the answer to an upload is lost', { fault: { kind: 'reset', accepted: true }, endpoint: 'jobs.upload' }],
  [
    'the answer to the script is lost',
    { fault: { kind: 'reset', accepted: true }, endpoint: 'jobs.insert', matching: /tidemark_load/ },
  ],
  [
    'the script is sent while the service is away',
    {
      fault: { kind: 'status', status: 503, reason: 'backendError' },
      endpoint: 'jobs.insert',
      matching: /tidemark_load/,
      times: 2,
    },
  ],
  [
    'requests are too many',
    {
      fault: { kind: 'status', status: 403, reason: 'rateLimitExceeded' },
      endpoint: 'jobs.insert',
      matching: /tidemark_load/,
    },
  ],
  [
    'asking for the job fails',
    {
      fault: { kind: 'status', status: 502, reason: 'backendError' },
      endpoint: 'jobs.get',
      matching: /tidemark_load/,
      times: 2,
    },
  ],
  [
    'a load job ends with backendError',
    { fault: { kind: 'jobError', reason: 'backendError', message: 'Try again.' }, jobType: 'load' },
  ],
  [
    'the script ends with internalError',
    {
      fault: { kind: 'jobError', reason: 'internalError', message: 'Try again.' },
      matching: /tidemark_load/,
    },
  ],
  [
    'another transaction is in the way',
    {
      fault: { kind: 'jobError', reason: 'invalidQuery', message: aborted },
      matching: /tidemark_load/,
      times: 2,
    },
  ],
  [
    'a load job writes other rows than it was given',
    { fault: { kind: 'outputRows', by: -1 }, jobType: 'load' },
  ],
  ['the script takes its time', { fault: { kind: 'slowJob', polls: 4 }, matching: /tidemark_load/ }],
];

/** Faults that end the attempt, how it is told, and whether the next one succeeds without anything being mended. */
const ending: readonly [name: string, rule: FaultRule, told: object][] = [
  [
    'the service is away for longer',
    {
      fault: { kind: 'status', status: 503, reason: 'backendError' },
      endpoint: 'jobs.insert',
      matching: /tidemark_load/,
      times: 4,
    },
    { kind: 'WarehouseUnavailable', status: 503 },
  ],
  [
    'the quota is used up',
    { fault: { kind: 'jobError', reason: 'quotaExceeded', message: 'Quota exceeded' }, jobType: 'load' },
    { kind: 'WarehouseUnavailable', retryAfterSeconds: 900 },
  ],
  [
    'a role is missing',
    {
      fault: { kind: 'jobError', reason: 'accessDenied', message: 'Access Denied' },
      matching: /tidemark_load/,
    },
    { kind: 'InvalidConfig', remedy: expect.stringContaining('roles/bigquery.dataEditor') as string },
  ],
  [
    'a request is refused for its role',
    {
      fault: { kind: 'status', status: 403, reason: 'accessDenied' },
      endpoint: 'jobs.insert',
      matching: /tidemark_load/,
    },
    { kind: 'InvalidConfig', remedy: expect.stringContaining('roles/bigquery.jobUser') as string },
  ],
  [
    'the batch is too large',
    {
      fault: { kind: 'jobError', reason: 'resourcesExceeded', message: 'Resources exceeded' },
      matching: /tidemark_load/,
    },
    { kind: 'InvalidConfig', remedy: expect.stringContaining('pagesPerBatch') as string },
  ],
  [
    'credentials are refused',
    { fault: { kind: 'status', status: 401, reason: 'authError' }, endpoint: 'jobs.upload' },
    { kind: 'InvalidConfig', remedy: expect.stringContaining('application default credentials') as string },
  ],
];

async function staged(): Promise<{ target: BigqueryTarget; batch: BatchManifest }> {
  const target = await bigqueryTarget(server, 'copy');
  return { target, batch: await target.stage('b1', evaluation(), evaluation({ id: 'e2' })) };
}

/** Rows by table, as the server holds them. */
async function held({ config }: BigqueryTarget): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of ['evaluations', 'evaluation_answers', 'evaluation_history', 'load_audit']) {
    const [row] = await server.query(
      `SELECT COUNT(*) AS n FROM \`${config.project}.${config.dataset}.${table}\``,
    );
    counts[table] = Number(row?.['n']);
  }
  return counts;
}

const once = { evaluations: 2, evaluation_answers: 4, evaluation_history: 2, load_audit: 1 };
const nothing = { evaluations: 0, evaluation_answers: 0, evaluation_history: 0, load_audit: 0 };

describe('a load gets over it and is done once', () => {
  it.each(passing)('%s', async (_, rule) => {
    const { target, batch } = await staged();
    const fault = server.inject(rule);
    expect(await target.warehouse.load(batch, noSignal)).toMatchObject({ alreadyLoaded: false });
    expect(fault.struck()).toBe(rule.times ?? 1);
    expect(await held(target)).toEqual(once);
    expect(await target.warehouse.load(batch, noSignal)).toMatchObject({ alreadyLoaded: true });
    expect(await held(target)).toEqual(once);
  });

  it('the job is lost: it ran, and nobody can say so', async () => {
    const { target, batch } = await staged();
    const fault = server.inject({ fault: { kind: 'lostJob' }, matching: /tidemark_load/ });
    const outcome = await target.warehouse.load(batch, noSignal).catch((error: unknown) => error);
    expect(fault.struck()).toBe(1);
    // Either the audit row was found after the search for the job was given up, or the next attempt finds it.
    if (outcome instanceof Error) expect(outcome).toMatchObject({ kind: 'WarehouseUnavailable' });
    await target.warehouse.load(batch, noSignal);
    expect(await held(target)).toEqual(once);
  });
});

describe('a load ends, says why, and the next one does it once', () => {
  it.each(ending)('%s', async (_, rule, told) => {
    const { target, batch } = await staged();
    const fault = server.inject(rule);
    await expect(target.warehouse.load(batch, noSignal)).rejects.toMatchObject(told);
    expect(fault.struck()).toBe(rule.times ?? 1);
    expect(await held(target)).toEqual(nothing);
    // What a failed job leaves under its id must not stand in the way of the same batch.
    expect(await target.warehouse.load(batch, noSignal)).toMatchObject({ alreadyLoaded: false });
    expect(await held(target)).toEqual(once);
  });
});

describe('two at the same batch', () => {
  it('another process takes up the jobs that the first one began', async () => {
    const { target, batch } = await staged();
    server.inject({ fault: { kind: 'slowJob', polls: 4 }, matching: /tidemark_load/ });
    const other = createBigqueryWarehouse({ ...target.config }, target.store, emulatorOf(server));
    await other.ensureSchema();
    const before = server.jobs().length;
    const [first, second] = await Promise.all([
      target.warehouse.load(batch, noSignal),
      other.load(batch, noSignal),
    ]);
    expect(first.tables).toEqual(second.tables);
    expect(await held(target)).toEqual(once);
    const ids = server
      .jobs()
      .slice(before)
      .map((job) => (job as { jobReference: { jobId: string } }).jobReference.jobId);
    expect(ids.filter((id) => id.startsWith('tidemark_load_'))).toHaveLength(1);
  });
});

describe('a load that is aborted', () => {
  it('cancels its job; the next attempt does it once', async () => {
    const { target, batch } = await staged();
    server.inject({ fault: { kind: 'slowJob', polls: 1_000 }, matching: /tidemark_load/ });
    const abort = new AbortController();
    const reason = new Error('worker is shutting down');
    const before = server.requests().length;
    const loading = target.warehouse.load(batch, abort.signal);
    const asked = () =>
      server
        .requests()
        .slice(before)
        .some(({ endpoint, jobId }) => endpoint === 'jobs.get' && jobId?.startsWith('tidemark_load_'));
    await expect.poll(asked, { timeout: 30_000 }).toBe(true);
    abort.abort(reason);
    await expect(loading).rejects.toBe(reason);
    await expect
      .poll(() => server.requests().filter(({ endpoint }) => endpoint === 'jobs.cancel').length)
      .toBeGreaterThan(0);
    await target.warehouse.load(batch, noSignal);
    expect(await held(target)).toEqual(once);
  });
});

describe('a script that finds something else than it was made for', () => {
  const changed: readonly [
    name: string,
    change: (batch: BatchManifest) => BatchManifest,
    months: string[],
    message: RegExp,
  ][] = [
    [
      'other rows than the manifest says',
      (batch) => ({
        ...batch,
        files: { ...batch.files, evaluations: { name: 'e', bytes: 1, sha256: 'a', rows: 3 } },
      }),
      ['2026-11-01'],
      /evaluations: not 3 rows/,
    ],
    ['rows in months that it does not name', (batch) => batch, ['2019-01-01'], /other months/],
  ];

  it.each(changed)('%s: it ends and changes nothing', async (_, change, months, message) => {
    const { target, batch } = await staged();
    const { config } = target;
    server.inject({
      fault: { kind: 'jobError', reason: 'accessDenied', message: 'no' },
      matching: /tidemark_load/,
    });
    await expect(target.warehouse.load(batch, noSignal)).rejects.toThrow(/no/);
    const bigquery = await openBigquery(config, emulatorOf(server));
    const script = loadScript(dialectOf(config, 'b1'), change(batch), months, '2026-11-21T00:00:00.000Z');
    const ran = runScript(bigquery, config, `changed_${config.dataset}`, script, noSignal);
    await expect(ran).rejects.toThrow(message);
    await expect(ran).rejects.toBeInstanceOf(JobFailed);
    expect(await held(target)).toEqual(nothing);
  });
});
