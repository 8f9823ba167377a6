/** Programs and libraries from PyPI that tests run: installed once for a machine, into a cache outside the project. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TidemarkError } from '../../model/errors.js';
import { cacheDirectory, executableName, type FindOptions } from '../../workers/binaryCache.js';
import { withProcessLock } from '../../workers/processLock.js';

const requirements = fileURLToPath(new URL('pythonRequirements.txt', import.meta.url));
const interpreter = process.platform === 'win32' ? 'python' : 'python3';
const programs = process.platform === 'win32' ? 'Scripts' : 'bin';

/**
 * The path of a program of the pinned packages ("moto_server"), or of the interpreter that can import them
 * ("python"). What is missing is installed first, which takes about a minute.
 * @throws TidemarkError InvalidConfig when Python is missing or the packages cannot be installed.
 */
export async function pythonTool(name: string, options: FindOptions = {}): Promise<string> {
  const { environment = process.env, onProgress: say = () => {} } = options;
  const home = join(cacheDirectory(environment), 'python-tools', await environmentKey(environment));
  const complete = join(home, 'complete');
  if (!(await exists(complete))) {
    await mkdir(join(home, '..'), { recursive: true });
    await withProcessLock(
      `${home}.lock`,
      () => say('Another process is installing the Python packages: waiting for it.'),
      async () => {
        if (await exists(complete)) return;
        say(
          'The Python packages of the tests are not on this machine yet: installing them, in about a minute.',
        );
        await install(home, environment, say);
        await writeFile(complete, '');
      },
    );
  }
  return join(home, programs, executableName(name));
}

/** The environment cannot be moved once it is made, so it is made in its place and a mark says that it is whole. */
async function install(home: string, env: NodeJS.ProcessEnv, say: (message: string) => void): Promise<void> {
  await rm(home, { recursive: true, force: true });
  await run(interpreter, ['-m', 'venv', home], env, () => {});
  await run(
    join(home, programs, executableName('python')),
    ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--requirement', requirements],
    env,
    (line) => {
      if (/^(Collecting|Installing)/.test(line)) say(line.split(' (from')[0]?.slice(0, 120) ?? '');
    },
  );
}

/** Another Python or other pins are another environment. */
async function environmentKey(environment: NodeJS.ProcessEnv): Promise<string> {
  const [version = ''] = await run(
    interpreter,
    ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'],
    environment,
    () => {},
  );
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  return `python${version}-${hash.slice(0, 12)}`;
}

/** The lines of the program's output. */
async function run(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): Promise<string[]> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const complaints: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    onLine(line);
  });
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  let reason: string;
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code === 0) return lines;
    reason = `ended with ${code}: ${[...complaints, ...lines].slice(-5).join(' / ')}`;
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  throw new TidemarkError('InvalidConfig', `"${program} ${args.join(' ')}" ${reason}.`, {
    remedy:
      `Install Python 3.11 or later with its venv module (on Debian: python3 and python3-venv), so that ` +
      `"${interpreter}" is on PATH and pip reaches a package index.`,
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
