import { createHash } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { TidemarkError } from '../model/errors.js';
import type { DownloadCache } from './downloadCache.js';
import { hashFile } from './hashFile.js';
import type { ObjectClient, ObjectVendor } from './objectClient.js';
import { checkObjectName, checkPrefix } from './objectNames.js';
import type { StagingStore } from './stagingStore.js';

export interface ObjectStoreOptions {
  vendor: ObjectVendor;
  /** In front of every name, without `/` at its end; empty for none. */
  prefix: string;
  /** What people are shown: the URI of the configuration. */
  location: string;
  /** Where objects are downloaded to for those who need a local file. */
  downloads: DownloadCache;
}

/**
 * Staging in a bucket. Object storage shows a written object whole and at once, and the last writer of a name wins:
 * the promises of the port are the storage's own.
 */
export function createObjectStore({ vendor, prefix, location, downloads }: ObjectStoreOptions): StagingStore {
  const start = prefix === '' ? '' : `${prefix}/`;
  const keyOf = (name: string) => {
    checkObjectName(name);
    return `${start}${name}`;
  };
  const keysBelow = (folder: string) => {
    checkPrefix(folder);
    return `${start}${folder}`;
  };
  let opened: Promise<ObjectClient> | undefined;

  /** Runs a piece of work with the client; what goes wrong names the store, the work and the remedy. */
  const withClient = async <T>(doing: string, work: (client: ObjectClient) => Promise<T>): Promise<T> => {
    try {
      return await work(await (opened ??= vendor.open()));
    } catch (error) {
      throw storageError(vendor, `Staging ${location} could not ${doing}`, error);
    }
  };

  return {
    location,
    isRemote: true,

    async put(name, body, rows) {
      const key = keyOf(name);
      await withClient(`write "${name}"`, async (client) => client.put(key, body));
      return { name, bytes: body.byteLength, sha256: createHash('sha256').update(body).digest('hex'), rows };
    },

    async putFile(name, path, rows) {
      const key = keyOf(name);
      const { size } = await stat(path);
      const sha256 = await hashFile(path);
      await withClient(`write "${name}"`, async (client) => client.putFile(key, path, size));
      await rm(path, { force: true });
      return { name, bytes: size, sha256, rows };
    },

    async get(name) {
      const key = keyOf(name);
      return withClient(`read "${name}"`, async (client) => client.get(key));
    },

    async localPath(object) {
      const key = keyOf(object.name);
      return downloads.find(object, async (path) => {
        const found = await withClient(`read "${object.name}"`, async (client) => client.download(key, path));
        if (found) return;
        throw new TidemarkError('LoadRefused', `"${object.name}" is missing in staging ${location}.`, {
          remedy:
            'Every worker must use the same staging location, and no lifecycle rule may remove objects of a run ' +
            'that is under way. Run the window again.',
        });
      });
    },

    async list(folder) {
      const below = keysBelow(folder);
      const names = await withClient(`list "${folder}"`, async (client) => {
        const found: string[] = [];
        for await (const keys of client.list(below)) {
          for (const key of keys) found.push(key.slice(start.length));
        }
        return found;
      });
      // Consoles make empty objects that end in `/` where people add folders.
      return names.filter((name) => !name.endsWith('/')).sort();
    },

    async remove(folder) {
      const below = keysBelow(folder);
      await withClient(`remove "${folder}"`, async (client) => {
        for await (const keys of client.list(below)) if (keys.length > 0) await client.remove(keys);
      });
      await downloads.remove(folder);
    },
  };
}

function storageError(vendor: ObjectVendor, failed: string, error: unknown): unknown {
  if (error instanceof TidemarkError) return error;
  const failure = vendor.explain(error);
  // A full disk, a missing file, a fault of ours: whoever reads it needs it as it is.
  if (failure === undefined) return error;
  const { problem, said, status } = failure;
  const context = { cause: error, ...(status === undefined ? {} : { status }) };
  const message = `${failed}: ${vendor.name} said ${said.replace(/[.\s]*$/, '')}.`;
  return problem === 'unavailable'
    ? new TidemarkError('UpstreamUnavailable', message, {
        ...context,
        remedy: `It is tried again; if it stays, check the network, a proxy and the status page of ${vendor.name}.`,
      })
    : new TidemarkError('InvalidConfig', message, { ...context, remedy: vendor.remedies[problem] });
}
