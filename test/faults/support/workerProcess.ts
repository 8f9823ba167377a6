/** Worker processes of an installation: one that is always there again, and one that stands still. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Step } from './acts.js';

/** The compiler that makes code fast takes a sixth of the work of workers that live for seconds. */
export const faultyWorker = [
  '--no-opt',
  fileURLToPath(new URL('faultyWorker.mjs', import.meta.url)),
] as const;

/** Where a worker is killed, or stands still. */
export interface KillPoint {
  /** Any where it is absent. */
  activity?: Step;
  moment: 'before' | 'answered' | 'during' | 'after';
  /** The nth time that a process comes there; the first by default. */
  nth?: number;
  signal?: 'SIGKILL' | 'SIGSTOP';
}

export const pointName = ({ activity, moment, nth, signal }: KillPoint): string =>
  [
    ...(signal === 'SIGSTOP' ? ['asleep'] : []),
    ...[moment, activity ?? 'any step'],
    ...(nth === undefined ? [] : [`no. ${nth}`]),
  ].join(' ');

export interface KeptWorker {
  /** Resolves once a point has struck. */
  struck(): Promise<void>;
  /** Lets go on what stands still. */
  wake(): void;
  /** Ends the worker, for good; says how many points have struck. */
  stop(): Promise<{ kills: number }>;
}

export interface WorkerPlace {
  directory: string;
  configPath: string;
  logPath: string;
  environment: Record<string, string>;
}

let kept = 0;

/** Keeps a worker running, a new one after each that was killed. */
export function keepWorker(place: WorkerPlace, points: readonly KillPoint[]): KeptWorker {
  const { directory, configPath, logPath, environment } = place;
  const log = createWriteStream(logPath, { flags: 'a' });
  const number = ++kept;
  const armed = points.map((point, index) => ({ ...point, marker: join(directory, `${number}-${index}`) }));
  let running: ChildProcess | null = null;
  let stopping = false;
  const begin = () => {
    const child = spawn(
      process.execPath,
      [...faultyWorker, configPath, ...armed.map((point) => JSON.stringify(point))],
      {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    child.stderr.pipe(log, { end: false });
    child.once('exit', () => {
      if (!stopping) begin();
    });
    running = child;
  };
  begin();
  const struckSoFar = async () => {
    const found = await Promise.all(
      armed.map(async ({ marker }) =>
        access(marker).then(
          () => 1,
          () => 0,
        ),
      ),
    );
    return found.reduce<number>((sum, one) => sum + one, 0);
  };
  return {
    struck: async () => {
      while ((await struckSoFar()) === 0) await new Promise((wait) => setTimeout(wait, 50));
    },
    wake: () => void running?.kill('SIGCONT'),
    stop: async () => {
      stopping = true;
      const child = running as ChildProcess | null;
      if (child !== null && child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      log.end();
      return { kills: await struckSoFar() };
    },
  };
}
