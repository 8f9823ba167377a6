/** Finding the `temporal` binary that the embedded development server runs, or making it. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, copyFile, cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { TidemarkError } from '../model/errors.js';

/** Version of the Temporal CLI that the Go module in temporal-cli/ pins. */
const pinnedVersion = '1.8.2';
const downloadTimeoutMillis = 60_000;

export interface FindOptions {
  environment?: NodeJS.ProcessEnv;
  /** Called with a line for people when finding the binary takes long. */
  onProgress?: (message: string) => void;
}

/**
 * The path of a `temporal` binary: the one TIDEMARK_TEMPORAL_CLI names, one on PATH, the cache, the SDK's download,
 * or a build from Go modules for machines that reach only package registries.
 * @throws TidemarkError InvalidConfig listing what was tried and how to get one.
 */
export async function findTemporalBinary(options: FindOptions = {}): Promise<string> {
  const environment = options.environment ?? process.env;
  const say = options.onProgress ?? (() => {});
  const explicit = environment['TIDEMARK_TEMPORAL_CLI'];
  if (explicit !== undefined && explicit !== '') {
    if (await isExecutable(explicit)) return explicit;
    throw new TidemarkError(
      'InvalidConfig',
      `TIDEMARK_TEMPORAL_CLI is "${explicit}", which is no executable file.`,
      {
        remedy: 'Correct the path or unset the variable.',
      },
    );
  }
  for (const directory of (environment['PATH'] ?? '').split(delimiter)) {
    const candidate = join(directory, 'temporal');
    if (directory !== '' && (await isExecutable(candidate))) return candidate;
  }
  const cached = join(cacheDirectory(environment), pinnedVersion, 'temporal');
  if (await isExecutable(cached)) return cached;

  const failures: string[] = [];
  for (const [what, make] of [
    ['download by the Temporal SDK', download],
    [`build of Temporal CLI ${pinnedVersion} from Go modules`, build],
  ] as const) {
    try {
      say(`No temporal binary found: trying the ${what}.`);
      await make(cached, environment, say);
      return cached;
    } catch (error) {
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new TidemarkError(
    'InvalidConfig',
    `There is no temporal binary, neither on PATH nor in ${dirname(cached)}.\n${failures.map((f) => `  - ${f}`).join('\n')}\n`,
    {
      remedy:
        'Install the Temporal CLI (docs.temporal.io/cli) and put it on PATH, or name it in TIDEMARK_TEMPORAL_CLI, ' +
        'or install Go 1.26.4 or later.',
    },
  );
}

function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_CACHE_HOME'] ?? join(environment['HOME'] ?? homedir(), '.cache');
  return join(base, 'tidemark', 'temporal-cli');
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The SDK downloads while it starts a server, so one is started and its binary kept. */
async function download(target: string): Promise<void> {
  const downloadDir = await mkdtemp(join(tmpdir(), 'tidemark-temporal-'));
  try {
    const starting = TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'cached-download', downloadDir, version: 'default' } },
    });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), downloadTimeoutMillis);
    });
    const server = await Promise.race([starting, timeout]).finally(() => clearTimeout(timer));
    await server.teardown();
    const [binary] = await readdir(downloadDir);
    if (binary === undefined) throw new Error('the SDK left no binary');
    await install(join(downloadDir, binary), target);
  } finally {
    await rm(downloadDir, { recursive: true, force: true });
  }
}

/** Builds in a directory of its own, as two processes may do so at once; the last rename wins. */
async function build(
  target: string,
  environment: NodeJS.ProcessEnv,
  say: (message: string) => void,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-temporal-'));
  try {
    await cp(moduleDirectory(), directory, { recursive: true });
    const started = Date.now();
    let packages = 0;
    let lastSaid = 0;
    const binary = join(directory, 'temporal');
    await run(
      'go',
      [
        'build',
        '-v',
        '-trimpath',
        '-ldflags',
        '-s -w',
        '-o',
        binary,
        'github.com/temporalio/cli/cmd/temporal',
      ],
      { cwd: directory, env: { ...environment, CGO_ENABLED: '0' } },
      (line) => {
        if (!line.startsWith('go: downloading')) packages += 1;
        if (Date.now() - lastSaid < 5_000) return;
        lastSaid = Date.now();
        const seconds = Math.round((Date.now() - started) / 1_000);
        say(
          `Building the temporal binary, once (about 5 min on 2 cores): ${seconds} s, ${packages} packages, ${line}`,
        );
      },
    );
    await install(binary, target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The Go module lies beside the sources; the compiled program finds it from dist/. */
function moduleDirectory(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return here.endsWith(join('dist', 'workers'))
    ? join(here, '..', '..', 'workers', 'temporal-cli')
    : join(here, 'temporal-cli');
}

async function install(binary: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const arriving = `${target}.${process.pid}`;
  await copyFile(binary, arriving);
  await chmod(arriving, 0o755);
  await rename(arriving, target);
}

async function run(
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  onLine: (line: string) => void,
): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  const lastLines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > 5) lastLines.shift();
    onLine(line);
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ended with ${code}: ${lastLines.join(' / ')}`));
    });
  });
}
