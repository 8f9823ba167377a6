/** The `temporal` binary by a build from Go modules, for machines that reach only package registries. */
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installBinary } from './installBinary.js';

/** Version of the Temporal CLI that the Go module in temporal-cli/ pins. */
export const builtVersion = '1.8.2';

const mainPackage = 'github.com/temporalio/cli/cmd/temporal';
/** What a build from nothing compiles; only to tell people how far it is. */
const packagesInAll = 1_717;
const reportMillis = 5_000;

/** Builds the binary to `target`; an Error says why it could not. */
export async function buildTemporalBinary(
  target: string,
  environment: NodeJS.ProcessEnv,
  say: (message: string) => void,
): Promise<void> {
  // Go writes into the directory of the module, so each build has its own copy.
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-temporal-build-'));
  try {
    for (const file of ['go.mod', 'go.sum']) {
      await copyFile(join(moduleDirectory(), file), join(directory, file));
    }
    const binary = join(directory, 'temporal');
    await goBuild(directory, binary, environment, say);
    await installBinary(binary, target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function goBuild(
  directory: string,
  binary: string,
  environment: NodeJS.ProcessEnv,
  say: (message: string) => void,
): Promise<void> {
  const args = ['build', '-v', '-trimpath', '-ldflags', '-s -w', '-o', binary, mainPackage];
  const child = spawn('go', args, {
    cwd: directory,
    // Pure Go: no C compiler is asked for.
    env: { ...environment, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const started = Date.now();
  const lastLines: string[] = [];
  let modules = 0;
  let packages = 0;
  let current = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > 5) lastLines.shift();
    if (line.startsWith('go: downloading ')) modules += 1;
    else packages += 1;
    current = line.replace('go: downloading ', '');
  });
  const report = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1_000);
    const stage =
      current === mainPackage
        ? 'linking'
        : packages === 0
          ? `downloading modules, ${modules} so far, ${current}`
          : `compiling, package ${packages} of about ${Math.max(packagesInAll, packages)}, ${current}`;
    say(`Building the temporal binary, once, in a few minutes: ${seconds} s, ${stage}`);
  }, reportMillis);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ENOENT' ? new Error('Go is not installed: no "go" on PATH') : error),
      );
      child.once('close', resolve);
    });
    if (code !== 0) throw new Error(`go build ended with ${code}: ${lastLines.join(' / ')}`);
  } finally {
    clearInterval(report);
  }
}

/** The Go module lies beside the sources; the compiled program finds it from dist/. */
function moduleDirectory(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return here.endsWith(join('dist', 'workers'))
    ? join(here, '..', '..', 'workers', 'temporal-cli')
    : join(here, 'temporal-cli');
}
