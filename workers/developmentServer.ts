/** The embedded development server: a real Temporal server with its web UI, for a laptop, a demonstration, a test. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { TidemarkError } from '../model/errors.js';
import { findTemporalBinary } from './temporalBinary.js';

const readyTimeoutMillis = 60_000;
const endTimeoutMillis = 10_000;
const namespace = 'default';

export interface DevelopmentServerOptions {
  /** Keeps the server's state in `temporal.db` there; without it, state ends with the server. */
  stateDirectory?: string;
  ui: boolean;
  /** Port of the web UI; 0 or absent takes a free one. */
  uiPort?: number;
  /** Port of the server; 0 or absent takes a free one. */
  port?: number;
  searchAttributes: Record<string, 'Keyword' | 'Datetime' | 'Int' | 'Double' | 'Bool' | 'Text'>;
  onProgress?: (message: string) => void;
}

export interface DevelopmentServer {
  /** host:port for clients and workers of any process. */
  address: string;
  namespace: string;
  uiUrl: string | null;
  /** Process id of the server, for those who want to kill it. */
  pid: number;
  close(): Promise<void>;
}

/**
 * The server's parent in the process tree: it ends the server as soon as its standard input closes, which the
 * operating system does even when this process is killed. A server that does not end when asked is killed.
 */
const guard = `
  const { spawn } = require('node:child_process');
  const [binary, ...args] = process.argv.slice(1);
  const server = spawn(binary, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  process.stdout.write('pid ' + server.pid + '\\n');
  const end = () => {
    server.kill('SIGTERM');
    setTimeout(() => server.kill('SIGKILL'), ${endTimeoutMillis}).unref();
  };
  process.stdin.on('end', end).on('error', end).resume();
  process.on('SIGTERM', end);
  server.on('exit', (code) => process.exit(code ?? 1));
  server.on('error', (error) => { console.error(String(error)); process.exit(1); });
`;

/** Starts the server; resolves when a client can use its namespace. */
export async function startDevelopmentServer(options: DevelopmentServerOptions): Promise<DevelopmentServer> {
  const binary = await findTemporalBinary(
    options.onProgress === undefined ? {} : { onProgress: options.onProgress },
  );
  const port = await portFor(options.port, 'server');
  const uiPort = options.ui ? await portFor(options.uiPort, 'web UI') : null;
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--namespace', namespace],
    ...['--log-level', 'error'],
    ...(uiPort === null ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)]),
    ...(await stateArguments(options.stateDirectory)),
    ...['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
    ...Object.entries(options.searchAttributes).flatMap(([name, type]) => [
      '--search-attribute',
      `${name}=${type}`,
    ]),
  ];
  const child = spawn(process.execPath, ['-e', guard, '--', binary, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Out of the terminal's process group: Ctrl-C must reach the worker, which still needs the server to stop well.
    detached: true,
  });
  // The guard may be gone before its standard input is closed.
  child.stdin?.on('error', () => {});
  const output = collectOutput(child);
  const address = `127.0.0.1:${port}`;
  try {
    await untilReady(address, child, output);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return {
    address,
    namespace,
    uiUrl: uiPort === null ? null : `http://127.0.0.1:${uiPort}`,
    pid: output.serverPid(),
    close: async () => stop(child),
  };
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, 'exit');
  child.stdin?.end();
  await gone;
}

async function stateArguments(directory: string | undefined): Promise<string[]> {
  if (directory === undefined) return [];
  await mkdir(directory, { recursive: true });
  return ['--db-filename', join(directory, 'temporal.db')];
}

function collectOutput(child: ChildProcess) {
  let text = '';
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(0, 20_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return {
    text: () => text.trim(),
    serverPid: () => Number(/^pid (\d+)$/m.exec(text)?.[1] ?? 0),
  };
}

async function untilReady(address: string, child: ChildProcess, output: { text(): string }): Promise<void> {
  const deadline = Date.now() + readyTimeoutMillis;
  for (;;) {
    if (hasEnded(child)) {
      throw new TidemarkError('InvalidConfig', `The Temporal server ended at once: ${output.text()}`, {
        remedy: 'Is its database in use by another server? Remove the state directory or name another one.',
      });
    }
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      try {
        await connection.workflowService.describeNamespace({ namespace });
        return;
      } finally {
        await connection.close();
      }
    } catch (cause) {
      if (Date.now() > deadline) {
        throw new TidemarkError('InvalidConfig', `The Temporal server at ${address} did not become ready.`, {
          remedy: `It said: ${output.text()}`,
          cause,
        });
      }
      await new Promise((wait) => setTimeout(wait, 100));
    }
  }
}

/** The wanted port if it is free, or any free one when none is wanted. */
async function portFor(wanted: number | undefined, what: string): Promise<number> {
  const probe = createServer();
  const bound = new Promise<number>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen({ host: '127.0.0.1', port: wanted ?? 0 }, () => {
      const address = probe.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
    });
  });
  try {
    return await bound;
  } catch (cause) {
    throw new TidemarkError('InvalidConfig', `Port ${wanted} for the Temporal ${what} cannot be used.`, {
      remedy: 'Another program listens there: choose another port, or 0 for any free one.',
      cause,
    });
  } finally {
    await new Promise((closed) => probe.close(closed));
  }
}
