/** The embedded server, for real: what clients can rely on, and that nothing of it is left behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { developmentSearchAttributes } from '../../cli/session.js';
import { startDevelopmentServer, type DevelopmentServerOptions } from '../../workers/developmentServer.js';
import { searchAttributes } from '../../workflows/searchAttributes.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

async function start(options: Partial<DevelopmentServerOptions> = {}) {
  const server = await startDevelopmentServer({ ui: false, searchAttributes: {}, ...options });
  onTestFinished(() => server.close());
  return server;
}

async function connect(address: string): Promise<Client> {
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  return new Client({ connection });
}

/** Listens on a free port until the test is over. */
async function takenPort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void listener.close());
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the embedded development server', () => {
  it('has the namespace, the search attributes of the workflows and the web UI', async () => {
    const server = await start({ ui: true, searchAttributes: developmentSearchAttributes() });
    const client = await connect(server.address);
    const described = await client.workflowService.describeNamespace({ namespace: server.namespace });
    expect(described.namespaceInfo?.name).toBe('default');

    const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
      namespace: server.namespace,
    });
    const names = Object.values(searchAttributes).map((key) => key.name);
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(names));

    const page = await fetch(server.uiUrl ?? '');
    expect(page.status).toBe(200);
  });

  it('keeps its state over a restart in the same directory', async () => {
    const stateDirectory = await scratchDirectory();
    const options = { stateDirectory, searchAttributes: developmentSearchAttributes() };
    const first = await startDevelopmentServer({ ui: false, ...options });
    const before = await connect(first.address);
    await before.workflow.start('nobodyRunsThis', { workflowId: 'kept', taskQueue: 'nobody' });
    await first.close();
    expect(isRunning(first.pid)).toBe(false);

    const second = await start(options);
    const after = await connect(second.address);
    expect((await after.workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
  });

  it('without a directory it starts from nothing', async () => {
    const server = await start();
    const client = await connect(server.address);
    await expect(client.workflow.getHandle('kept').describe()).rejects.toThrow(/not found/i);
  });

  it.each([
    ['server', (port: number) => ({ port })],
    ['web UI', (port: number) => ({ ui: true, uiPort: port })],
  ])('names the port of the %s when another program has it', async (what, options) => {
    const port = await takenPort();
    const starting = startDevelopmentServer({ ui: false, searchAttributes: {}, ...options(port) });
    await expect(starting).rejects.toMatchObject({
      name: 'TidemarkError',
      kind: 'InvalidConfig',
      message: expect.stringContaining(`Port ${port} for the Temporal ${what}`) as string,
      remedy: expect.stringContaining('choose another port') as string,
    });
  });

  it('says what a binary that is no server said', async () => {
    vi.stubEnv('TIDEMARK_TEMPORAL_CLI', process.execPath);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(startDevelopmentServer({ ui: false, searchAttributes: {} })).rejects.toThrow(
      /Temporal server ended at once: .*Cannot find module/s,
    );
  });

  it('can be closed twice', async () => {
    const server = await start();
    await server.close();
    await server.close();
    expect(isRunning(server.pid)).toBe(false);
  });

  it('ends when the process that started it is killed', async () => {
    const script = fileURLToPath(new URL('support/serverOfAChild.mjs', import.meta.url));
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const { pid } = JSON.parse(line) as { pid: number };
    expect(isRunning(pid)).toBe(true);

    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 15_000, interval: 100 });
  });
});
