/** A command as people type it, against the installation of a scenario. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Scenario } from './scenario.js';

const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const run = promisify(execFile);

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Resolves with how it ended, also where that is badly. */
export async function tidemark(
  { directory, environment }: Pick<Scenario, 'directory' | 'environment'>,
  args: string[],
): Promise<Outcome> {
  const env = { ...process.env, NO_COLOR: '1', ...environment };
  try {
    return { code: 0, ...(await run(process.execPath, [main, ...args], { cwd: directory, env })) };
  } catch (error) {
    const { code, stdout, stderr } = error as Outcome;
    return { code, stdout, stderr };
  }
}
