/** Where the temporal binary is looked for, in which order, and what is said when there is none. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TidemarkError } from '../../model/errors.js';
import type { BinaryMaker } from '../../workers/binaryCache.js';
import { findTemporalBinary } from '../../workers/temporalBinary.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

async function executable(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

/** A maker that records its calls, and makes an executable file unless it has a reason not to. */
function maker(version: string, calls: string[], reason?: string): BinaryMaker {
  return {
    what: `making of ${version}`,
    version,
    make: async (target) => {
      calls.push(version);
      if (reason !== undefined) throw new Error(reason);
      await executable(target);
    },
  };
}

/** An environment where nothing is found but what the test puts there. */
async function bareEnvironment() {
  const home = await scratchDirectory();
  return {
    home,
    cache: join(home, '.cache', 'tidemark', 'temporal-cli'),
    environment: { HOME: home, PATH: join(home, 'bin') },
  };
}

async function failureOf(finding: Promise<string>): Promise<TidemarkError> {
  const error = await finding.then(
    (path) => path,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TidemarkError)) throw new Error(`no TidemarkError but ${String(error)}`);
  return error;
}

describe('TIDEMARK_TEMPORAL_CLI', () => {
  it('wins over PATH and cache', async () => {
    const { home, cache, environment } = await bareEnvironment();
    await executable(join(home, 'bin', 'temporal'));
    await executable(join(cache, 'v1', 'temporal'));
    const chosen = await executable(join(home, 'elsewhere', 'my-temporal'));
    const options = { environment: { ...environment, TIDEMARK_TEMPORAL_CLI: chosen }, makers: [] };
    expect(await findTemporalBinary(options)).toBe(chosen);
  });

  it.each([
    ['does not exist', async () => {}],
    ['is a directory', async (path: string) => void (await mkdir(path))],
    ['cannot be executed', (path: string) => writeFile(path, 'text', { mode: 0o644 })],
  ])('that %s: the error names variable, value and remedy, and nothing is made', async (_, prepare) => {
    const { home, environment } = await bareEnvironment();
    const path = join(home, 'temporal-of-mine');
    await prepare(path);
    const calls: string[] = [];
    const error = await failureOf(
      findTemporalBinary({
        environment: { ...environment, TIDEMARK_TEMPORAL_CLI: path },
        makers: [maker('v1', calls)],
      }),
    );
    expect(error.kind).toBe('InvalidConfig');
    expect(error.message).toContain('TIDEMARK_TEMPORAL_CLI');
    expect(error.message).toContain(path);
    expect(error.remedy).toMatch(/unset the variable/);
    expect(calls).toEqual([]);
  });

  it('that is empty counts as unset', async () => {
    const { home, environment } = await bareEnvironment();
    const onPath = await executable(join(home, 'bin', 'temporal'));
    const options = { environment: { ...environment, TIDEMARK_TEMPORAL_CLI: '' }, makers: [] };
    expect(await findTemporalBinary(options)).toBe(onPath);
  });
});

describe('PATH and cache', () => {
  it('a binary on PATH is found before one in the cache', async () => {
    const { home, cache, environment } = await bareEnvironment();
    const onPath = await executable(join(home, 'bin', 'temporal'));
    await executable(join(cache, 'v1', 'temporal'));
    expect(await findTemporalBinary({ environment, makers: [maker('v1', [])] })).toBe(onPath);
  });

  it('a directory named temporal on PATH is passed over', async () => {
    const { home, cache, environment } = await bareEnvironment();
    await mkdir(join(home, 'bin', 'temporal'), { recursive: true });
    const cached = await executable(join(cache, 'v1', 'temporal'));
    expect(await findTemporalBinary({ environment, makers: [maker('v1', [])] })).toBe(cached);
  });

  it('only versions that the makers stand for are taken from the cache', async () => {
    const { cache, environment } = await bareEnvironment();
    await executable(join(cache, 'older', 'temporal'));
    const calls: string[] = [];
    const found = await findTemporalBinary({ environment, makers: [maker('v2', calls)] });
    expect(found).toBe(join(cache, 'v2', 'temporal'));
    expect(calls).toEqual(['v2']);
  });

  it('XDG_CACHE_HOME moves the cache', async () => {
    const { home, environment } = await bareEnvironment();
    const found = await findTemporalBinary({
      environment: { ...environment, XDG_CACHE_HOME: join(home, 'xdg') },
      makers: [maker('v1', [])],
    });
    expect(found).toBe(join(home, 'xdg', 'tidemark', 'temporal-cli', 'v1', 'temporal'));
  });

  it('a cache that cannot be written to is named, with what to do', async () => {
    const { home, environment } = await bareEnvironment();
    await writeFile(join(home, 'a-file'), '');
    const error = await failureOf(
      findTemporalBinary({
        environment: { ...environment, XDG_CACHE_HOME: join(home, 'a-file') },
        makers: [maker('v1', [])],
      }),
    );
    expect(error.message).toContain(join(home, 'a-file'));
    expect(error.remedy).toContain('XDG_CACHE_HOME');
  });
});

describe('making a binary', () => {
  it('tries one maker after the other, says so, and makes it once', async () => {
    const { cache, environment } = await bareEnvironment();
    const calls: string[] = [];
    const said: string[] = [];
    const options = {
      environment,
      makers: [maker('download', calls, 'no way to the internet'), maker('build', calls)],
      onProgress: (message: string) => void said.push(message),
    };
    expect(await findTemporalBinary(options)).toBe(join(cache, 'build', 'temporal'));
    expect(await findTemporalBinary(options)).toBe(join(cache, 'build', 'temporal'));
    expect(calls).toEqual(['download', 'build']);
    expect(said.join('\n')).toContain('no way to the internet');
  });

  it('is done once when several ask at the same time', async () => {
    const { environment } = await bareEnvironment();
    const calls: string[] = [];
    const slow: BinaryMaker = {
      ...maker('v1', calls),
      make: async (target) => {
        calls.push('v1');
        await new Promise((wait) => setTimeout(wait, 300));
        await executable(target);
      },
    };
    const found = await Promise.all([1, 2, 3].map(() => findTemporalBinary({ environment, makers: [slow] })));
    expect(new Set(found).size).toBe(1);
    expect(calls).toEqual(['v1']);
    expect(await readFile(found[0] ?? '', 'utf8')).toContain('#!/bin/sh');
  });

  it('where nothing works, the error lists everything that was tried and three ways out', async () => {
    const { cache, environment } = await bareEnvironment();
    const error = await failureOf(
      findTemporalBinary({
        environment,
        makers: [maker('download', [], 'no way to the internet'), maker('build', [], 'Go is not installed')],
      }),
    );
    expect(error.kind).toBe('InvalidConfig');
    for (const part of [
      'TIDEMARK_TEMPORAL_CLI',
      'PATH',
      cache,
      'no way to the internet',
      'Go is not installed',
    ]) {
      expect(error.message).toContain(part);
    }
    for (const part of ['docs.temporal.io/cli', 'install Go', 'TEMPORAL_ADDRESS']) {
      expect(error.remedy).toContain(part);
    }
  });
});
