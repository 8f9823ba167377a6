/** `tidemark demo` where it does not come to its end; commands.test.ts has one that does. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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

describe('its directory', () => {
  it('with files that are not its own is left as it is', async () => {
    const directory = await scratchDirectory();
    await mkdir(join(directory, 'work'));
    await writeFile(join(directory, 'tidemark.yaml'), 'connections: {}\n');
    const { child, ended } = startDemo(directory);
    const stderr = await text(child.stderr);
    expect(await ended).toEqual([1, null]);
    expect(stderr).toContain(`--directory is ${directory}, which holds files`);
    expect((await readdir(directory)).sort()).toEqual(['tidemark.yaml', 'work']);
    expect(await readFile(join(directory, 'tidemark.yaml'), 'utf8')).toBe('connections: {}\n');
  });

  it('is emptied after another demonstration, and not during one', async () => {
    const directory = await scratchDirectory();
    await writeFile(join(directory, 'tidemark.yaml'), '# Written by the demonstration. More.\n');
    await writeFile(join(directory, 'tidemark.duckdb'), 'of an earlier one');
    const first = startDemo(directory);
    onTestFinished(async () => {
      first.child.kill('SIGINT');
      await first.ended;
    });
    await until(first.child, /^Worker /m);
    expect(await readdir(directory)).toContain('temporal.db');
    const kept = await readFile(join(directory, 'tidemark.yaml'), 'utf8');
    expect(kept).toContain('acme');

    const second = startDemo(directory);
    const stderr = await text(second.child.stderr);
    expect(await second.ended).toEqual([1, null]);
    expect(stderr).toMatch(/is in use by the Temporal server[^]*--directory/);
    expect(await readFile(join(directory, 'tidemark.yaml'), 'utf8')).toBe(kept);
    expect(await readdir(directory)).toContain('temporal.db');
  });
});

describe('ended before it is over', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'by %s, it leaves no process',
    async (signal) => {
      const directory = await scratchDirectory();
      const { child, ended } = startDemo(directory);
      await until(child, /^Schedule triggered/m);
      const started = await descendants(child.pid);
      // The simulator, the worker, the server and its guard.
      expect(started.length).toBeGreaterThanOrEqual(4);
      child.kill(signal);
      expect(await ended).toEqual([null, signal]);
      await vi.waitFor(
        async () => expect((await processes()).filter(({ pid }) => started.includes(pid))).toEqual([]),
        15_000,
      );
    },
  );

  it('by a reader that has seen enough, it goes on to its end and takes everything down', async () => {
    const { child, ended } = startDemo(await scratchDirectory());
    await until(child, /^Temporal development server/m);
    child.stdout.destroy();
    child.stderr.destroy();
    expect(await ended).toEqual([0, null]);
  });
});

interface ProcessLine {
  pid: number;
  parent: number;
}

async function processes(): Promise<ProcessLine[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => state?.startsWith('Z') === false)
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}

/** All below a process: those that it started, and those that these started. */
async function descendants(of: number | undefined): Promise<number[]> {
  const all = await processes();
  const below = (pid: number): number[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child.pid, ...below(child.pid)]);
  return of === undefined ? [] : below(of);
}

/** Reads on until the demonstration has said it. */
async function until({ stdout }: { stdout: Readable }, said: RegExp): Promise<void> {
  let all = '';
  await new Promise<void>((resolve) => {
    stdout.on('data', (chunk: Buffer) => {
      all += chunk.toString('utf8');
      if (said.test(all)) resolve();
    });
  });
}
