/**
 * Against dlt: the same evaluations with their answers from the same simulated organisation into a DuckDB file, by
 * Tidemark and by dlt pipelines (bench/peers/dlt), in turn, medians; and how many requests are made again after a kill in
 * the middle. Once with lists that carry the answers, and once with lists that do not, where every evaluation is read.
 * Usage: npm run build && node bench/dlt.mjs [--json] [--evaluations 5000] [--repetitions 3] [--answers in-lists,by-id]
 *        [--without-kill]
 */
import { startSimulatorProcess } from '../dist/cli/demo/processes.js';
import { benchmarkOptions, median, round, tell } from './command.mjs';
import { cpuSeconds, finished, organisation, peakMemoryMb, span, startExport } from './exporting.mjs';
import { openInstallation } from './installation.mjs';
import { forms, pythonEnvironment, startPipeline } from './peers/dlt/pipeline.mjs';

const { values, print } = benchmarkOptions({
  evaluations: '5000',
  repetitions: '3',
  answers: 'in-lists,by-id',
  'without-kill': false,
});
const evaluations = Number(values.evaluations);
const searchAnswers = { 'in-lists': 'complete', 'by-id': 'totals' };

const python = await pythonEnvironment(tell);
const result = { evaluations, repetitions: Number(values.repetitions), exports: [], ratios: [], kills: [] };
for (const answers of values.answers.split(',')) await compare(answers);
print(result);

async function compare(answers) {
  const runs = new Map(['Tidemark', ...Object.keys(forms)].map((pipeline) => [pipeline, []]));
  for (let repetition = 1; repetition <= result.repetitions; repetition++) {
    for (const [pipeline, measured] of runs) {
      const figures = pipeline === 'Tidemark' ? await ours(answers) : await theirs(answers, pipeline);
      tell(`${answers}, ${pipeline}, ${repetition}: ${round(figures.wallSeconds)} s`);
      measured.push(figures);
    }
  }
  const figure = (pipeline, name) => median(runs.get(pipeline).map((each) => each[name]));
  for (const pipeline of runs.keys()) {
    result.exports.push({
      answers,
      pipeline: named(pipeline),
      wallSeconds: round(figure(pipeline, 'wallSeconds')),
      of: runs.get(pipeline).map(({ wallSeconds }) => round(wallSeconds)),
      cpuSeconds: round(figure(pipeline, 'cpuSeconds')),
      peakMemoryMb: Math.round(figure(pipeline, 'peakMemoryMb')),
      requests: figure(pipeline, 'requests'),
      evaluations: figure(pipeline, 'evaluations'),
      answerRows: figure(pipeline, 'answers'),
    });
  }
  const [, documented, ...tuned] = runs.keys();
  const best = (name) => Math.min(...tuned.map((pipeline) => figure(pipeline, name)));
  for (const name of ['wallSeconds', 'peakMemoryMb']) {
    const own = figure('Tidemark', name);
    result.ratios.push({
      answers,
      of: name,
      tidemarkToBestDlt: round(own / best(name), 2),
      tidemarkToDocumentedDlt: round(own / figure(documented, name), 2),
    });
  }
  result.versions ??= runs.get(documented)[0].versions;
  if (values['without-kill']) return;
  for (const pipeline of ['Tidemark', tuned[0]]) {
    const together =
      pipeline === 'Tidemark' ? await oursKilled(answers) : await theirsKilled(answers, pipeline);
    const undisturbed = figure(pipeline, 'requests');
    result.kills.push({
      answers,
      pipeline: named(pipeline),
      requestsUndisturbed: undisturbed,
      requestsWithKill: together,
      madeAgain: together - undisturbed,
    });
  }
}

function named(pipeline) {
  return pipeline === 'Tidemark' ? pipeline : `dlt, ${pipeline}`;
}

async function ours(answers) {
  const bench = await openInstallation(organisation({ evaluations, searchAnswers: searchAnswers[answers] }));
  try {
    const { process: worker } = bench.startWorker();
    await bench.workersReady(1);
    const cpuBefore = await cpuSeconds(worker.pid);
    const { result: exported, wallSeconds } = await finished(await startExport(bench));
    return {
      wallSeconds,
      cpuSeconds: (await cpuSeconds(worker.pid)) - cpuBefore,
      peakMemoryMb: await peakMemoryMb(worker.pid),
      requests: (await bench.counters()).requests,
      ...loaded(exported),
    };
  } finally {
    await bench.close();
  }
}

/** Evaluations of calibrations stand in tables of their own; dlt has them among the others. */
function loaded({ rows }) {
  const inserted = (table) => rows[table]?.inserted ?? 0;
  return {
    evaluations: inserted('evaluations') + inserted('calibration_evaluations'),
    answers: inserted('evaluation_answers') + inserted('calibration_answers'),
  };
}

async function theirs(answers, form) {
  return withSimulator(answers, async (simulator) => {
    const pipeline = await startPipeline(python, {
      form,
      answers,
      span,
      evaluations,
      ready: simulator.ready,
    });
    try {
      const figures = await pipeline.figures();
      return { ...figures, requests: await simulator.requests() };
    } finally {
      await pipeline.remove();
    }
  });
}

async function oursKilled(answers) {
  const bench = await openInstallation(organisation({ evaluations, searchAnswers: searchAnswers[answers] }));
  try {
    const worker = bench.startWorker();
    await bench.workersReady(1);
    const handle = await startExport(bench);
    await until(async () => (await bench.counters()).requests >= half(answers));
    await worker.stop('SIGKILL');
    bench.startWorker();
    await handle.result();
    return (await bench.counters()).requests;
  } finally {
    await bench.close();
  }
}

async function theirsKilled(answers, form) {
  return withSimulator(answers, async (simulator) => {
    const begin = { form, answers, span, evaluations, ready: simulator.ready };
    const first = await startPipeline(python, begin);
    try {
      await until(async () => (await simulator.requests()) >= half(answers));
      await first.kill();
      await (await startPipeline(python, { ...begin, state: first.directory })).figures();
      return await simulator.requests();
    } finally {
      await first.remove();
    }
  });
}

/** About half of the requests that an export needs. */
function half(answers) {
  return answers === 'by-id' ? evaluations / 2 : evaluations / 200;
}

async function until(reached) {
  while (!(await reached())) await new Promise((wait) => setTimeout(wait, 20));
}

async function withSimulator(answers, use) {
  const simulator = await startSimulatorProcess(
    organisation({ evaluations, searchAnswers: searchAnswers[answers] }),
    '/dev/null',
  );
  const counters = new URL('/_simulator/counters', simulator.ready.apiUrl);
  try {
    return await use({
      ready: simulator.ready,
      requests: async () => (await (await fetch(counters)).json()).requests,
    });
  } finally {
    await simulator.stop();
  }
}
