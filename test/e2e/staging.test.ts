/** Staging in object storage, against servers that speak the protocols: what every store promises, and what fails. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openStagingStore } from '../../staging/openStagingStore.js';
import { describeLocalCopies, describeStagingContract } from '../staging/stagingContract.js';
import { startGcs, startS3, type StorageServer } from '../support/objectStorageServers.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const servers = {
  s3: { start: startS3, name: 'S3' },
  gs: { start: startGcs, name: 'Cloud Storage' },
} as const;

/** The environment of a test: what names neither server nor credentials of this machine, and these. */
function useEnvironment(environment: Record<string, string>): void {
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) {
    if (/^(AWS|GOOGLE|GCLOUD|STORAGE|GCE)_/.test(name)) vi.stubEnv(name, undefined);
  }
  const nowhere = {
    AWS_CONFIG_FILE: '/none',
    AWS_SHARED_CREDENTIALS_FILE: '/none',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  for (const [name, value] of Object.entries({ ...nowhere, ...environment })) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe.each(['s3', 'gs'] as const)('staging in %s:', (scheme) => {
  const { start, name } = servers[scheme];
  let server: StorageServer;

  beforeAll(async () => {
    server = await start();
    await server.makeBucket('staging-bucket');
  });
  afterAll(async () => server?.stop());

  const openAt = async (uri: string) => openStagingStore(uri, await scratchDirectory());
  const open = async () => {
    useEnvironment(server.environment);
    return openAt(`${scheme}://staging-bucket/tidemark/${randomUUID()}`);
  };

  describeStagingContract(name, open);
  describeLocalCopies(name, open);

  it('needs no prefix, and keeps stores with different prefixes apart', async () => {
    useEnvironment(server.environment);
    const whole = await openAt(`${scheme}://staging-bucket`);
    const part = await openAt(`${scheme}://staging-bucket/part/`);
    await part.put('w/a', Buffer.from('x'), 0);
    await whole.put('w/a', Buffer.from('y'), 0);
    expect(await whole.list('part/')).toEqual(['part/w/a']);
    await whole.remove('w/');
    expect((await part.get('w/a'))?.toString()).toBe('x');
  });

  it.each([
    ['put', async (store) => store.put('w/a', Buffer.from('x'), 0)],
    ['get', async (store) => store.get('w/a')],
    ['list', async (store) => store.list('w/')],
    ['remove', async (store) => store.remove('w/')],
    ['localPath', async (store) => store.localPath({ name: 'w/a', bytes: 1, sha256: '', rows: 0 })],
  ] satisfies [string, (store: Awaited<ReturnType<typeof openAt>>) => Promise<unknown>][])(
    'says that the bucket is missing when asked to %s',
    async (_, ask) => {
      useEnvironment(server.environment);
      await expect(ask(await openAt(`${scheme}://no-such-bucket/x`))).rejects.toMatchObject({
        kind: 'InvalidConfig',
        message: expect.stringMatching(
          new RegExp(
            `^Staging ${scheme}://no-such-bucket/x could not .*: ${name} said 404 .*Create the bucket "no-such-bucket"`,
          ),
        ) as string,
      });
    },
  );

  it('is tried again later when nobody listens', async () => {
    const nobody = Object.entries(server.environment).map(([key, value]) => [
      key,
      value === server.url ? 'http://127.0.0.1:1' : value,
    ]);
    useEnvironment(Object.fromEntries(nobody) as Record<string, string>);
    const store = await openAt(`${scheme}://staging-bucket/x`);
    await expect(store.get('a')).rejects.toMatchObject({
      kind: 'UpstreamUnavailable',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});

describe('staging in s3 without the right to it', () => {
  let server: StorageServer;

  beforeAll(async () => {
    // The bucket is made, then everybody has to prove who they are.
    server = await startS3(1);
    await server.makeBucket('staging-bucket');
  });
  afterAll(async () => server?.stop());

  it.each([
    ['an unknown key', {}, /said 403 InvalidAccessKeyId.* AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/],
    ['no key', { AWS_ACCESS_KEY_ID: '' }, /said CredentialsProviderError.* a role of its instance/],
    ['no region', { AWS_REGION: '' }, /said Region .*Check the bucket in staging, AWS_REGION/],
  ])('names the remedy for %s', async (_, environment, message) => {
    useEnvironment({ ...server.environment, ...environment });
    const store = await openStagingStore('s3://staging-bucket/x', await scratchDirectory());
    await expect(store.list('a/')).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringMatching(message) as string,
    });
  });
});
