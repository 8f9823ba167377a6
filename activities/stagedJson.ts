/**
 * JSON documents in staging. Pages are written once and read once, soon after: on a disk of this machine compressing
 * them costs more than it saves, over a network a little of it pays.
 */
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { TidemarkError } from '../model/errors.js';
import type { StagedObject, StagingStore } from '../staging/stagingStore.js';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

export async function putJson(
  staging: StagingStore,
  name: string,
  value: unknown,
  rows: number,
): Promise<StagedObject> {
  const text = Buffer.from(JSON.stringify(value));
  const body = staging.isRemote ? await compress(text, { level: constants.Z_BEST_SPEED }) : text;
  return staging.put(name, body, rows);
}

/**
 * Reads what `putJson` wrote; undefined when there is no such object. The shape is that of the writer in this
 * folder: names carry the attempt, so a reader never meets a document of another version's making by chance.
 */
export async function getJson<T>(staging: StagingStore, name: string): Promise<T | undefined> {
  const body = await staging.get(name);
  if (body === undefined) return undefined;
  try {
    return JSON.parse((isCompressed(body) ? await decompress(body) : body).toString('utf8')) as T;
  } catch (cause) {
    throw new TidemarkError('LoadRefused', `"${name}" in staging ${staging.location} is damaged.`, {
      remedy: 'Was its disk full, or was it changed by hand? The next run reads the window again.',
      cause,
    });
  }
}

/** No JSON begins as gzip does. */
const isCompressed = (body: Buffer) => body[0] === 0x1f && body[1] === 0x8b;

/** Like `getJson`, for objects that an earlier step must have left. */
export async function requireJson<T>(staging: StagingStore, name: string): Promise<T> {
  const value = await getJson<T>(staging, name);
  if (value === undefined) {
    throw new TidemarkError('LoadRefused', `"${name}" is missing in staging ${staging.location}.`, {
      remedy:
        'Every worker must use the same staging location, and it must not be cleaned while a run is under way. ' +
        'Run the window again.',
    });
  }
  return value;
}
