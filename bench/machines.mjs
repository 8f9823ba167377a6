/**
 * What more machines bring, and what it costs to lose them: a backfill by 1, 2 and 3 workers, processes that share
 * nothing but a Temporal server with its state in PostgreSQL, a bucket and a PostgreSQL warehouse; the vendor is a
 * network away. Then three workers of which one is killed every few seconds, at random, and started again. The
 * warehouse is compared with the organisation at the end of each.
 * Usage: npm run build && node bench/machines.mjs [--json] [--evaluations 3000] [--latency 150] [--workers 1,2,3]
 *        [--kill-every 15] [--seed 1] [--server postgres|development]
 */
import { join } from 'node:path';
import { compareWithTruth } from '../dist/cli/demo/truthComparison.js';
import { randomStream } from '../dist/simulator/organisation/random.js';
import { streamOf } from '../dist/workers/connections.js';
import { openConfigured } from '../dist/workers/openConfigured.js';
import { streamSettings } from '../dist/workers/streamSettings.js';
import { benchmarkOptions, day, round, tell } from './command.mjs';
import { connection, oneConnection, openInstallation, stream } from './installation.mjs';
import { readTypescript } from './typescript.mjs';

readTypescript();
const { startGcs } = await import('../test/support/objectStorageServers.ts');
const { startPostgres } = await import('../test/support/postgresServer.ts');
const { startTemporalServer } = await import('../test/support/temporalServer.ts');

const { values, print } = benchmarkOptions({
  evaluations: '3000',
  latency: '150',
  workers: '1,2,3',
  'kill-every': '15',
  seed: '1',
  server: 'postgres',
});
const span = { start: '2026-09-01T00:00:00.000Z', end: '2026-10-01T00:00:00.000Z' };

const result = { latencyMs: Number(values.latency), server: values.server, runs: [] };
for (const count of values.workers.split(',').filter(Boolean))
  result.runs.push(await measure(Number(count), 0));
if (Number(values['kill-every']) > 0) result.killed = await measure(3, Number(values['kill-every']));
print(result);

/** @param killEvery seconds between two kills; 0: nobody is killed */
async function measure(count, killEvery) {
  tell(`${count} worker(s)${killEvery > 0 ? `, one killed every ${killEvery} s, seed ${values.seed}` : ''}`);
  const [postgres, bucket] = await Promise.all([startPostgres(), startGcs()]);
  await bucket.makeBucket('bench');
  const bench = await openInstallation(
    [
      ...['--evaluations', values.evaluations, '--seed', '3', '--allowance', '10000000'],
      ...['--from', span.start, '--to', new Date(Date.parse(span.end) - 5 * day).toISOString()],
      ...['--search-answers', 'totals'],
    ],
    {
      configurationOf: oneConnection({
        startFrom: span.start,
        warehouse: '{ kind: postgres, url: "${BENCH_WAREHOUSE_URL}", schema: quality }',
        staging: 'gs://bench/staging',
      }),
      environment: { ...bucket.environment, BENCH_WAREHOUSE_URL: postgres.url },
      ...(values.server === 'postgres' ? { startServer: () => startTemporalServer(postgres) } : {}),
    },
  );
  try {
    await bench.control('faults', { fault: { kind: 'slow', milliseconds: result.latencyMs } });
    let started = 0;
    // Files of its own for each, as on a machine of its own.
    const startMachine = () =>
      bench.startWorker({ XDG_CACHE_HOME: join(bench.directory, `machine-${++started}`) });
    const workers = Array.from({ length: count }, startMachine);
    await bench.workersReady(count);
    const begun = Date.now();
    const handle = await startBackfill(bench);
    const killing = killEvery > 0 ? keepKilling(workers, startMachine, killEvery) : null;
    const backfill = await handle.result();
    const wallSeconds = (Date.now() - begun) / 1_000;
    const kills = (await killing?.stop()) ?? 0;
    tell(`${round(wallSeconds)} s, ${backfill.rows.evaluations.inserted} evaluations, ${kills} kills`);
    return {
      workers: count,
      ...(killing === null ? {} : { killEvery, seed: Number(values.seed), kills }),
      intervals: backfill.done,
      failed: backfill.failed,
      evaluations: backfill.rows.evaluations.inserted,
      wallSeconds: round(wallSeconds),
      evaluationsPerSecond: round(backfill.rows.evaluations.inserted / wallSeconds),
      requests: (await bench.counters()).requests,
      truth: await compared(bench, bucket.environment),
    };
  } finally {
    await bench.close();
    await Promise.all([postgres.stop(), bucket.stop()]);
  }
}

async function startBackfill({ client, configuration }) {
  return client.workflow.start('backfillStream', {
    workflowId: 'bench',
    taskQueue: configuration.temporal.taskQueue,
    args: [
      {
        ...{ connection, stream, span, intervalMillis: 2 * day, maxActive: 6 },
        ...{ reprocess: 'none', reverse: false, dryRun: false },
        settings: streamSettings(streamOf(configuration, connection, stream), 4),
      },
    ],
  });
}

/** Kills one of the workers every so often and puts a new one in its place, until it is stopped. */
function keepKilling(workers, startMachine, seconds) {
  const random = randomStream(Number(values.seed));
  let kills = 0;
  let stopped = false;
  const work = (async () => {
    while (!stopped) {
      await new Promise((wait) => setTimeout(wait, seconds * 1_000));
      if (stopped) return;
      const index = Math.floor(random() * workers.length);
      await workers[index].stop('SIGKILL');
      workers[index] = startMachine();
      kills += 1;
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await work;
      return kills;
    },
  };
}

async function compared({ configuration, truthUrl }, environment) {
  Object.assign(process.env, environment);
  const { warehouse } = await openConfigured(configuration);
  try {
    const comparisons = await compareWithTruth(warehouse, connection, truthUrl);
    const sum = (name) => comparisons.reduce((total, each) => total + each[name], 0);
    return {
      rows: sum('rows'),
      missing: sum('missing'),
      extra: sum('extra'),
      different: sum('different'),
    };
  } finally {
    await warehouse.close();
  }
}
