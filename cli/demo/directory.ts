/** The files that a demonstration keeps. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimulatorReady } from './processes.js';

export const connection = 'acme';
export const stream = 'evaluations';

export async function writeConfiguration(directory: string, simulator: SimulatorReady): Promise<string> {
  const path = join(directory, 'tidemark.yaml');
  await writeFile(
    path,
    `# Written by the demonstration. The secrets are those of the simulated organisation.
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
