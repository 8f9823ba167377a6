/** Finding the `temporal` binary that the embedded development server runs, or making it. */
import { delimiter, join } from 'node:path';
import { TidemarkError } from '../model/errors.js';
import {
  executableName,
  findCachedBinary,
  firstExecutable,
  type BinaryMaker,
  type FindOptions,
} from './binaryCache.js';
import { buildTemporalBinary, builtVersion } from './temporalBinaryBuild.js';
import { downloadTemporalBinary, downloadedVersion } from './temporalBinaryDownload.js';

export interface FindTemporalOptions extends FindOptions {
  /** How to make a binary when there is none, in this order; tests put their own here. */
  makers?: readonly BinaryMaker[];
}

const defaultMakers: readonly BinaryMaker[] = [
  { what: 'download by the Temporal SDK', version: downloadedVersion, make: downloadTemporalBinary },
  { what: 'build from Go modules', version: builtVersion, make: buildTemporalBinary },
];

/**
 * The path of a `temporal` binary: the one TIDEMARK_TEMPORAL_CLI names, one on PATH, one in the cache, else one made
 * by the SDK's download or, for machines that reach only package registries, by a build from Go modules.
 * @throws TidemarkError InvalidConfig listing what was tried and how to get one.
 */
export async function findTemporalBinary(options: FindTemporalOptions = {}): Promise<string> {
  const { environment = process.env, makers = defaultMakers } = options;
  const explicit = environment['TIDEMARK_TEMPORAL_CLI'];
  if (explicit !== undefined && explicit !== '') {
    const chosen = await firstExecutable([explicit]);
    if (chosen !== undefined) return chosen;
    throw new TidemarkError(
      'InvalidConfig',
      `TIDEMARK_TEMPORAL_CLI is "${explicit}", which is no executable file.`,
      { remedy: 'Correct the path, make the file executable, or unset the variable.' },
    );
  }
  const fileName = executableName('temporal');
  const directories = (environment['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const onPath = await firstExecutable(directories.map((directory) => join(directory, fileName)));
  if (onPath !== undefined) return onPath;
  return findCachedBinary(
    {
      name: 'temporal',
      folder: 'temporal-cli',
      makers,
      lookedElsewhere: ['TIDEMARK_TEMPORAL_CLI: not set', `PATH: holds no "${fileName}"`],
      remedy:
        'Install the Temporal CLI (https://docs.temporal.io/cli) so that it is on PATH, or name the file in ' +
        'TIDEMARK_TEMPORAL_CLI, or install Go 1.26.4 or later so that it can be built. To use a Temporal cluster ' +
        'instead of the embedded server, set TEMPORAL_ADDRESS.',
    },
    options,
  );
}
