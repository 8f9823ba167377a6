/** The processes a demonstration is made of: the same commands that people start themselves. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ReadyLine } from '../../simulator/server.js';

/** The compiled command, also for callers that run from the sources, as tests do. */
const main = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/cli/main.js' : '../main.js', import.meta.url),
);

/** The first line of `tidemark simulate`. */
export type SimulatorReady = ReadyLine;

export interface ChildHandle {
  process: ChildProcess;
  /** Ends the process: SIGTERM by default, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `tidemark <args>`; what it logs goes to the file. */
function startCommand(args: string[], environment: NodeJS.ProcessEnv, logFile: string): ChildHandle {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stderr.pipe(log);
  return {
    process: child,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}

export async function startSimulatorProcess(
  args: string[],
  logFile: string,
): Promise<ChildHandle & { ready: SimulatorReady }> {
  const handle = startCommand(['simulate', ...args], {}, logFile);
  const output = handle.process.stdout;
  if (output === null) throw new Error('the simulator has no standard output');
  const failed = once(handle.process, 'exit').then(() => {
    throw new Error(`The simulator ended before it was ready; see ${logFile}.`);
  });
  const lines = createInterface({ input: output });
  const [line] = (await Promise.race([once(lines, 'line'), failed])) as [string];
  return { ...handle, ready: JSON.parse(line) as SimulatorReady };
}

export function startWorkerProcess(
  configPath: string,
  environment: NodeJS.ProcessEnv,
  logFile: string,
): ChildHandle {
  const handle = startCommand(['worker', '--config', configPath], environment, logFile);
  handle.process.stdout?.resume();
  return handle;
}
