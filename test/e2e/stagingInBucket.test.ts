/** An export whose workers share nothing but a bucket, one of them killed: equal to the truth, and nothing left over. */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStagingStore } from '../../staging/openStagingStore.js';
import { filesBelow } from '../support/filesBelow.js';
import { startGcs, startS3, type StorageServer } from '../support/objectStorageServers.js';
import { scratchDirectory } from '../support/scratchDirectory.js';
import { deviations, openScenario, until, type Scenario } from './support/scenario.js';

const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-10T00:00:00.000Z' };

describe.each([
  ['s3', startS3],
  ['gs', startGcs],
] as const)('staging in %s:', (scheme, start) => {
  const uri = `${scheme}://tidemark-staging/${randomUUID()}`;
  let server: StorageServer;
  let scenario: Scenario;

  beforeAll(async () => {
    server = await start();
    await server.makeBucket('tidemark-staging');
    scenario = await openScenario({
      evaluations: 500,
      to: '2026-09-08T00:00:00.000Z',
      staging: uri,
      environment: server.environment,
    });
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await scenario?.close();
    await server?.stop();
  });

  it('another worker on another machine goes on where one was killed', async () => {
    // Each worker has its own copies, as on a machine of its own.
    const caches = await Promise.all([scratchDirectory(), scratchDirectory()]);
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    const store = await openStagingStore(uri, await scratchDirectory());

    vi.stubEnv('XDG_CACHE_HOME', caches[0]);
    const first = scenario.startWorker();
    const handle = await scenario.startExport(span, { pagesPerBatch: 3 });
    await until('a staged table', async () =>
      (await store.list('acme/')).some((name) => name.endsWith('.parquet')),
    );
    await first.stop('SIGKILL');
    vi.stubEnv('XDG_CACHE_HOME', caches[1]);
    scenario.startWorker();

    const { highWaterMark } = await handle.result();
    expect(highWaterMark).toBe(span.to);
    expect(deviations(await scenario.compare(span))).toEqual([]);
    // The second has loaded from the bucket, and keeps no copy of a window that is loaded.
    expect(await readdir(join(caches[1], 'tidemark', 'staging'))).toHaveLength(1);
    expect(await store.list('acme/')).toEqual([]);
    expect(await filesBelow(join(caches[1], 'tidemark', 'staging'))).toEqual([]);
  }, 300_000);
});
