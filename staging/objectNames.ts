/** Names of objects in a staging store, and how they look as paths on a disk. */
import { TidemarkError } from '../model/errors.js';

// A leading dot is kept for files that are still being written.
const segmentPattern = /^[A-Za-z0-9_=:-][A-Za-z0-9._=:-]*$/;

/** Throws InvalidRequest when a name could leave the store or cannot be written on every system. */
export function checkObjectName(name: string): void {
  if (!name.split('/').every((segment) => segmentPattern.test(segment))) {
    throw new TidemarkError('InvalidRequest', `"${name}" is no name for an object in staging.`, {
      remedy:
        'Use parts of letters, digits, ".", "_", "=", ":" and "-" with "/" between them; no part may be empty or begin with a dot.',
    });
  }
}

/** Throws InvalidRequest unless the prefix names a folder of the store, with `/` at its end. */
export function checkPrefix(prefix: string): void {
  if (!prefix.endsWith('/')) {
    throw new TidemarkError('InvalidRequest', `"${prefix}" is no prefix in staging.`, {
      remedy: 'End it in "/".',
    });
  }
  checkObjectName(prefix.slice(0, -1));
}

/** Windows forbids `:` in file names, and interval starts contain it. */
export const toDiskSegment = (segment: string) => segment.replaceAll(':', '%3A');
export const fromDiskSegment = (segment: string) => segment.replaceAll('%3A', ':');

/** A name for a file that is still being written: never listed, never clashing between processes. */
export const unfinishedName = (suffix: string) => `.unfinished-${suffix}`;
export const isUnfinished = (segment: string) => segment.startsWith('.');
