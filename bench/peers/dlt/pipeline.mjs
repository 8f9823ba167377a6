/** Runs the dlt pipelines of this directory, in a Python environment that is made once and kept in the cache. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheDirectory } from '../../../dist/workers/binaryCache.js';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const requirements = join(here, 'requirements.txt');

/** Of dlt's search, which pages through so many results and no more. */
const resultsPerSearch = 10_000;

const tuned = { DATA_WRITER__DISABLE_COMPRESSION: 'true' };

/**
 * The forms that are compared, with settings as dlt reads them from the environment: how dlt's documentation has it, and
 * two that are tuned. Which of the two is faster depends on the machine; it is measured, and the faster one counts.
 */
export const forms = {
  documented: { script: 'documented', settings: {} },
  tuned: { script: 'tuned', settings: tuned },
  'tuned, two processes': {
    script: 'tuned',
    settings: { ...tuned, NORMALIZE__WORKERS: '2', EXTRACT__DATA_WRITER__FILE_MAX_ITEMS: '1000' },
  },
};

/** The Python of the environment; made where requirements.txt has changed since. */
export async function pythonEnvironment(tell) {
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const directory = join(cacheDirectory(process.env), 'bench-dlt', hash);
  const complete = join(directory, 'complete');
  const python = join(directory, 'bin', 'python');
  try {
    await access(complete);
  } catch {
    tell(`making ${directory} (python3 -m venv, pip install)`);
    await rm(directory, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', directory]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
    await run('touch', [complete]);
  }
  return python;
}

/** Starts one form against a simulator, with a warehouse and a state of its own; `state` goes on with those of another. */
export async function startPipeline(python, { form, answers, span, evaluations, ready, state }) {
  const directory = state ?? (await mkdtemp(join(tmpdir(), 'tidemark-bench-dlt-')));
  const { script, settings } = forms[form];
  const days = (Date.parse(span.to) - Date.parse(span.from)) / 86_400_000;
  const child = spawn(python, [join(here, 'measure.py'), script, answers], {
    cwd: directory,
    env: {
      ...process.env,
      ...settings,
      BENCH_API_URL: ready.apiUrl,
      BENCH_LOGIN_URL: ready.loginUrl,
      BENCH_CLIENT_ID: ready.clientId,
      BENCH_CLIENT_SECRET: ready.clientSecret,
      BENCH_FROM: span.from.replace('Z', '+00:00'),
      BENCH_TO: span.to.replace('Z', '+00:00'),
      BENCH_SPAN_DAYS: String(days / Math.ceil(evaluations / resultsPerSearch)),
      BENCH_WAREHOUSE: join(directory, 'warehouse.duckdb'),
      BENCH_PIPELINES: join(directory, 'pipelines'),
      PYTHONDONTWRITEBYTECODE: '1',
      RUNTIME__DLTHUB_TELEMETRY: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (data) => (printed[stream] += data));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    directory,
    /** What measure.py measured. */
    figures: async () => {
      const { code, signal } = await ended;
      if (code !== 0) throw new Error(`dlt (${form}) ended with ${code ?? signal}:\n${printed.stderr}`);
      return JSON.parse(printed.stdout.trim().split('\n').at(-1));
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
