/** Programs of other projects, built from Go modules by a small module that pins them. */
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { installBinary } from './installBinary.js';

export interface GoProgram {
  /** Of the program, for people: "temporal". */
  name: string;
  /** Directory with the go.mod that pins the program, and its go.sum. */
  module: string;
  mainPackage: string;
  /** What a build from nothing compiles; only to tell people how far it is. */
  packagesInAll: number;
}

const reportMillis = 5_000;

/** Builds the program to `target`; an Error says why it could not. */
export async function buildGoProgram(
  program: GoProgram,
  target: string,
  environment: NodeJS.ProcessEnv,
  say: (message: string) => void,
): Promise<void> {
  // Go writes into the directory of the module, so each build has its own copy.
  const directory = await mkdtemp(join(tmpdir(), `tidemark-${program.name}-build-`));
  try {
    for (const file of ['go.mod', 'go.sum']) {
      await copyFile(join(program.module, file), join(directory, file));
    }
    const binary = join(directory, program.name);
    await goBuild(program, directory, binary, environment, say);
    await installBinary(binary, target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function goBuild(
  { name, mainPackage, packagesInAll }: GoProgram,
  directory: string,
  binary: string,
  environment: NodeJS.ProcessEnv,
  say: (message: string) => void,
): Promise<void> {
  // The linker strips what debuggers want to know, so the compiler need not write it down.
  const lean = ['-trimpath', '-gcflags=all=-dwarf=false', '-ldflags=-s -w'];
  const args = ['build', '-v', ...lean, '-o', binary, mainPackage];
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
    say(`Building the ${name} binary, once, in a few minutes: ${seconds} s, ${stage}`);
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
