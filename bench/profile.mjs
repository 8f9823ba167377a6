/**
 * Where the time of an export goes: by activity, by what is waited for, and by what JavaScript does. Three views of one
 * run, because activities and what they wait for overlap; the last row of the second is what is left for Temporal.
 * Usage: npm run build && node bench/profile.mjs [--json] [--evaluations 5000] [--search-answers complete|totals]
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { activitySpans, covered } from './activitySpans.mjs';
import { benchmarkOptions, round } from './command.mjs';
import { cpuSeconds, organisation, startExport } from './exporting.mjs';
import { openInstallation } from './installation.mjs';
import { parts } from './profileParts.mjs';

const { values, print } = benchmarkOptions({
  evaluations: '5000',
  'search-answers': 'complete',
});
const bench = await openInstallation(
  organisation({ evaluations: Number(values.evaluations), searchAnswers: values['search-answers'] }),
);
try {
  const directory = join(bench.directory, 'spans');
  await mkdir(directory);
  const worker = bench.startWorker({
    BENCH_SPANS: directory,
    NODE_OPTIONS: `--import=${fileURLToPath(new URL('spans.mjs', import.meta.url))}`,
  });
  await bench.workersReady(1);
  const before = await cpuSeconds(worker.process.pid);
  const handle = await startExport(bench);
  const { rows } = await handle.result();
  const cpu = (await cpuSeconds(worker.process.pid)) - before;
  const { startTime, closeTime } = await handle.describe();
  const run = { from: startTime.getTime(), to: closeTime.getTime() };
  const wall = (run.to - run.from) / 1_000;
  const activities = await activitySpans(bench.client);
  await worker.stop();
  const threads = await Promise.all(
    (await readdir(directory)).map(async (file) => JSON.parse(await readFile(join(directory, file), 'utf8'))),
  );

  const row = (what, seconds, more = {}) => ({
    ...more,
    what,
    seconds: round(seconds, 2),
    percentOfWallTime: Math.round((seconds / wall) * 100),
  });
  const waits = threads.flatMap(({ spans }) => spans);
  const ofKind = (kind) => waits.filter((span) => span.kind === kind);
  const scripts = threads.map((thread) => ({ ...thread, ...parts(thread, run) }));
  const busy = scripts.filter(({ isMainThread }) => isMainThread).flatMap((thread) => thread.busy);
  const work = [...waits, ...busy];
  const names = [...new Set(activities.map(({ name }) => name))];
  const byPart = new Map();
  for (const { seconds } of scripts)
    for (const [part, each] of seconds) byPart.set(part, (byPart.get(part) ?? 0) + each);
  const script = [...byPart.values()].reduce((sum, each) => sum + each, 0);

  const result = {
    evaluations: rows.evaluations.inserted,
    searchAnswers: values['search-answers'],
    wallSeconds: round(wall, 2),
    cpuSeconds: round(cpu, 2),
    activities: names
      .map((name) => activities.filter((each) => each.name === name))
      .map((times) => row(times[0].name, covered(times, run), { times: times.length }))
      .toSorted((a, b) => b.seconds - a.seconds),
    underWay: [
      row('an activity', covered(activities, run)),
      row('an HTTP request', covered(ofKind('http'), run)),
      row('DuckDB writes Parquet', covered(ofKind('parquet'), run)),
      row('DuckDB reads, merges, commits', covered(ofKind('sql'), run)),
      row('JavaScript of the main thread', covered(busy, run)),
      row('none of these in an activity', covered([...activities, ...work], run) - covered(work, run)),
      row('none of these: Temporal', wall - covered([...activities, ...work], run)),
    ],
    processor: [
      ...[...byPart].toSorted(([, a], [, b]) => b - a).map(([part, seconds]) => row(part, seconds)),
      row('native threads (DuckDB, Temporal core, files, compression)', Math.max(0, cpu - script)),
    ],
  };
  print(result);
} finally {
  await bench.close();
}
