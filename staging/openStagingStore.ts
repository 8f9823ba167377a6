import { fileURLToPath } from 'node:url';
import { TidemarkError } from '../model/errors.js';
import { createDownloadCache } from './downloadCache.js';
import { createFileStore } from './fileStore.js';
import type { ObjectVendor } from './objectClient.js';
import { checkObjectName } from './objectNames.js';
import { createObjectStore } from './objectStore.js';
import type { StagingStore } from './stagingStore.js';

/** Each with the library of its vendor, which is loaded where it is used. */
const vendors: Record<string, (bucket: string, prefix: string) => Promise<ObjectVendor>> = {
  gs: async (bucket) => (await import('./gcsStore.js')).gcsVendor(bucket),
  s3: async (bucket, prefix) => (await import('./s3Store.js')).s3Vendor(bucket, prefix),
};

/**
 * Opens the store that a URI of the configuration names: `file:./folder` (from the working directory),
 * `file:///absolute/folder`, `gs://bucket/prefix` or `s3://bucket/prefix`; no request is made yet.
 * Throws InvalidConfig for anything else.
 *
 * @param downloads directory for copies of objects where a local file is needed.
 */
export async function openStagingStore(uri: string, downloads: string): Promise<StagingStore> {
  if (uri.startsWith('file:')) return openFiles(uri);
  const { scheme = '', bucket = '', path = '' } = objectUri.exec(uri)?.groups ?? {};
  const vendor = vendors[scheme];
  if (vendor === undefined) throw invalid(uri);
  const prefix = path.replace(/^\/|\/$/g, '');
  try {
    if (prefix !== '') checkObjectName(prefix);
  } catch (cause) {
    throw invalid(uri, cause);
  }
  return createObjectStore({
    vendor: await vendor(bucket, prefix),
    prefix,
    location: uri,
    downloads: createDownloadCache(downloads, uri),
  });
}

/** Names of buckets as both vendors allow them; the prefix is checked as a name in the store. */
const objectUri = /^(?<scheme>gs|s3):\/\/(?<bucket>[a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?<path>\/.*)?$/;

function openFiles(uri: string): StagingStore {
  const path = uri.slice('file:'.length);
  if (path === '') throw invalid(uri);
  if (!path.startsWith('//')) return createFileStore(path, uri);
  try {
    return createFileStore(fileURLToPath(uri), uri);
  } catch (cause) {
    throw invalid(uri, cause);
  }
}

function invalid(uri: string, cause?: unknown): TidemarkError {
  return new TidemarkError('InvalidConfig', `staging: "${uri}" is no staging location that Tidemark knows.`, {
    remedy:
      'Write file:./folder, file:///absolute/folder, gs://bucket/prefix or s3://bucket/prefix (a prefix of letters, ' +
      'digits, ".", "_", "=", ":", "-" and "/").',
    cause,
  });
}
