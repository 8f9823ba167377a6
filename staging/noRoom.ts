import { TidemarkError } from '../model/errors.js';

/** A full disk, a used up quota, a limit on the size of files. */
const codes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];
/** The same in the words of the system: DuckDB gives no codes. */
const words = /No space left on device|Disk quota exceeded|File too large/u;

/** What a person can do about it. */
export const roomRemedy = 'It is tried again; make room there, or raise the quota or limit of the worker.';

/** Whether something failed because there was no room for it. */
export function lacksRoom(cause: unknown): cause is Error {
  return (
    cause instanceof Error && (('code' in cause && codes.includes(cause.code)) || words.test(cause.message))
  );
}

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
    if (cause instanceof TidemarkError || !lacksRoom(cause)) throw cause;
    throw new TidemarkError('UpstreamUnavailable', `There is no room for ${place}: ${cause.message}.`, {
      remedy: roomRemedy,
      cause,
    });
  }
}
