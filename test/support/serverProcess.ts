/** Servers of other projects that tests run as processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ServerProcess {
  pid: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const patienceMillis = 60_000;

/** Starts a server and waits until `answers` says so; what it said is in the error when that never happens. */
export async function startServerProcess(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  answers: () => Promise<boolean>,
): Promise<ServerProcess> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = once(child, 'exit');
  let said = '';
  const keep = (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const deadline = Date.now() + patienceMillis;
  while (!(await answers())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${program} ${args.join(' ')} does not answer: ${said}`);
    }
    await new Promise((wait) => setTimeout(wait, 50));
  }
  return {
    pid: child.pid ?? 0,
    stop: async (signal) => {
      child.kill(signal);
      await gone;
    },
  };
}

/** Whether somebody answers there with a success. */
export async function answersAt(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
