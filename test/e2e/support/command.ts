/** The compiled command, as people type it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Scenario } from './scenario.js';

/** The file that is `tidemark`. */
export const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const run = promisify(execFile);

/** How a command ended, and what it printed; code is null where it had to be killed. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `tidemark <args>` in a directory; one that has not ended after a minute, or as it is said, is killed. */
export async function runCommand(
  args: string[],
  directory: string,
  environment: NodeJS.ProcessEnv = {},
  timeout = 60_000,
): Promise<Outcome> {
  const options = {
    cwd: directory,
    env: { ...process.env, NO_COLOR: '1', ...environment },
    timeout,
    killSignal: 'SIGKILL',
  } as const;
  try {
    return { code: 0, ...(await run(process.execPath, [main, ...args], options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as Outcome;
    return { code, stdout, stderr };
  }
}

/** A configuration whose connection is never asked. */
export const nowhere = `connections:
  acme:
    vendor: genesys
    apiUrl: http://127.0.0.1:9
    loginUrl: http://127.0.0.1:9
    clientId: \${UNUSED}
    clientSecret: \${UNUSED}
    streams: { evaluations: { startFrom: 2026-09-01 } }
temporal: { uiPort: 0 }
`;

/** The same against the installation of a scenario. */
export const runIn = async ({ directory, environment }: Scenario, args: string[]): Promise<Outcome> =>
  runCommand(args, directory, environment);
