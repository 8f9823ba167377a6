/** `tidemark demo` where it does not come to its end; commands.test.ts has one that does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { scratchDirectory } from '../support/scratchDirectory.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

function startDemo(directory: string, environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [main, 'demo', '--evaluations', '1200', '--directory', directory], {
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]> };
}

it('ends when its worker does, and says why', async () => {
  const directory = await scratchDirectory();
  const { child, ended } = startDemo(directory, { TIDEMARK_LOG_LEVEL: 'verbose' });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(await ended).toEqual([1, null]);
  expect(stdout).toContain('Worker ');
  expect(stderr).toMatch(/"tidemark worker" ended with exit code 1[^]*verbose/);
  expect(stderr).toContain(join(directory, 'processes.log'));
});
