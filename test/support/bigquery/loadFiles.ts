/** Where the files of a load come from: an upload, or objects by their URI. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BigqueryError, invalid, notFound } from './errors.js';
import type { LoadFile } from './loadJob.js';
import type { LoadConfiguration } from './requests.js';

/** The bytes of an object by its URI; undefined when there is none. */
export type Objects = (uri: string) => Promise<Uint8Array | undefined> | Uint8Array | undefined;

/** Puts bytes to be loaded into a directory, where DuckDB can read them. */
export async function keepFile(directory: string, bytes: Uint8Array, uri: string): Promise<LoadFile> {
  const path = join(directory, `${createHash('sha256').update(bytes).digest('hex')}.parquet`);
  await writeFile(path, bytes);
  return { path, uri, bytes: bytes.length };
}

/** Fetches what a load names. Throws notFound for a URI that names no object. */
export async function fetchObjects(
  { sourceUris = [] }: LoadConfiguration,
  directory: string,
  objects: Objects,
): Promise<LoadFile[]> {
  if (sourceUris.length === 0)
    throw new BigqueryError('required', 'Required parameter is missing: sourceUris');
  const files: LoadFile[] = [];
  for (const uri of sourceUris) {
    if (!uri.startsWith('gs://')) throw invalid(`Source URI must be a Google Cloud Storage location: ${uri}`);
    const bytes = await objects(uri);
    if (bytes === undefined) throw notFound(`URI ${uri}`);
    files.push(await keepFile(directory, bytes, uri));
  }
  return files;
}
