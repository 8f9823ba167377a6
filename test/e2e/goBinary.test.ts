/** Programs from Go modules: built by the real Go from a module of the test, found again, and what is said without Go. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findGoBinary } from '../support/goBinary.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

/** A module without requirements builds its program without a network: the standard library's own. */
async function smallProgram() {
  const home = await scratchDirectory();
  const module = join(home, 'module');
  await mkdir(module);
  await writeFile(join(module, 'go.mod'), 'module example.test/small\n\ngo 1.21\n');
  await writeFile(join(module, 'go.sum'), '');
  return {
    program: { name: 'addr2line', module, mainPackage: 'cmd/addr2line', packagesInAll: 80 },
    environment: { ...process.env, XDG_CACHE_HOME: join(home, 'cache') },
    builds: () => readdir(join(home, 'cache', 'tidemark', 'addr2line')),
  };
}

describe('a program from Go modules', () => {
  it('is built once, and anew when its modules change', async () => {
    const { program, environment, builds } = await smallProgram();
    const said: string[] = [];
    const options = { environment, onProgress: (message: string) => void said.push(message) };
    const built = await findGoBinary(program, options);
    expect(said.join('\n')).toContain('no addr2line binary on this machine yet');
    const help = await promisify(execFile)(built, ['--help']);
    expect(help.stdout).toContain('addr2line');
    const saidOnce = said.length;
    expect(await findGoBinary(program, options)).toBe(built);
    expect(said).toHaveLength(saidOnce);
    expect(await builds()).toEqual([expect.stringMatching(/^[a-z]+-[a-z0-9]+-go\d+\.\d+-[0-9a-f]{12}$/)]);

    await writeFile(join(program.module, 'go.mod'), 'module example.test/small\n\ngo 1.22\n');
    expect(await findGoBinary(program, options)).not.toBe(built);
    expect(await builds()).toHaveLength(2);
  }, 120_000);

  it('without Go: the error names the program and the release that is needed', async () => {
    const { program, environment } = await smallProgram();
    await expect(findGoBinary(program, { environment: { ...environment, PATH: '' } })).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringContaining('addr2line') as string,
      remedy: expect.stringContaining('1.21 or later') as string,
    });
  });

  it('that does not compile: the error says what Go said', async () => {
    const { program, environment } = await smallProgram();
    const wrong = { ...program, mainPackage: 'cmd/no-such-program' };
    await expect(findGoBinary(wrong, { environment })).rejects.toThrow(
      /go build ended with 1: .*no-such-program/,
    );
  });
});
