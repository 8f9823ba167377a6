import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TidemarkError } from '../model/errors.js';
import { moveWhole, writeWhole } from './wholeFiles.js';
import { hashFile } from './hashFile.js';
import { explainRoom } from './noRoom.js';
import { checkObjectName, checkPrefix, fromDiskSegment, isUnfinished, toDiskSegment } from './objectNames.js';
import type { StagedObject, StagingStore } from './stagingStore.js';

/**
 * Staging in a folder of this machine. Several processes may use the same folder: every object is written beside
 * its place and renamed into it, so readers see a whole object or none, and the last writer of a name wins. A power cut
 * may spoil what was written last; then the window is read again, as after any damage.
 *
 * @param directory where the objects are; made on the first write.
 * @param location what people are shown, e.g. the URI of the configuration.
 */
export function createFileStore(directory: string, location: string): StagingStore {
  const root = resolve(directory);
  const pathOf = (name: string) => {
    checkObjectName(name);
    return join(root, ...name.split('/').map(toDiskSegment));
  };
  const explain = async <T>(name: string, writing: Promise<T>): Promise<T> => {
    try {
      return await explainRoom(writing, `"${name}" in staging ${location}`);
    } catch (cause) {
      throw isClosed(cause) ? closedTo(location, cause) : cause;
    }
  };
  const folderOf = (prefix: string) => {
    checkPrefix(prefix);
    return pathOf(prefix.slice(0, -1));
  };

  return {
    location,
    isRemote: false,

    async put(name, body, rows) {
      await explain(name, writeWhole(pathOf(name), body, 'crash'));
      return { name, bytes: body.byteLength, sha256: createHash('sha256').update(body).digest('hex'), rows };
    },

    async putFile(name, path, rows) {
      const target = pathOf(name);
      const { size } = await stat(path);
      const sha256 = await hashFile(path);
      await explain(name, moveWhole(path, target, 'crash'));
      return { name, bytes: size, sha256, rows };
    },

    async get(name) {
      return ignoreMissing(readFile(pathOf(name)), undefined);
    },

    async localPath(object: StagedObject) {
      const path = pathOf(object.name);
      const found = await ignoreMissing(stat(path), undefined);
      if (found === undefined) {
        throw new TidemarkError('LoadRefused', `"${object.name}" is missing in staging ${location}.`, {
          remedy: 'Every worker must use the same staging location. Run the window again.',
        });
      }
      return path;
    },

    async list(prefix) {
      const names: string[] = [];
      const visit = async (folder: string, name: string): Promise<void> => {
        for (const entry of await ignoreMissing(readdir(folder, { withFileTypes: true }), [])) {
          if (isUnfinished(entry.name)) continue;
          const entryName = `${name}${fromDiskSegment(entry.name)}`;
          if (entry.isDirectory()) await visit(join(folder, entry.name), `${entryName}/`);
          else names.push(entryName);
        }
      };
      await visit(folderOf(prefix), prefix);
      return names.sort();
    },

    async remove(prefix) {
      // Another process may be removing the same folder: what is gone already is what was asked for.
      const removing = rm(folderOf(prefix), { recursive: true, force: true, maxRetries: 3 });
      await ignoreMissing(removing, undefined);
    },
  };
}

/** What does not pass by waiting; only of making folders and files, as others may hold those there are for a moment. */
const closed: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'];

const isClosed = (cause: unknown): cause is NodeJS.ErrnoException =>
  cause instanceof Error &&
  'code' in cause &&
  closed.includes(cause.code) &&
  'syscall' in cause &&
  (cause.syscall === 'mkdir' || cause.syscall === 'open');

const closedTo = (location: string, cause: Error) =>
  new TidemarkError('InvalidConfig', `staging ${location} cannot be written to: ${cause.message}.`, {
    remedy: "Name a directory in staging that can be made, and that the workers' user may write to.",
    cause,
  });

async function ignoreMissing<T, D>(operation: Promise<T>, otherwise: D): Promise<T | D> {
  try {
    return await operation;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return otherwise;
    throw error;
  }
}
