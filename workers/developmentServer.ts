/** The embedded development server: a real Temporal server with its web UI, for a laptop, a demonstration, a test. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Connection } from '@temporalio/client';
import { TidemarkError } from '../model/errors.js';
import { claimStateDirectory } from './stateDirectory.js';
import { findTemporalBinary } from './temporalBinary.js';
import { temporalProxy } from './temporalProxy.js';

const readyTimeoutMillis = 60_000;
const attemptsAtPorts = 5;
const namespace = 'default';
/** An activity may begin with the answer to the workflow task that asked for it, where the same worker can take it. */
const dynamicDefaults = { 'system.enableActivityEagerExecution': true };

type SearchAttributes = Readonly<Record<string, 'Keyword' | 'Int' | 'Datetime'>>;

export interface DevelopmentServerOptions {
  /** Keeps the server's state in `temporal.db` there; without it, state ends with the server. */
  stateDirectory?: string;
  ui: boolean;
  /** Port of the web UI; 0 or absent takes a free one. */
  uiPort?: number;
  /** Port of the server; 0 or absent takes a free one. */
  port?: number;
  searchAttributes: SearchAttributes;
  /** Dynamic settings of the server, by their names there. */
  dynamicConfig?: Readonly<Record<string, boolean | number>>;
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
 * operating system does even when this process is killed. It has a process group of its own, so that Ctrl-C reaches
 * the command alone, which lets its worker finish before it closes the server.
 */
const guard = `
  const { spawn } = require('node:child_process');
  const [binary, ...args] = process.argv.slice(1);
  const server = spawn(binary, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  process.stdout.write('pid ' + server.pid + '\\n');
  const end = () => {
    server.kill('SIGTERM');
    setTimeout(() => server.kill('SIGKILL'), 8000).unref();
  };
  process.stdout.on('error', () => {});
  process.stdin.on('end', end).on('error', end).resume();
  process.on('SIGTERM', end).on('SIGINT', end).on('SIGHUP', end);
  server.on('exit', (code) => process.exit(code ?? 1));
  server.on('error', (error) => { console.error(String(error)); process.exit(1); });
`;

/**
 * Starts the server; resolves when a client can use its namespace and search attributes.
 * @throws TidemarkError InvalidConfig when there is no binary, a port is taken or the state directory is in use.
 */
export async function startDevelopmentServer(options: DevelopmentServerOptions): Promise<DevelopmentServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Between the choice of a free port and the server's listening any outgoing connection may take it, and the
      // server chooses ports of its own besides.
      if (!lostItsPort(error) || attempt === attemptsAtPorts) throw error;
    }
  }
}

async function startOnce(options: DevelopmentServerOptions): Promise<DevelopmentServer> {
  const { stateDirectory, onProgress } = options;
  const binary = await findTemporalBinary(onProgress === undefined ? {} : { onProgress });
  const port = await portFor(options.port, 'server', 'set it to another');
  const uiPort = options.ui
    ? await portFor(options.uiPort, 'web UI', 'set temporal.uiPort to another')
    : null;
  const state = stateDirectory === undefined ? null : await claimStateDirectory(stateDirectory, port);
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--namespace', namespace],
    ...['--log-level', 'error'],
    ...(uiPort === null ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)]),
    ...(state === null ? [] : ['--db-filename', state.databasePath]),
    ...Object.entries({ ...dynamicDefaults, ...options.dynamicConfig }).flatMap(([name, value]) => [
      '--dynamic-config-value',
      `${name}=${value}`,
    ]),
  ];
  const child = spawn(process.execPath, ['-e', guard, '--', binary, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  // Writing to a guard that has just ended is no error of the command.
  child.stdin.on('error', () => {});
  const output = collectOutput(child);
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    }
    await state?.release();
  };
  const address = `127.0.0.1:${port}`;
  try {
    if (child.pid !== undefined) await state?.guardedBy(child.pid);
    await untilReady(address, options.searchAttributes, child, output);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    address,
    namespace,
    uiUrl: uiPort === null ? null : `http://127.0.0.1:${uiPort}`,
    pid: output.serverPid(),
    close,
  };
}

interface Output {
  /** The last of what the server said. */
  text(): string;
  serverPid(): number;
}

function collectOutput(child: ChildProcess): Output {
  let text = '';
  let serverPid = 0;
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-20_000);
    const announced = /^pid (\d+)\n/.exec(text);
    if (serverPid > 0 || announced === null) return;
    serverPid = Number(announced[1]);
    text = text.slice(announced[0].length);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return { text: () => text.trim(), serverPid: () => serverPid };
}

async function untilReady(
  address: string,
  searchAttributes: SearchAttributes,
  child: ChildProcess,
  output: Output,
): Promise<void> {
  const deadline = Date.now() + readyTimeoutMillis;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw endedAtOnce(output.text());
    try {
      await prepare(address, searchAttributes);
      return;
    } catch (cause) {
      if (Date.now() > deadline) {
        throw new TidemarkError(
          'InvalidConfig',
          `The Temporal server at ${address} did not become ready within ${readyTimeoutMillis / 1_000} s.`,
          { remedy: output.text() === '' ? 'Try again.' : `It said: ${output.text()}`, cause },
        );
      }
      await new Promise((wait) => setTimeout(wait, 100));
    }
  }
}

/** Numbers of the types in Temporal's API (IndexedValueType). */
const attributeTypes = { Keyword: 2, Int: 3, Datetime: 6 } as const;

/**
 * Registers what is missing. The server's own option for it counts only where it makes its database, and one of an
 * earlier version may know fewer attributes.
 */
async function prepare(address: string, wanted: SearchAttributes): Promise<void> {
  const connection = await Connection.connect({ ...temporalProxy(address).client, connectTimeout: 2_000 });
  try {
    await connection.workflowService.describeNamespace({ namespace });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.entries(wanted).filter(([name]) => !(name in customAttributes));
    if (missing.length === 0) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, attributeTypes[type]])),
    });
    throw new Error('its search attributes are not registered yet');
  } finally {
    await connection.close();
  }
}

const portTaken = /address already in use/;

const remedies: readonly [RegExp, string][] = [
  [/file is not a database|malformed/, 'The file temporal.db in the state directory is damaged: remove it.'],
  [/database is locked/, 'Another program has temporal.db in the state directory open: end it.'],
  [
    /unable to open database file|readonly database/,
    'temporal.db in the state directory cannot be written to: correct its permissions, or choose another directory.',
  ],
  [portTaken, 'Another program has just taken the port: try again, or choose another port.'],
  [
    /unknown flag|unknown command/,
    'This temporal binary is too old: bring it up to date, or take it off PATH.',
  ],
];

function endedAtOnce(said: string): TidemarkError {
  const remedy = remedies.find(([pattern]) => pattern.test(said))?.[1];
  return new TidemarkError(
    'InvalidConfig',
    `The Temporal server ended at once: ${said === '' ? 'it said nothing.' : said}`,
    remedy === undefined ? {} : { remedy },
  );
}

function lostItsPort(error: unknown): boolean {
  return error instanceof TidemarkError && portTaken.test(error.message);
}

/** The wanted port if it is free, or any free one when none is wanted. @param remedy how to have another */
async function portFor(wanted: number | undefined, what: string, remedy: string): Promise<number> {
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
      remedy: `Another program listens there: ${remedy}, or to 0 for any free one.`,
      cause,
    });
  } finally {
    await new Promise((closed) => probe.close(closed));
  }
}
