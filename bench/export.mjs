/**
 * What an export costs by batch size, by answers in lists and under a limit of requests: wall time, requests by endpoint,
 * time by activity, peak memory of the worker. Not among the benchmarks of `npm run bench`: it is for trying settings out.
 * Usage: npm run build && node bench/export.mjs [--json] [--evaluations 5000,100000] [--search-answers complete|totals]
 *        [--allowance 100000] [--allowance-window 60] [--pages-per-batch 20] [--records-per-window 20000]
 *        [--max-window <days>]
 */
import { activitySpans } from './activitySpans.mjs';
import { benchmarkOptions, round } from './command.mjs';
import { finished, organisation, peakMemoryMb, startExport } from './exporting.mjs';
import { openInstallation } from './installation.mjs';

const { values, print } = benchmarkOptions({
  evaluations: '5000',
  'search-answers': 'complete',
  allowance: '10000000',
  'allowance-window': '60',
  'pages-per-batch': '20',
  'records-per-window': '20000',
  'max-window': '31',
});

const exports = [];
for (const count of values.evaluations.split(',')) exports.push(await measure(Number(count)));
print({ exports });

async function measure(evaluations) {
  const bench = await openInstallation([
    ...organisation({
      evaluations,
      searchAnswers: values['search-answers'],
      allowance: values.allowance,
    }),
    ...['--allowance-window', values['allowance-window']],
  ]);
  try {
    const { pid } = bench.startWorker().process;
    await bench.workersReady(1);
    const settings = {
      pagesPerBatch: Number(values['pages-per-batch']),
      recordsPerWindow: Number(values['records-per-window']),
      maxWindow: Number(values['max-window']) * 86_400_000,
    };
    const { result, wallSeconds } = await finished(await startExport(bench, { settings }));
    const counters = await bench.counters();
    return {
      evaluations: result.rows.evaluations.inserted,
      answers: result.rows.evaluation_answers.inserted,
      windows: result.windows,
      wallSeconds,
      peakMemoryMb: await peakMemoryMb(pid),
      requests: counters.requests,
      requestsCountedByTheRun: result.requests,
      refused: counters.rateLimited,
      shareOfAllowanceUsed: counters.windows.slice(0, -1).map(({ share }) => share),
      requestsByEndpoint: Object.fromEntries(
        Object.entries(counters.byEndpoint).map(([endpoint, { requests }]) => [endpoint, requests]),
      ),
      secondsByActivity: secondsByName(await activitySpans(bench.client)),
    };
  } finally {
    await bench.close();
  }
}

function secondsByName(spans) {
  const seconds = {};
  for (const { name, from, to } of spans)
    seconds[name] = round((seconds[name] ?? 0) + (to - from) / 1_000, 3);
  return seconds;
}
