/** Binaries of other projects that are made once for this machine and kept in a cache outside the project. */
import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { TidemarkError } from '../model/errors.js';
import { withProcessLock } from './processLock.js';

/** One way to make a binary that is not on this machine yet. */
export interface BinaryMaker {
  /** For people: "download by the Temporal SDK". */
  what: string;
  /** Folder of the cache that the result belongs to. */
  version: string;
  /** Leaves the finished binary at `target`, all at once; throws an Error that says why it could not. */
  make(target: string, environment: NodeJS.ProcessEnv, say: (message: string) => void): Promise<void>;
}

export interface CachedProgram {
  /** Of the program, without an ending: "temporal". */
  name: string;
  /** Folder of the program in the cache. */
  folder: string;
  /** How to make it when there is none, in this order. */
  makers: readonly BinaryMaker[];
  /** Where else it was looked for in vain; the error lists it. */
  lookedElsewhere: readonly string[];
  /** What people can do where nothing works. */
  remedy: string;
}

export interface FindOptions {
  environment?: NodeJS.ProcessEnv;
  /** Called with a line for people when finding the binary takes long. */
  onProgress?: (message: string) => void;
}

/**
 * The path of the program in the cache, made there first if it is missing. Only one is made at a time on a machine,
 * whichever it is: a build takes all the cores and gigabytes of memory.
 * @throws TidemarkError InvalidConfig listing what was tried, with the program's remedy.
 */
export async function findCachedBinary(program: CachedProgram, options: FindOptions = {}): Promise<string> {
  const { environment = process.env, onProgress: say = () => {} } = options;
  const cache = cacheDirectory(environment);
  // The last way first: a build is what the project pins, and so what its tests ran on; a download is not.
  const places = program.makers.map((maker) => placeOf(program, maker, cache)).reverse();
  const present = async () => firstExecutable(places);

  const found = await present();
  if (found !== undefined) return found;
  await makeDirectory(cache, program);
  return withProcessLock(
    join(cache, 'making.lock'),
    () => say(`Another process is making a binary: the ${program.name} binary waits for it.`),
    async () => (await present()) ?? (await makeBinary(program, cache, environment, say)),
  );
}

/** What the operating system calls the program's file. */
export function executableName(program: string): string {
  return process.platform === 'win32' ? `${program}.exe` : program;
}

/** The first of the paths that is a file which may be executed. */
export async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isExecutable(path)) return path;
  return undefined;
}

async function makeBinary(
  program: CachedProgram,
  cache: string,
  environment: NodeJS.ProcessEnv,
  say: (message: string) => void,
): Promise<string> {
  const failures: string[] = [];
  for (const maker of program.makers) {
    const target = placeOf(program, maker, cache);
    try {
      say(`There is no ${program.name} binary on this machine yet: ${maker.what}.`);
      await makeDirectory(dirname(target), program);
      await maker.make(target, environment, say);
      if (!(await isExecutable(target))) throw new Error(`left no executable file at ${target}`);
      return target;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push(`  - ${maker.what}: ${reason}`);
      say(`No success with the ${maker.what}: ${reason}`);
    }
  }
  throw new TidemarkError(
    'InvalidConfig',
    [
      `There is no ${program.name} binary, and none could be made:`,
      ...program.lookedElsewhere.map((place) => `  - ${place}`),
      `  - cache: ${join(cache, program.folder)} holds none`,
      ...failures,
    ].join('\n') + '\n',
    { remedy: program.remedy },
  );
}

function placeOf(program: CachedProgram, maker: BinaryMaker, cache: string): string {
  return join(cache, program.folder, maker.version, executableName(program.name));
}

/** Of Tidemark on this machine, outside any project: XDG_CACHE_HOME, else ~/.cache. */
export function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  const chosen = environment['XDG_CACHE_HOME'];
  const base =
    chosen === undefined || chosen === '' ? join(environment['HOME'] ?? homedir(), '.cache') : chosen;
  return join(base, 'tidemark');
}

async function makeDirectory(path: string, program: CachedProgram): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new TidemarkError('InvalidConfig', `The cache directory ${path} cannot be made.`, {
      remedy: `Set XDG_CACHE_HOME to a directory that can be written to. ${program.remedy}`,
      cause,
    });
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
