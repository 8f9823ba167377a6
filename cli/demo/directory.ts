/** The directory of a demonstration: what may be emptied for it, and the files that it keeps there. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TidemarkError } from '../../model/errors.js';
import { claimStateDirectory } from '../../workers/stateDirectory.js';
import type { SimulatorReady } from './processes.js';

export const connection = 'acme';
export const stream = 'evaluations';

/** How the configuration of a demonstration begins: the directory is one's own to empty. */
const mark = '# Written by the demonstration';

/**
 * Makes the directory, or empties it where it is that of an earlier demonstration.
 * @throws TidemarkError InvalidConfig when it holds anything else, or when another demonstration runs there.
 */
export async function prepareDirectory(directory: string): Promise<void> {
  await refuseOthers(directory);
  // For the moment of emptying: the server, which is started next, claims it for as long as it runs. Of two that begin
  // at once, both may find it empty, and one gets a server.
  const claim = await claimStateDirectory(directory, 0).catch((cause: unknown) => {
    if (!(cause instanceof TidemarkError)) throw cause;
    throw new TidemarkError(cause.kind, cause.message, {
      remedy: 'For a demonstration that is --directory.',
      cause,
    });
  });
  try {
    for (const name of await readdir(directory)) {
      if (!isClaim(name) && name !== configurationName) {
        await rm(join(directory, name), { recursive: true, force: true });
      }
    }
    // Last, and at once anew: a demonstration that is killed before it has a configuration leaves one to empty, too.
    await writeFile(join(directory, configurationName), `${mark}, which did not come far.\n`);
  } finally {
    await claim.release();
  }
}

const configurationName = 'tidemark.yaml';
const isClaim = (name: string) => name.startsWith('temporal.lock');

async function refuseOthers(directory: string): Promise<void> {
  // One that is not there, or cannot be read, is for the claim to make or to refuse.
  const names = await readdir(directory).catch(() => []);
  if (names.every(isClaim)) return;
  const configuration = await readFile(join(directory, configurationName), 'utf8').catch(() => '');
  if (configuration.startsWith(mark)) return;
  throw new TidemarkError(
    'InvalidConfig',
    `--directory is ${directory}, which holds files that are not a demonstration's; it would be emptied.`,
    { remedy: 'Name a directory that is empty or not there yet.' },
  );
}

export async function writeConfiguration(directory: string, simulator: SimulatorReady): Promise<string> {
  const path = join(directory, configurationName);
  await writeFile(
    path,
    `${mark}. The secrets are those of the simulated organisation.
connections:
  ${connection}:
    vendor: genesys
    api: published
    apiUrl: ${simulator.apiUrl}
    loginUrl: ${simulator.loginUrl}
    clientId: \${DEMO_CLIENT_ID}
    clientSecret: \${DEMO_CLIENT_SECRET}
    streams:
      ${stream}: { every: 1h, paused: true, startFrom: "${simulator.from}", recordsPerWindow: 2500, pagesPerBatch: 10 }
warehouse: { kind: duckdb, path: ./tidemark.duckdb }
staging: file:./staging
`,
  );
  return path;
}

/**
 * A profile that names no cluster, for the worker: without a file of its own it reads that of its user, and one without
 * any profile is an error.
 */
export async function writeProfile(directory: string): Promise<string> {
  const path = join(directory, 'temporal.toml');
  await writeFile(path, '[profile.default]\n');
  return path;
}
