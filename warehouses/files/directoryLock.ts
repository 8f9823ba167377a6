/** One writer at a time for a directory, over processes and machines that share it. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import pRetry from 'p-retry';
import { z } from 'zod';
import { TidemarkError } from '../../model/errors.js';

const lockName = 'writer.lock';
const refreshMillis = 5_000;
/** A holder that did not refresh its lock for this long was killed, or its machine was. */
const staleMillis = 60_000;

/** How long an operation waits for another process; a longer load is the activity's retry to wait for. */
const patience = { minTimeout: 20, factor: 1.5, maxTimeout: 200, retries: 100, maxRetryTime: 2_000 };

const holderSchema = z.object({ token: z.string(), pid: z.int(), host: z.string(), since: z.string() });
type Holder = z.output<typeof holderSchema>;

class Held extends Error {}

/** What a writer asks before it commits. */
export interface DirectoryLock {
  /** Throws WarehouseUnavailable when somebody took the lock for abandoned: a process that was suspended lost it. */
  assertHeld(): Promise<void>;
}

/**
 * Runs work as the only writer. The caller lets the writers of one process take turns. A lock of a process that no
 * longer runs on this machine is taken over at once, one of another machine after a minute without a sign of life.
 * Throws WarehouseUnavailable, naming the holder, when it is held.
 */
export async function withDirectoryLock<T>(
  directory: string,
  work: (lock: DirectoryLock) => Promise<T>,
): Promise<T> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, lockName);
  const mine: Holder = {
    token: randomUUID(),
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
  };
  await pRetry(async () => acquire(directory, path, mine), {
    ...patience,
    shouldRetry: ({ error }) => error instanceof Held,
  }).catch((error: unknown) => {
    throw error instanceof Held
      ? new TidemarkError('WarehouseUnavailable', error.message, {
          remedy: 'One process at a time writes into a directory: wait for it, or stop it.',
        })
      : error;
  });
  const refresh = setInterval(() => {
    const now = new Date();
    // A lock that is gone, or cannot be refreshed, is found out before the commit.
    utimes(path, now, now).catch(() => undefined);
  }, refreshMillis);
  const isMine = async () => (await readHolder(path))?.token === mine.token;
  try {
    return await work({
      async assertHeld() {
        if (await isMine()) return;
        throw new TidemarkError('WarehouseUnavailable', `${path} was taken over by another process.`, {
          remedy: 'This process stood still for too long; nothing was changed. The load is tried again.',
        });
      },
    });
  } finally {
    clearInterval(refresh);
    if (await isMine()) await rm(path, { force: true });
  }
}

/** A link to a file that is written already is made at once or not at all, so no half a lock is ever read. */
async function acquire(directory: string, path: string, mine: Holder): Promise<void> {
  const own = join(directory, `.${lockName}-${mine.token}`);
  await writeFile(own, JSON.stringify(mine));
  try {
    if (await made(link(own, path))) return;
    const holder = await readHolder(path);
    if (holder !== undefined && !(await isAbandoned(path, own, holder))) {
      throw new Held(
        `${directory} is being written by process ${holder.pid} on ${holder.host} since ${holder.since}.`,
      );
    }
    if (holder !== undefined) await takeAway(path, `${own}-aside`, holder);
    if (!(await made(link(own, path)))) throw new Held(`${directory} is being written by another process.`);
  } finally {
    await rm(own, { force: true });
  }
}

/** Of two who find the same lock abandoned only one moves it away; who moved a newer one puts it back. */
async function takeAway(path: string, aside: string, abandoned: Holder): Promise<void> {
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (moved?.token !== abandoned.token) await made(link(aside, path));
  await rm(aside, { force: true });
}

async function isAbandoned(path: string, own: string, { pid, host }: Holder): Promise<boolean> {
  // The writers of this process take turns, so a lock in its name was left by an earlier one with the same number.
  if (host === hostname() && (pid === process.pid || !isRunning(pid))) return true;
  const [lock, now] = await Promise.all([stat(path).catch(() => undefined), stat(own)]);
  // By the clock of the file system, which is the same for both.
  return lock === undefined || now.mtimeMs - lock.mtimeMs > staleMillis;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Undefined when nobody holds it. */
async function readHolder(path: string): Promise<Holder | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TidemarkError('WarehouseUnavailable', `${path} says nothing about who holds it.`, {
      remedy: 'Remove it when no process writes into the directory.',
      cause,
    });
  }
}

/** False when the name is taken. */
async function made(linking: Promise<void>): Promise<boolean> {
  try {
    await linking;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
