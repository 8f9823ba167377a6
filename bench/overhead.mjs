/**
 * What Temporal costs an export: the same one in batches of several sizes, with activities that the server hands out
 * eagerly and without. Small batches are many activities; what they cost more is what batching gives.
 * Usage: npm run build && node bench/overhead.mjs [--json] [--evaluations 2000] [--repetitions 3]
 *        [--pages-per-batch 1,5,20]
 */
import { covered, spansOf } from './activitySpans.mjs';
import { benchmarkOptions, median, round, tell } from './command.mjs';
import { finished, histories, organisation, startExport } from './exporting.mjs';
import { developmentServer, openInstallation } from './installation.mjs';

const { values, print } = benchmarkOptions({
  evaluations: '2000',
  repetitions: '3',
  'pages-per-batch': '1,5,20',
});

const overhead = [];
for (const pages of values['pages-per-batch'].split(',')) {
  const runs = new Map([true, false].map((eager) => [eager, []]));
  for (let repetition = 1; repetition <= Number(values.repetitions); repetition++) {
    for (const [eager, measured] of runs) {
      measured.push(await measure(Number(pages), eager));
      tell(`${pages} pages a batch, ${eager ? 'eager' : 'not eager'}: ${measured.at(-1).wallSeconds} s`);
    }
  }
  for (const [eager, measured] of runs) {
    const names = Object.keys(measured[0]);
    const figures = names.map((name) => [name, median(measured.map((each) => each[name]))]);
    overhead.push({
      pagesPerBatch: Number(pages),
      eager: eager ? 'yes' : 'no',
      ...Object.fromEntries(figures),
    });
  }
}
print({ evaluations: Number(values.evaluations), repetitions: Number(values.repetitions), overhead });

async function measure(pagesPerBatch, eagerActivities) {
  const bench = await openInstallation(organisation({ evaluations: Number(values.evaluations) }), {
    startServer: async () =>
      developmentServer({ dynamicConfig: { 'system.enableActivityEagerExecution': eagerActivities } }),
  });
  try {
    bench.startWorker();
    await bench.workersReady(1);
    const { wallSeconds } = await finished(await startExport(bench, { settings: { pagesPerBatch } }));
    const activities = [];
    let events = 0;
    for await (const history of histories(bench.client)) {
      events += history.events.length;
      activities.push(...spansOf(history.events));
    }
    return {
      wallSeconds: round(wallSeconds),
      activities: activities.length,
      events,
      millisToStart: Math.round(median(activities.map(({ scheduled, from }) => from - scheduled))),
      percentBetweenActivities: round(
        100 - (covered(activities, { from: 0, to: Infinity }) / wallSeconds) * 100,
      ),
    };
  } finally {
    await bench.close();
  }
}
