/**
 * What Temporal costs an export: the same one in batches of several sizes, with activities that the server hands out
 * eagerly and without. Small batches are many activities; what they cost more is what batching gives.
 * Usage: npm run build && node bench/overhead.mjs [--json] [--evaluations 2000] [--repetitions 3]
 *        [--pages-per-batch 1,5,20]
 */
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
    startServer: async () => developmentServer({ eagerActivities }),
  });
  try {
    bench.startWorker();
    await bench.workersReady(1);
    const { wallSeconds } = await finished(await startExport(bench, { settings: { pagesPerBatch } }));
    const activities = [];
    let events = 0;
    for await (const history of histories(bench.client)) {
      events += history.events.length;
      activities.push(...activitiesOf(history.events));
    }
    return {
      wallSeconds: round(wallSeconds),
      activities: activities.length,
      events,
      millisToStart: Math.round(median(activities.map(({ scheduled, started }) => started - scheduled))),
      percentBetweenActivities: round(100 - (covered(activities) / (wallSeconds * 1_000)) * 100),
    };
  } finally {
    await bench.close();
  }
}

/** When activities were scheduled, started and completed, in milliseconds. */
function activitiesOf(events) {
  const byScheduled = new Map();
  for (const event of events) {
    const at = Number(event.eventTime.seconds) * 1_000 + event.eventTime.nanos / 1e6;
    const { activityTaskStartedEventAttributes: start, activityTaskCompletedEventAttributes: end } = event;
    if (event.activityTaskScheduledEventAttributes) byScheduled.set(String(event.eventId), { scheduled: at });
    else if (start) byScheduled.get(String(start.scheduledEventId)).started = at;
    else if (end) byScheduled.get(String(end.scheduledEventId)).completed = at;
  }
  return [...byScheduled.values()];
}

/** Milliseconds in which at least one was under way. */
function covered(activities) {
  let until = 0;
  let sum = 0;
  for (const { started, completed } of activities.toSorted((a, b) => a.started - b.started)) {
    sum += Math.max(0, completed - Math.max(started, until));
    until = Math.max(until, completed);
  }
  return sum;
}
