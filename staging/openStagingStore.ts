import { fileURLToPath } from 'node:url';
import { TidemarkError } from '../model/errors.js';
import { createDownloadCache } from './downloadCache.js';
import { createFileStore } from './fileStore.js';
import type { ObjectVendor } from './objectClient.js';
import { createObjectStore } from './objectStore.js';
import { parseObjectUri } from './objectUri.js';
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
  const parts = parseObjectUri(uri);
  const vendor = parts === null ? undefined : vendors[parts.scheme];
  if (parts === null || vendor === undefined) throw invalid(uri);
  const { bucket, prefix } = parts;
  return createObjectStore({
    vendor: await vendor(bucket, prefix),
    prefix,
    location: uri,
    downloads: createDownloadCache(downloads, uri),
  });
}

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
