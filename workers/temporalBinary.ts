/** Finding the `temporal` binary that the embedded development server runs, or making it. */
import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { TidemarkError } from '../model/errors.js';
import { withProcessLock } from './processLock.js';
import { buildTemporalBinary, builtVersion } from './temporalBinaryBuild.js';
import { downloadTemporalBinary, downloadedVersion } from './temporalBinaryDownload.js';

/** One way to make a binary that is not on this machine yet. */
export interface BinaryMaker {
  /** For people: "download by the Temporal SDK". */
  what: string;
  /** Folder of the cache that the result belongs to. */
  version: string;
  /** Leaves the finished binary at `target`, all at once; throws an Error that says why it could not. */
  make(target: string, environment: NodeJS.ProcessEnv, say: (message: string) => void): Promise<void>;
}

export interface FindOptions {
  environment?: NodeJS.ProcessEnv;
  /** Called with a line for people when finding the binary takes long. */
  onProgress?: (message: string) => void;
  /** How to make a binary when there is none, in this order; tests put their own here. */
  makers?: readonly BinaryMaker[];
}

const defaultMakers: readonly BinaryMaker[] = [
  { what: 'download by the Temporal SDK', version: downloadedVersion, make: downloadTemporalBinary },
  { what: 'build from Go modules', version: builtVersion, make: buildTemporalBinary },
];

const fileName = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/**
 * The path of a `temporal` binary: the one TIDEMARK_TEMPORAL_CLI names, one on PATH, one in the cache, else one made
 * by the SDK's download or, for machines that reach only package registries, by a build from Go modules.
 * @throws TidemarkError InvalidConfig listing what was tried and how to get one.
 */
export async function findTemporalBinary(options: FindOptions = {}): Promise<string> {
  const environment = options.environment ?? process.env;
  const makers = options.makers ?? defaultMakers;
  const say = options.onProgress ?? (() => {});
  const explicit = environment['TIDEMARK_TEMPORAL_CLI'];
  if (explicit !== undefined && explicit !== '') {
    if (await isExecutable(explicit)) return explicit;
    throw new TidemarkError(
      'InvalidConfig',
      `TIDEMARK_TEMPORAL_CLI is "${explicit}", which is no executable file.`,
      { remedy: 'Correct the path, make the file executable, or unset the variable.' },
    );
  }
  const cache = cacheDirectory(environment);
  // Built before downloaded: what the project pins is what its tests ran on.
  const places = [
    ...(environment['PATH'] ?? '').split(delimiter).filter((directory) => directory !== ''),
    ...makers.map((maker) => join(cache, maker.version)).reverse(),
  ].map((directory) => join(directory, fileName));
  const present = async () => firstExecutable(places);

  const found = await present();
  if (found !== undefined) return found;
  await makeDirectory(cache);
  return withProcessLock(
    join(cache, 'making.lock'),
    () => say('Another process is making the temporal binary: waiting for it.'),
    async () => (await present()) ?? (await makeBinary(makers, cache, environment, say)),
  );
}

async function makeBinary(
  makers: readonly BinaryMaker[],
  cache: string,
  environment: NodeJS.ProcessEnv,
  say: (message: string) => void,
): Promise<string> {
  const failures: string[] = [];
  for (const { what, version, make } of makers) {
    const target = join(cache, version, fileName);
    try {
      say(`There is no temporal binary on this machine yet: ${what}.`);
      await makeDirectory(dirname(target));
      await make(target, environment, say);
      if (!(await isExecutable(target))) throw new Error(`left no executable file at ${target}`);
      return target;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push(`  - ${what}: ${reason}`);
      say(`No success with the ${what}: ${reason}`);
    }
  }
  throw new TidemarkError(
    'InvalidConfig',
    [
      'There is no temporal binary, and none could be made:',
      '  - TIDEMARK_TEMPORAL_CLI: not set',
      `  - PATH: holds no "${fileName}"`,
      `  - cache: ${cache} holds none`,
      ...failures,
    ].join('\n') + '\n',
    {
      remedy:
        'Install the Temporal CLI (https://docs.temporal.io/cli) so that it is on PATH, or name the file in ' +
        'TIDEMARK_TEMPORAL_CLI, or install Go 1.26.4 or later so that it can be built. To use a Temporal cluster ' +
        'instead of the embedded server, set TEMPORAL_ADDRESS.',
    },
  );
}

function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  const chosen = environment['XDG_CACHE_HOME'];
  const base =
    chosen === undefined || chosen === '' ? join(environment['HOME'] ?? homedir(), '.cache') : chosen;
  return join(base, 'tidemark', 'temporal-cli');
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new TidemarkError('InvalidConfig', `The cache directory ${path} cannot be made.`, {
      remedy: 'Set XDG_CACHE_HOME to a directory that can be written to, or TIDEMARK_TEMPORAL_CLI.',
      cause,
    });
  }
}

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isExecutable(path)) return path;
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
