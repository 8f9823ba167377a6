/** The embedded development server: real ones, started from the binary. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TidemarkError } from '../../model/errors.js';
import {
  startDevelopmentServer,
  type DevelopmentServer,
  type DevelopmentServerOptions,
} from '../../workers/developmentServer.js';
import { findTemporalBinary } from '../../workers/temporalBinary.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const searchAttributes = { TestSource: 'Keyword', TestStart: 'Datetime', TestRows: 'Int' } as const;

// Where the binary must be built, that takes minutes.
beforeAll(async () => void (await findTemporalBinary()), 900_000);

async function start(options: Partial<DevelopmentServerOptions> = {}): Promise<DevelopmentServer> {
  const server = await startDevelopmentServer({ ui: false, searchAttributes, ...options });
  onTestFinished(() => server.close());
  return server;
}

async function clientOf(server: DevelopmentServer): Promise<Client> {
  const connection = await Connection.connect({ address: server.address });
  onTestFinished(() => connection.close());
  return new Client({ connection, namespace: server.namespace });
}

async function failureOf(starting: Promise<DevelopmentServer>): Promise<TidemarkError> {
  const error = await starting.then(
    () => 'it started',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TidemarkError)) throw new Error(`no TidemarkError but ${String(error)}`);
  return error;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((wait) => setTimeout(wait, 50));
}

describe('a development server', () => {
  it('is ready when it says so: namespace, search attributes, web UI; and gone when closed', async () => {
    const server = await start({ ui: true });
    const { connection } = await clientOf(server);
    const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(namespaceInfo?.name).toBe('default');
    const registered = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(Object.keys(registered.customAttributes)).toEqual(
      expect.arrayContaining(Object.keys(searchAttributes)),
    );
    const page = await fetch(server.uiUrl ?? '');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<html');

    await server.close();
    expect(isAlive(server.pid)).toBe(false);
    await expect(fetch(server.uiUrl ?? '')).rejects.toThrow();
  });

  it('keeps its state in the directory, and only there', async () => {
    const stateDirectory = await scratchDirectory();
    const first = await start({ stateDirectory });
    const { workflow } = await clientOf(first);
    await workflow.start('anything', { workflowId: 'kept', taskQueue: 'nobody' });
    await first.close();

    const second = await start({ stateDirectory });
    const kept = await (await clientOf(second)).workflow.getHandle('kept').describe();
    expect(kept.status.name).toBe('RUNNING');

    const elsewhere = await start();
    const missing = (await clientOf(elsewhere)).workflow.getHandle('kept').describe();
    await expect(missing).rejects.toThrow(/not found/);
  });

  it('refuses a port that is taken, and names it', async () => {
    const taken = createServer().listen({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const address = taken.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const server = await failureOf(start({ port: address.port }));
    expect(server.message).toContain(`Port ${address.port} for the Temporal server`);
    const ui = await failureOf(start({ ui: true, uiPort: address.port }));
    expect(ui.message).toContain(`Port ${address.port} for the Temporal web UI`);
    expect(ui.remedy).toContain('set temporal.uiPort to another');
  });

  it('starts on another port when the one it chose was taken before it could listen', async () => {
    const directory = await scratchDirectory();
    const [thief, marker] = [join(directory, 'temporal.cjs'), join(directory, 'stolen')];
    const steals = `#!${process.execPath}
      const { spawn } = require('node:child_process');
      const { existsSync, writeFileSync } = require('node:fs');
      const args = process.argv.slice(2);
      const port = Number(args[args.indexOf('--port') + 1]);
      const run = () => {
        const server = spawn(${JSON.stringify(await findTemporalBinary())}, args, { stdio: 'inherit' });
        process.on('SIGTERM', () => server.kill('SIGTERM'));
        server.on('exit', (code) => process.exit(code ?? 1));
      };
      if (existsSync(${JSON.stringify(marker)})) run();
      else {
        writeFileSync(${JSON.stringify(marker)}, String(port));
        require('node:net').createServer().listen({ host: '127.0.0.1', port }, run);
      }`;
    await writeFile(thief, steals, { mode: 0o755 });
    vi.stubEnv('TIDEMARK_TEMPORAL_CLI', thief);
    onTestFinished(() => void vi.unstubAllEnvs());

    const server = await start();
    expect(server.address).not.toBe(`127.0.0.1:${await readFile(marker, 'utf8')}`);
    await clientOf(server);
  });
});

describe('its state directory', () => {
  it('serves one server at a time; the second is told where the first is', async () => {
    const stateDirectory = await scratchDirectory();
    const first = await start({ stateDirectory });
    const error = await failureOf(start({ stateDirectory }));
    expect(error.message).toContain(stateDirectory);
    expect(error.remedy).toContain(`TEMPORAL_ADDRESS=${first.address}`);
    await clientOf(first);

    await first.close();
    await start({ stateDirectory });
  });

  it('is free again after a crash, whoever has the process ids now', async () => {
    const stateDirectory = await scratchDirectory();
    const claim = { owner: process.pid, guard: process.ppid, port: 1, claimedAt: Date.now() - 3_600_000 };
    await writeFile(join(stateDirectory, 'temporal.lock'), JSON.stringify({ ...claim, guard: 2 ** 22 }));
    const server = await start({ stateDirectory });
    await server.close();
    await writeFile(join(stateDirectory, 'temporal.lock'), '{"owner": 1');
    await start({ stateDirectory });
  });

  it('with a damaged database: the error says which file, and the directory stays free', async () => {
    const stateDirectory = await scratchDirectory();
    await writeFile(join(stateDirectory, 'temporal.db'), 'no database at all'.repeat(300));
    const error = await failureOf(start({ stateDirectory }));
    expect(error.message).toContain('not a database');
    expect(error.remedy).toContain('temporal.db');
    await expect(readFile(join(stateDirectory, 'temporal.lock'))).rejects.toThrow(/ENOENT/);
  });
});

describe('a server whose command is killed', () => {
  it.each([
    ['SIGKILL', false],
    ['SIGINT to its whole process group, as Ctrl-C does', true],
  ])('by %s is gone, and its directory can be used at once', async (_, interrupt) => {
    const stateDirectory = await scratchDirectory();
    const command = spawn(
      process.execPath,
      [fileURLToPath(new URL('support/serverHolder.mjs', import.meta.url)), stateDirectory],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      },
    );
    const [line] = (await once(createInterface({ input: command.stdout }), 'line')) as [string];
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);
    if (command.pid === undefined) throw new Error('no process id');
    const ended = once(command, 'exit');
    process.kill(interrupt ? -command.pid : command.pid, interrupt ? 'SIGINT' : 'SIGKILL');
    await ended;
    const next = await start({ stateDirectory });
    await untilGone(pid);
    await clientOf(next);
  });
});
