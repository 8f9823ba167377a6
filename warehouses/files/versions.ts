/** The files of a directory: immutable versions, where readers without a manifest find them, and what may go. */
import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { isUnfinished } from '../../staging/objectNames.js';
import { readingPrefix, workFolder } from './engine.js';
import type { Manifest, ManifestFile } from './manifest.js';

/** Below the directory: every version of a partition under a name of its own, current or kept for a while. */
const versionsFolder = '_versions';

/** Name of the one file of a partition for readers that follow no manifest. */
const publishedName = 'data';

/** What a reader that was killed spilled; nobody reads for that long. */
const abandonedMillis = 24 * 3_600_000;

/** Paths below the directory, with `/`. */
export function versionPaths(
  table: string,
  partitionBy: string | null,
  partition: string | null,
  sha256: string,
  ending: string,
): Pick<ManifestFile, 'path' | 'published'> {
  const folder = partitionBy === null ? table : `${table}/${partitionBy}=${partition}`;
  return {
    path: `${versionsFolder}/${folder}/${sha256.slice(0, 32)}${ending}`,
    published: `${folder}/${publishedName}${ending}`,
  };
}

export const currentFiles = ({ tables }: Manifest) => Object.values(tables).flatMap(({ files }) => files);

/** Brings what is published into line with the manifest: each partition is exchanged as a whole, or left as it was. */
export async function publish(directory: string, folder: string, manifest: Manifest): Promise<void> {
  for (const file of currentFiles(manifest)) {
    const version = join(directory, file.path);
    const published = join(directory, file.published);
    if (await isSame(version, published)) continue;
    const aside = join(folder, randomUUID());
    await mkdir(folder, { recursive: true });
    await linkOrCopy(version, aside);
    await mkdir(dirname(published), { recursive: true });
    await rename(aside, published);
  }
}

/** Removes versions that nobody may be at any more, and what killed operations left. Only the writer may. */
export async function sweep(directory: string, manifest: Manifest): Promise<void> {
  const kept = new Set([...currentFiles(manifest), ...manifest.superseded].map(({ path }) => path));
  const remove = async (path: string) => rm(join(directory, path), { recursive: true, force: true });
  for (const path of await filesBelow(directory, versionsFolder)) if (!kept.has(path)) await remove(path);
  for (const name of await namesIn(directory)) if (isUnfinished(name)) await remove(name);
  for (const name of await namesIn(join(directory, workFolder))) {
    const path = join(workFolder, name);
    if (!name.startsWith(readingPrefix) || (await isAbandoned(join(directory, path)))) await remove(path);
  }
}

/** Whether both names stand for the same bytes: one file, or a copy that has its time. */
async function isSame(version: string, published: string): Promise<boolean> {
  const [one, other] = await Promise.all([
    stat(version, { bigint: true }),
    stat(published, { bigint: true }).catch(undefinedWhenMissing),
  ]);
  if (other === undefined) return false;
  if (one.ino === other.ino && one.dev === other.dev) return true;
  return one.size === other.size && one.mtimeMs === other.mtimeMs;
}

/** A link takes no space; file systems without links get a copy. */
async function linkOrCopy(version: string, target: string): Promise<void> {
  try {
    await link(version, target);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(String((error as NodeJS.ErrnoException).code))) {
      throw error;
    }
    await copyFile(version, target);
    const { atime, mtime } = await stat(version);
    await utimes(target, atime, mtime);
  }
}

async function filesBelow(directory: string, folder: string): Promise<string[]> {
  const root = join(directory, folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(undefinedWhenMissing);
  return (entries ?? [])
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(directory.length + 1)
        .replaceAll(sep, '/'),
    );
}

const namesIn = async (folder: string) => (await readdir(folder).catch(undefinedWhenMissing)) ?? [];

async function isAbandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(undefinedWhenMissing);
  return found !== undefined && Date.now() - found.mtimeMs > abandonedMillis;
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
