import { TidemarkError } from '../model/errors.js';

/** A full disk, a used up quota, a limit on the size of files. */
const noRoom: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * Waits for a write. What the system says of a disk without room names no place.
 *
 * @param place what was written and where, for people
 * @throws TidemarkError UpstreamUnavailable, which is tried again, when there was no room
 */
export async function explainRoom<T>(writing: Promise<T>, place: string): Promise<T> {
  try {
    return await writing;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && noRoom.includes(cause.code))) throw cause;
    throw new TidemarkError('UpstreamUnavailable', `There is no room for ${place}: ${cause.message}.`, {
      remedy: 'It is tried again; make room there, or raise the quota or limit of the worker.',
      cause,
    });
  }
}
