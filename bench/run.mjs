/**
 * Runs the benchmarks one after another and writes bench/RESULTS.md. With --only, sections of the others stay as they are.
 * Usage: npm run bench [-- --only dlt,growth] [-- --size usual|small|large]
 * `large` adds an organisation of half a million evaluations; `small` says nothing, and is for trying the benchmarks out.
 * What was learnt from a benchmark stands in bench/notes/<name>.md, and is taken into its section.
 */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { describeMachine } from './machine.mjs';
import { render } from './markdown.mjs';

/** By the name of their file: what the section says, and what --size makes of them. */
const benchmarks = {
  dlt: {
    title: 'Against dlt',
    about:
      'The same evaluations with their answers, from the same simulated organisation into a DuckDB file, in turn on this ' +
      'machine; medians. [peers/dlt](peers/dlt/README.md) has the pipelines and why they are fair. Tidemark: from the ' +
      'start of the workflow to its end on the embedded Temporal server. dlt: `pipeline.run()`, without the start of ' +
      'Python. Memory is the peak of the largest process: the worker, or Python.',
    small: ['--evaluations', '300', '--repetitions', '1'],
  },
  growth: {
    title: 'As the organisation grows',
    about:
      'An export of one month of an organisation, by its size. Lists carry the answers. Memory is the peak of the worker; ' +
      'a history is the list of events that Temporal keeps of a workflow.',
    small: ['--evaluations', '300,600'],
    large: ['--evaluations', '5000,50000,500000'],
  },
  increment: {
    title: 'Into a warehouse that holds much',
    about:
      'Exports of 1,000 evaluations each, into a DuckDB file that holds a few thousand and into one that holds ten million ' +
      'answers: copies of the same in earlier months, with other ids. Medians.',
    small: ['--base', '300', '--increment', '100', '--repetitions', '1', '--answers', '100000'],
  },
  profile: {
    title: 'Where the time goes',
    about:
      'One export of 5,000 evaluations, in three views: the activities as Temporal has them; what was under way, of which ' +
      'several things may be at once; and the processor time of the worker. Sampling takes some time of its own.',
    small: ['--evaluations', '300'],
  },
  overhead: {
    title: 'What Temporal costs',
    about:
      'The same export in batches of several sizes, with activities handed to the worker eagerly and without; medians. ' +
      'The time to the start of an activity is from its scheduling to its beginning, and what is between activities is the ' +
      'share of the wall time in which none was under way: workflow tasks and the ways to the server and back.',
    small: ['--evaluations', '300', '--repetitions', '1', '--pages-per-batch', '1,5'],
  },
  loads: {
    title: 'How fast warehouses take a batch',
    about:
      'A first load of 200,000 answers with their evaluations, the same again, everything replaced, and a small load after ' +
      'it. PostgreSQL is a server on this machine. BigQuery is left out: how fast its test server is says nothing of the ' +
      'service.',
    small: ['--answers', '3000'],
  },
  backfill: {
    title: 'A backfill, killed twice',
    about:
      'Daily intervals, four at once. The worker is killed with SIGKILL after three and after seven tenths of ' +
      'them; at the end every table is compared with the organisation, row by row.',
    usual: ['--days', '120', '--evaluations', '2400'],
    small: ['--days', '20', '--evaluations', '300'],
    large: ['--days', '365', '--evaluations', '7300'],
  },
  allowance: {
    title: 'The API allowance',
    about:
      "How much of the vendor's allowance is used while there is more to do than it permits, how many requests are refused, " +
      'and how late the intraday poll is beside a nightly export and a backfill. Workers are processes of their own.',
    small: ['--evaluations', '600', '--polls', '1', '--poll-every', '20', '--only', 'contracts,export'],
  },
  runs: {
    title: 'What one run costs',
    about:
      'Of each kind, in the order in which they were done: requests, events of Temporal histories, Actions of Temporal ' +
      'Cloud (without heartbeats, and without the two that a schedule adds), processor time of the worker. ' +
      '[docs/scaling.md](../docs/scaling.md) reckons with them.',
    small: ['--evaluations', '600'],
  },
  machines: {
    title: 'Many machines',
    about:
      'A backfill by workers that share nothing but a Temporal server with its state in PostgreSQL, a bucket and a ' +
      'PostgreSQL warehouse, from a vendor that answers after 150 ms; then with one of three workers killed every few ' +
      'seconds, at random. All of them, and the servers, share the processors of this machine. Comparisons are with the ' +
      'truth of the organisation.',
    small: ['--evaluations', '200', '--workers', '1'],
  },
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(benchmarks).join(',') },
    size: { type: 'string', default: 'usual' },
  },
});
const sizes = ['usual', 'small', 'large'];
const names = values.only.split(',');
const unknown = names.find((name) => !(name in benchmarks));
if (unknown !== undefined) {
  throw new RangeError(
    `--only: there is no benchmark "${unknown}"; there are ${Object.keys(benchmarks).join(', ')}`,
  );
}
if (!sizes.includes(values.size)) {
  throw new RangeError(`--size: "${values.size}" is none of ${sizes.join(', ')}`);
}
const resultsPath = fileURLToPath(new URL('RESULTS.md', import.meta.url));
const tell = (line) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

const machine = await describeMachine();
const sections = await knownSections();
for (const name of names) {
  const benchmark = benchmarks[name];
  const args = benchmark[values.size] ?? [];
  tell(`${name} begins`);
  const begin = Date.now();
  const result = await measure(name, args);
  tell(`${name} ended after ${Math.round((Date.now() - begin) / 1_000)} s`);
  sections.set(benchmark.title, await section(name, args, result));
  await write();
}

/** Runs a benchmark as a process of its own; its last line is the result. */
async function measure(name, args) {
  const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [script, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (data) => (printed += data));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`bench/${name}.mjs ended with ${code}`);
  return JSON.parse(printed.trim().split('\n').at(-1));
}

async function section(name, args, result) {
  const { title, about } = benchmarks[name];
  const measuredOn = Object.entries(machine).map(([what, value]) => `${what}: ${value}`);
  return [
    `## ${title}`,
    about,
    `\`${['npm run build && node', `bench/${name}.mjs`, ...args].join(' ')}\``,
    render(result),
    ...(await text(new URL(`notes/${name}.md`, import.meta.url))),
    `_${measuredOn.join(' · ')}_`,
  ].join('\n\n');
}

/** Sections of the file as it is, by title. */
async function knownSections() {
  const [known = ''] = await text(resultsPath);
  const found = known.split(/^(?=## )/m).slice(1);
  return new Map(found.map((each) => [/^## (.*)$/m.exec(each)[1], each.trim()]));
}

/** The text of a file, where there is one. */
async function text(path) {
  try {
    return [await readFile(path, 'utf8')];
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

async function write() {
  const ordered = Object.values(benchmarks).flatMap(({ title }) => sections.get(title) ?? []);
  const page = [
    '# Benchmarks',
    'Written by `npm run bench`, which measures everything below on one machine. Each section names its command and what ' +
      'it was measured on. The vendor is the simulator on the same machine, so that no network is in the figures, and its ' +
      'work is.',
    ...ordered,
  ].join('\n\n');
  const options = await resolveConfig(resultsPath);
  await writeFile(resultsPath, await format(page, { ...options, parser: 'markdown' }));
}
