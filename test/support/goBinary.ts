/** Programs that tests run and that come as Go modules: built once for a machine, and found again in the cache. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TidemarkError } from '../../model/errors.js';
import { findCachedBinary, type BinaryMaker, type FindOptions } from '../../workers/binaryCache.js';
import { buildGoProgram, type GoProgram } from '../../workers/goBuild.js';

/**
 * The path of the program's binary, which is built first where the cache has none for these pinned modules, this
 * platform and this release of Go.
 * @throws TidemarkError InvalidConfig when Go is missing or the build fails.
 */
export async function findGoBinary(program: GoProgram, options: FindOptions = {}): Promise<string> {
  const environment = options.environment ?? process.env;
  const pins = await Promise.all(
    ['go.mod', 'go.sum'].map((file) => readFile(join(program.module, file), 'utf8')),
  );
  const wanted = /^go (\S+)$/m.exec(pins.join('\n'))?.[1] ?? 'any release';
  const remedy = `Install Go (${wanted} or later, https://go.dev/dl), so that "go" is on PATH, with access to a module proxy.`;
  const build: BinaryMaker = {
    what: 'build from Go modules',
    version: `${await goPlatform(program, environment, remedy)}-${digest([program.mainPackage, ...pins])}`,
    make: (target, makerEnvironment, say) => buildGoProgram(program, target, makerEnvironment, say),
  };
  const { name } = program;
  return findCachedBinary({ name, folder: name, makers: [build], lookedElsewhere: [], remedy }, options);
}

/** What the builds of the same modules can differ by, like "linux-amd64-go1.26". */
async function goPlatform(
  { name, module }: GoProgram,
  environment: NodeJS.ProcessEnv,
  remedy: string,
): Promise<string> {
  try {
    // Asked inside the module, which may want a newer Go than the one installed.
    const options = { cwd: module, env: environment };
    const { stdout } = await promisify(execFile)('go', ['env', 'GOOS', 'GOARCH', 'GOVERSION'], options);
    return stdout
      .trim()
      .replace(/(go\d+\.\d+)\S*$/, '$1')
      .split(/\s+/)
      .join('-');
  } catch (cause) {
    throw new TidemarkError('InvalidConfig', `The ${name} binary needs Go, but "go env" cannot be run.`, {
      remedy,
      cause,
    });
  }
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}
