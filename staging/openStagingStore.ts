import { fileURLToPath } from 'node:url';
import { TidemarkError } from '../model/errors.js';
import { createFileStore } from './fileStore.js';
import type { StagingStore } from './stagingStore.js';

/**
 * Opens the store that a URI of the configuration names: `file:./folder` (from the working directory) or
 * `file:///absolute/folder`. Throws InvalidConfig for anything else.
 */
export function openStagingStore(uri: string): StagingStore {
  const path = /^file:(?<path>.+)$/.exec(uri)?.groups?.['path'];
  if (path === undefined) throw invalid(uri);
  if (!path.startsWith('//')) return createFileStore(path, uri);
  try {
    return createFileStore(fileURLToPath(uri), uri);
  } catch (cause) {
    throw invalid(uri, cause);
  }
}

function invalid(uri: string, cause?: unknown): TidemarkError {
  return new TidemarkError('InvalidConfig', `staging: "${uri}" is no staging location that Tidemark knows.`, {
    remedy: 'Write file:./folder or file:///absolute/folder.',
    cause,
  });
}
