/** Local copies of objects from object storage, for readers that need a file. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TidemarkError } from '../model/errors.js';
import { hashFile } from './hashFile.js';
import { toDiskSegment, unfinishedName } from './objectNames.js';
import type { StagedObject } from './stagingStore.js';

export interface DownloadCache {
  /**
   * The path of the object's copy, whose SHA-256 has been checked; `download` is called with the path of a new file
   * when there is no such copy yet. Throws LoadRefused when what was downloaded is not what was staged.
   */
  find(object: StagedObject, download: (path: string) => Promise<void>): Promise<string>;
  /** Removes the copies of everything below a prefix that ends in `/`. */
  remove(prefix: string): Promise<void>;
}

export interface CacheLimits {
  /** Copies are removed when they come to more than this, those first that were not used for longest. */
  bytes: number;
  /** A copy used within this time is being read, as far as can be told, and stays whatever its size. */
  busyMillis: number;
  /** A copy not used for so long is removed in any case: it is personal data. */
  keepMillis: number;
}

export const defaultLimits: CacheLimits = {
  bytes: 4 * 1024 ** 3,
  busyMillis: 3_600_000,
  keepMillis: 24 * 3_600_000,
};

/**
 * @param root directory of all such caches, which the limits are for; several processes may use it at once.
 * @param location of the store whose objects these are: stores do not share copies.
 */
export function createDownloadCache(
  root: string,
  location: string,
  limits: CacheLimits = defaultLimits,
): DownloadCache {
  const home = join(root, createHash('sha256').update(location).digest('hex').slice(0, 16));
  const underWay = new Map<string, Promise<string>>();
  const folderOf = (prefix: string) => join(home, ...prefix.slice(0, -1).split('/').map(toDiskSegment));

  const find = async (path: string, object: StagedObject, download: (path: string) => Promise<void>) => {
    if (await isCopy(path, object)) return path;
    await makeDirectory(dirname(path));
    // Beside its place and renamed into it: another process may be downloading the same object.
    const arriving = join(dirname(path), unfinishedName(randomUUID()));
    try {
      await download(arriving);
      if ((await hashFile(arriving)) !== object.sha256) {
        throw new TidemarkError(
          'LoadRefused',
          `"${object.name}" is not the file that was staged (SHA-256).`,
          {
            remedy: 'Run the window again.',
          },
        );
      }
      await rename(arriving, path);
    } finally {
      await rm(arriving, { force: true });
    }
    await prune(root, limits, Date.now());
    return path;
  };

  return {
    async find(object, download) {
      const parts = object.name.split('/').map(toDiskSegment);
      const last = parts.pop() ?? '';
      // With its hash, so that another content under the same name does not replace a file that is being read.
      const path = join(home, ...parts, `${object.sha256.slice(0, 16)}@${last}`);
      const found = underWay.get(path);
      if (found !== undefined) return found;
      const finding = find(path, object, download).finally(() => underWay.delete(path));
      underWay.set(path, finding);
      return finding;
    },

    async remove(prefix) {
      await rm(folderOf(prefix), { recursive: true, force: true, maxRetries: 3 });
      await prune(root, limits, Date.now());
    },
  };
}

/** Also marks the copy as used now. */
async function isCopy(path: string, object: StagedObject): Promise<boolean> {
  try {
    const now = new Date();
    await utimes(path, now, now);
    const { size } = await stat(path);
    return size === object.bytes && (await hashFile(path)) === object.sha256;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

interface Copy {
  path: string;
  bytes: number;
  usedAt: number;
}

/** Which copies must go. */
export function copiesToRemove<C extends Omit<Copy, 'path'>>(
  copies: readonly C[],
  limits: CacheLimits,
  now: number,
): C[] {
  let bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0);
  const removed: C[] = [];
  for (const copy of [...copies].sort((a, b) => a.usedAt - b.usedAt)) {
    const unusedMillis = now - copy.usedAt;
    if (unusedMillis <= limits.busyMillis) break;
    if (bytes <= limits.bytes && unusedMillis <= limits.keepMillis) break;
    removed.push(copy);
    bytes -= copy.bytes;
  }
  return removed;
}

async function prune(root: string, limits: CacheLimits, now: number): Promise<void> {
  for (const { path } of copiesToRemove(await copiesBelow(root), limits, now))
    await rm(path, { force: true });
}

/** Also what a killed process was downloading: it ages like a copy. */
async function copiesBelow(directory: string): Promise<Copy[]> {
  const copies: Copy[] = [];
  let entries;
  try {
    entries = await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) copies.push(...(await copiesBelow(path)));
    else {
      // Another process may remove it meanwhile.
      const found = await stat(path).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      if (found !== undefined) copies.push({ path, bytes: found.size, usedAt: found.mtimeMs });
    }
  }
  return copies;
}

async function makeDirectory(path: string): Promise<void> {
  try {
    // Rows are personal data: nobody else on the machine has to see them.
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new TidemarkError('InvalidConfig', `The directory ${path} for staged files cannot be made.`, {
      remedy: 'Set XDG_CACHE_HOME to a directory that can be written to.',
      cause,
    });
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
