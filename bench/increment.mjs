/**
 * What an increment costs beside much that is loaded already: exports of 1,000 evaluations each into a warehouse of a few
 * thousand, and the same number into one of 10 million answers, which is made of copies in other months.
 * Usage: npm run build && node bench/increment.mjs [--json] [--answers 10000000] [--increment 1000] [--base 4000]
 *        [--repetitions 3]
 */
import { stat } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { benchmarkOptions, median, round, tell } from './command.mjs';
import { finished, lastSubmission, organisation, peakMemoryMb, span, startExport } from './exporting.mjs';
import { openInstallation } from './installation.mjs';

const { values, print } = benchmarkOptions({
  answers: '10000000',
  increment: '1000',
  base: '4000',
  repetitions: '3',
});
const [base, increment, repetitions] = [values.base, values.increment, values.repetitions].map(Number);
const evaluations = base + 2 * repetitions * increment;
const copied = ['evaluations', 'evaluation_group_scores', 'evaluation_answers', 'evaluation_history'];

const bench = await openInstallation(organisation({ evaluations }));
try {
  let worker = bench.startWorker();
  await bench.workersReady(1);
  await exported(0, base);
  tell(`base loaded`);
  const increments = [await measure(base)];
  await worker.stop();
  await multiply();
  tell(`warehouse filled`);
  worker = bench.startWorker();
  await bench.workersReady(1);
  increments.push(await measure(base + repetitions * increment));
  print({ increment, repetitions, increments });

  /** Increments one after another, the first of them beginning after so many evaluations. */
  async function measure(from) {
    const answers = await count('evaluation_answers');
    const seconds = [];
    for (let index = 0; index < repetitions; index++) {
      const begin = from + index * increment;
      const { wallSeconds, result } = await exported(begin, begin + increment);
      seconds.push(round(wallSeconds, 2));
      tell(`${result.rows.evaluations.inserted} more: ${round(wallSeconds, 2)} s`);
    }
    return {
      answersHeldBefore: answers,
      wallSeconds: median(seconds),
      of: seconds,
      peakMemoryMb: await peakMemoryMb(worker.process.pid),
      warehouseMb: Math.round((await stat(bench.configuration.warehouse.path)).size / 2 ** 20),
    };
  }
} finally {
  await bench.close();
}

/** Exports the evaluations of the organisation between two positions: submissions are spread evenly. */
async function exported(from, to) {
  const [first, last] = [span.from, lastSubmission].map((moment) => Date.parse(moment));
  const at = (position) => new Date(first + ((last - first) * position) / evaluations).toISOString();
  return finished(await startExport(bench, { workflowId: `bench-${from}`, from: at(from), to: at(to) }));
}

async function count(table) {
  return withWarehouse(async (connection) => {
    const [[rows]] = (await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getRows();
    return Number(rows);
  });
}

/** Copies what is loaded into months before it, with other ids, until there are so many answers. */
async function multiply() {
  const copies = Math.ceil(Number(values.answers) / (await count('evaluation_answers'))) - 1;
  await withWarehouse(async (connection) => {
    const months = await connection.runAndReadAll(
      "SELECT table_name FROM duckdb_columns() WHERE column_name = 'evaluation_month'",
    );
    const partitioned = new Set(months.getRows().map(([table]) => table));
    for (const table of copied) {
      const month = partitioned.has(table)
        ? ', (evaluation_month - to_months(n::INTEGER))::DATE AS evaluation_month'
        : '';
      await connection.run(
        `INSERT INTO ${table} SELECT t.* REPLACE (evaluation_id || '/' || n AS evaluation_id ${month})
         FROM ${table} t, range(1, ${copies + 1}) copies(n)`,
      );
    }
    await connection.run('CHECKPOINT');
  });
}

async function withWarehouse(use) {
  const instance = await DuckDBInstance.create(bench.configuration.warehouse.path);
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
