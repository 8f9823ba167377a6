/**
 * One server for one state directory. Temporal's development server opens a database that another one uses without a
 * word, and the two then undo each other's work; so the directory is claimed before a server starts on it.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { TidemarkError } from '../model/errors.js';
import { withProcessLock } from './processLock.js';

const claimSchema = z.object({
  /** The process that started the server. */
  owner: z.number(),
  /** The process that ends the server when its owner is gone; absent while the server is being started. */
  guard: z.number().optional(),
  port: z.number(),
  claimedAt: z.number(),
});
type Claim = z.output<typeof claimSchema>;

/** A claim without an answering server counts for this long: its server is being started. */
const startingMillis = 60_000;
/** How long a server whose owner is gone may take to end. */
const endingMillis = 15_000;

export interface ClaimedDirectory {
  databasePath: string;
  /** Records who ends the server. */
  guardedBy(pid: number): Promise<void>;
  release(): Promise<void>;
}

/**
 * Makes the directory and claims it for a server on `port`.
 * @throws TidemarkError InvalidConfig when another server uses it, or when it cannot be written to.
 */
export async function claimStateDirectory(directory: string, port: number): Promise<ClaimedDirectory> {
  const path = join(directory, 'temporal.lock');
  const claim: Claim = { owner: process.pid, port, claimedAt: Date.now() };
  try {
    await mkdir(directory, { recursive: true });
    await withProcessLock(
      `${path}.claiming`,
      () => {},
      async () => {
        await untilFree(path, directory);
        await writeFile(path, JSON.stringify(claim));
      },
    );
  } catch (cause) {
    if (cause instanceof TidemarkError) throw cause;
    throw new TidemarkError(
      'InvalidConfig',
      `The state directory ${directory} cannot be written to: ${(cause as Error).message}.`,
      { remedy: 'Choose another one (temporal.stateDirectory), or correct its permissions.', cause },
    );
  }
  return {
    databasePath: join(directory, 'temporal.db'),
    guardedBy: async (guard) => writeFile(path, JSON.stringify({ ...claim, guard })),
    release: async () => rm(path, { force: true }),
  };
}

async function untilFree(path: string, directory: string): Promise<void> {
  const deadline = Date.now() + endingMillis;
  for (;;) {
    const claim = await readClaim(path);
    if (claim === null) return;
    const answers = await accepts(claim.port);
    const starting = Date.now() - claim.claimedAt < startingMillis;
    // A process id alone says little: after a restart of the machine it may be anybody's.
    const owned = isAlive(claim.owner) && (answers || starting);
    const ending = answers || (claim.guard !== undefined && isAlive(claim.guard));
    if (!owned && !ending) return;
    if (owned || Date.now() > deadline) {
      if (!owned && !answers) return;
      throw new TidemarkError(
        'InvalidConfig',
        `The state directory ${directory} is in use by the Temporal server at 127.0.0.1:${claim.port} ` +
          `(started by process ${claim.owner}).`,
        {
          remedy:
            `Use that server (TEMPORAL_ADDRESS=127.0.0.1:${claim.port}), end the command that runs it, or choose ` +
            'another state directory (temporal.stateDirectory).',
        },
      );
    }
    await new Promise((wait) => setTimeout(wait, 100));
  }
}

async function readClaim(path: string): Promise<Claim | null> {
  try {
    return claimSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // None, or one cut off by a crash: nobody lives by it.
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
    const answer = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}
