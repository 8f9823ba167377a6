/**
 * Texts in staging. They are written once and read once, soon after: on a disk of this machine compressing them costs
 * more than it saves, over a network a little of it pays.
 */
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { TidemarkError } from '../model/errors.js';
import type { StagedObject, StagingStore } from '../staging/stagingStore.js';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

export async function putText(
  staging: StagingStore,
  name: string,
  text: string,
  rows: number,
): Promise<StagedObject> {
  const bytes = Buffer.from(text);
  const body = staging.isRemote ? await compress(bytes, { level: constants.Z_BEST_SPEED }) : bytes;
  return staging.put(name, body, rows);
}

/**
 * Gives what `putText` wrote to `read`; undefined when there is no such object. Whatever `read` throws says that the
 * object is damaged.
 */
export async function readText<T>(
  staging: StagingStore,
  name: string,
  read: (text: Buffer) => T,
): Promise<T | undefined> {
  const body = await staging.get(name);
  if (body === undefined) return undefined;
  try {
    return read(isCompressed(body) ? await decompress(body) : body);
  } catch (cause) {
    throw damaged(staging, name, cause);
  }
}

/** Neither JSON nor text of ours begins as gzip does. */
const isCompressed = (body: Buffer) => body[0] === 0x1f && body[1] === 0x8b;

export function damaged(staging: StagingStore, name: string, cause: unknown): TidemarkError {
  return new TidemarkError('LoadRefused', `"${name}" in staging ${staging.location} is damaged.`, {
    remedy: 'Was its disk full, or was it changed by hand? The next run reads the window again.',
    cause,
  });
}

/** For objects that an earlier step must have left. */
export function required<T>(value: T | undefined, staging: StagingStore, name: string): T {
  if (value !== undefined) return value;
  throw new TidemarkError('LoadRefused', `"${name}" is missing in staging ${staging.location}.`, {
    remedy:
      'Every worker must use the same staging location, and it must not be cleaned while a run is under way. ' +
      'Run the window again.',
  });
}
