/**
 * What an export costs as the organisation grows: wall time, peak memory of the worker, history events, size of the
 * warehouse. Lists carry the answers.
 * Usage: npm run build && node bench/growth.mjs [--json] [--evaluations 5000,50000]
 */
import { stat } from 'node:fs/promises';
import { benchmarkOptions, round, tell } from './command.mjs';
import { cpuSeconds, finished, histories, organisation, peakMemoryMb, startExport } from './exporting.mjs';
import { openInstallation } from './installation.mjs';

const { values, print } = benchmarkOptions({
  evaluations: '5000,50000',
});

const growth = [];
for (const evaluations of values.evaluations.split(',')) {
  growth.push(await measure(Number(evaluations)));
  tell(`${evaluations} evaluations: ${growth.at(-1).wallSeconds} s`);
}
print({ growth });

async function measure(evaluations) {
  const bench = await openInstallation(organisation({ evaluations }));
  try {
    const { pid } = bench.startWorker().process;
    await bench.workersReady(1);
    const before = await cpuSeconds(pid);
    // The whole span in one run, however long it takes.
    const handle = await startExport(bench, { settings: { softDeadline: 86_400_000 } });
    const { result, wallSeconds } = await finished(handle);
    const loaded = result.rows.evaluations.inserted;
    const lengths = [];
    for await (const { events } of histories(bench.client)) lengths.push(events.length);
    const each1000 = (value, digits) => round((value / loaded) * 1_000, digits);
    return {
      evaluations: loaded,
      answers: result.rows.evaluation_answers.inserted,
      wallSeconds: round(wallSeconds),
      wallSecondsPer1000: each1000(wallSeconds, 2),
      cpuSecondsPer1000: each1000((await cpuSeconds(pid)) - before, 2),
      peakMemoryMb: await peakMemoryMb(pid),
      requestsPer1000: each1000(result.requests, 1),
      historyEventsPer1000: each1000(
        lengths.reduce((sum, length) => sum + length, 0),
        1,
      ),
      longestHistory: Math.max(...lengths),
      warehouseMb: Math.round((await stat(bench.configuration.warehouse.path)).size / 2 ** 20),
    };
  } finally {
    await bench.close();
  }
}
