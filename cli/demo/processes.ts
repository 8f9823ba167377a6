/** The processes a demonstration is made of: the same commands that people start themselves. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TidemarkError } from '../../model/errors.js';
import type { ReadyLine } from '../../simulator/server.js';

/** The compiled command, also for callers that run from the sources, as tests do. */
const main = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/cli/main.js' : '../main.js', import.meta.url),
);

/**
 * Loaded into each process before its command: ends it as soon as its standard input closes, which the operating system
 * does even when this process is killed. Threads load it, too, and their standard input says nothing.
 */
const endsWithParent = `
  import { isMainThread } from 'node:worker_threads';
  const end = () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 8000).unref();
  };
  if (isMainThread) process.stdin.on('end', end).on('error', end).resume().unref();
`;

/** As the command's first line and the image have it: what DuckDB frees goes back to the system. */
const allocator = { MALLOC_MMAP_THRESHOLD_: '1048576' };

/** How much of what a process said last is shown when it is lost. */
const shownCharacters = 1_000;

/** The first line of `tidemark simulate`. */
export type SimulatorReady = ReadyLine;

export interface ChildHandle {
  process: ChildProcess;
  /** Ends the process: SIGTERM by default, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Rejects when the process ends without `stop`; nobody needs to listen. */
  lost: Promise<never>;
}

/** Starts `tidemark <args>`; what it logs goes to the file. */
function startCommand(args: string[], environment: NodeJS.ProcessEnv, logFile: string): ChildHandle {
  const guard = `data:text/javascript,${encodeURIComponent(endsWithParent)}`;
  const child = spawn(process.execPath, ['--import', guard, main, ...args], {
    env: { ...allocator, ...withoutCluster(process.env), ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C reaches the caller alone, which ends its processes in their order.
    detached: true,
  });
  child.stdin.on('error', () => {});
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stderr.pipe(log);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-shownCharacters);
  });
  let asked = false;
  const lost = new Promise<never>((_, reject) => {
    // Not "exit": by then what it said last may be still on its way.
    child.once('close', () => {
      if (!asked) reject(endedUnasked(args[0] ?? '', child, said.trim(), logFile));
    });
  });
  lost.catch(() => {});
  return {
    process: child,
    lost,
    stop: async (signal = 'SIGTERM') => {
      asked = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}

/**
 * Without the Temporal cluster that the shell names: a worker that went there would leave the server that its caller
 * names without one, and runs would wait for it for ever.
 */
function withoutCluster(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

function endedUnasked(command: string, child: ChildProcess, said: string, logFile: string): TidemarkError {
  const how = child.signalCode ?? `exit code ${child.exitCode}`;
  const last = said === '' ? 'It said nothing.' : `It said last:\n${said}\n`;
  return new TidemarkError(
    'InvalidConfig',
    `The process "tidemark ${command}" ended with ${how}, and nobody had asked it to. ${last}`,
    { remedy: `Mend what it names; all of its log is in ${logFile}.` },
  );
}

export async function startSimulatorProcess(
  args: string[],
  logFile: string,
): Promise<ChildHandle & { ready: SimulatorReady }> {
  const handle = startCommand(['simulate', ...args], {}, logFile);
  const output = handle.process.stdout;
  if (output === null) throw new Error('the simulator has no standard output');
  const lines = createInterface({ input: output });
  const [line] = (await Promise.race([once(lines, 'line'), handle.lost])) as [string];
  return { ...handle, ready: JSON.parse(line) as SimulatorReady };
}

/** Starts `tidemark worker` for the server that the environment names in TEMPORAL_ADDRESS, whatever the shell's is. */
export function startWorkerProcess(
  configPath: string,
  environment: NodeJS.ProcessEnv,
  logFile: string,
  more: readonly string[] = [],
): ChildHandle {
  const handle = startCommand(['worker', '--config', configPath, ...more], environment, logFile);
  handle.process.stdout?.resume();
  return handle;
}
