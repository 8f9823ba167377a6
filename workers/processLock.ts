/** A lock between processes of one machine, for work that should not be done twice at once. */
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';

const refreshMillis = 2_000;
/** Without a refresh for this long its holder was killed; long enough for a suspended laptop to come back. */
const staleMillis = 20_000;
const pollMillis = 250;

/**
 * Runs `work` while no other process holds the lock at `path`; `onWait` is called once if it must wait.
 * The lock is a directory, because making one is atomic everywhere. A holder that dies loses it after a while, so
 * `work` must stay correct, if wasteful, when two run at once.
 */
export async function withProcessLock<T>(
  path: string,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  let waited = false;
  while (!(await acquire(path))) {
    if (!waited) onWait();
    waited = true;
    await new Promise((wait) => setTimeout(wait, pollMillis));
  }
  const refresh = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, refreshMillis);
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    await rm(path, { recursive: true, force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  }
  const held = await stat(path).catch(() => null);
  if (held !== null && Date.now() - held.mtimeMs > staleMillis) {
    // Renamed before it is removed: of two who find it stale only one may go on.
    const aside = `${path}.${process.pid}`;
    await rename(path, aside).catch(() => {});
    await rm(aside, { recursive: true, force: true });
  }
  return false;
}
