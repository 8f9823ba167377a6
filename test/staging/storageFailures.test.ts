import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { explainGcs, gcsVendor } from '../../staging/gcsStore.js';
import { networkFailure } from '../../staging/networkFailure.js';
import { openStagingStore } from '../../staging/openStagingStore.js';
import { explainS3, s3Vendor } from '../../staging/s3Store.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const s3Error = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('words'), { name, $metadata: { httpStatusCode } });
const coded = (code: string, more: object = {}) => Object.assign(new Error('words'), { code, ...more });

describe('what a failure of S3 means', () => {
  it.each([
    ['AccessDenied', 403, 'refused'],
    ['InvalidAccessKeyId', 403, 'credentials'],
    ['SignatureDoesNotMatch', 403, 'credentials'],
    ['ExpiredToken', 400, 'credentials'],
    ['CredentialsProviderError', undefined, 'credentials'],
    ['NoSuchBucket', 404, 'bucket'],
    ['PermanentRedirect', 301, 'request'],
    ['AuthorizationHeaderMalformed', 400, 'request'],
    ['RequestTimeout', 400, 'unavailable'],
    ['SlowDown', 503, 'unavailable'],
    ['InternalError', 500, 'unavailable'],
    // Of single objects in an answer that is a success.
    ['InternalError', 200, 'unavailable'],
    ['AccessDenied', 200, 'refused'],
    ['TooManyRequestsException', 429, 'unavailable'],
    ['TimeoutError', undefined, 'unavailable'],
  ])('%s with status %s: %s', (name, status, problem) => {
    expect(explainS3(s3Error(name, status))?.problem).toBe(problem);
  });
});

describe('what a failure of Cloud Storage means', () => {
  it.each([
    ['a status of the API', Object.assign(new Error('words'), { code: 403 }), 'refused'],
    ['anonymous', Object.assign(new Error('words'), { code: 401 }), 'credentials'],
    ['a missing bucket', Object.assign(new Error('words'), { code: 404 }), 'bucket'],
    [
      'too many requests, as a 403',
      Object.assign(new Error('words'), { code: 403, errors: [{ reason: 'rateLimitExceeded' }] }),
      'unavailable',
    ],
    ['too many requests', Object.assign(new Error('words'), { code: 429 }), 'unavailable'],
    ['an upload session', Object.assign(new Error('words'), { response: { status: 503 } }), 'unavailable'],
    ['a status as text', coded('403'), 'refused'],
    ['a refused sign-in', coded('400', { message: 'invalid_grant: Invalid JWT' }), 'credentials'],
    ['no credentials', new Error('Could not load the default credentials.'), 'credentials'],
    ['an odd request', Object.assign(new Error('words'), { code: 400 }), 'request'],
  ])('%s', (_, error, problem) => {
    expect(explainGcs(error)?.problem).toBe(problem);
  });
});

describe('failures of the network', () => {
  it.each(['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'CERT_HAS_EXPIRED'])(
    '%s is one, also as a cause',
    (code) => {
      expect(networkFailure(coded(code))).toBe('words');
      expect(networkFailure(new Error('outer', { cause: coded(code) }))).toBe('words');
      expect(explainS3(coded(code))?.problem).toBe('unavailable');
      expect(explainGcs(coded(code))?.problem).toBe('unavailable');
    },
  );

  it.each([coded('ENOSPC'), coded('ENOENT'), coded('EACCES'), new TypeError('a fault of ours'), 'text'])(
    '%s is not',
    (error) => {
      expect(networkFailure(error)).toBeUndefined();
      expect(explainS3(error)).toBeUndefined();
      expect(explainGcs(error)).toBeUndefined();
    },
  );
});

/** Answers every request with the next of these, the last one again and again. */
async function answering(...answers: { status: number; body: string }[]) {
  let asked = 0;
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => {
      const answer = answers[Math.min(asked++, answers.length - 1)];
      response.writeHead(answer?.status ?? 500, { 'content-type': 'application/json' }).end(answer?.body);
    });
  });
  await listening(server);
  return { asked: () => asked };
}

/** Lets the server be the storage of both vendors until the test is over. */
async function listening(server: Server) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    vi.unstubAllEnvs();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('STORAGE_EMULATOR_HOST', url);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
}

/** Answers every request with half of what it announces. */
async function half(headers: Record<string, string>, then: (answer: ServerResponse) => void) {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { 'content-length': 1_000, ...headers });
    answer.write('x'.repeat(500), () => then(answer));
  });
  await listening(server);
}

const google = (code: number, message: string) => ({
  status: code,
  body: JSON.stringify({ error: { code, message, errors: [{ message, domain: 'global', reason: 'x' }] } }),
});
const amazon = (status: number, code: string) => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>words</Message></Error>`,
});

describe('an answer of the storage', () => {
  it.each([
    [
      'gs://bucket/x',
      google(403, 'worker@example.test does not have storage.objects.list access'),
      /said 403 worker@example.test does not have .* access\. Grant .* roles\/storage\.objectUser on the bucket "bucket"/,
    ],
    [
      'gs://bucket/x',
      google(401, 'Anonymous caller'),
      /401 Anonymous caller.* GOOGLE_APPLICATION_CREDENTIALS/,
    ],
    [
      's3://bucket/x',
      amazon(403, 'AccessDenied'),
      /said 403 AccessDenied: words\. Allow .*s3:PutObject.* on arn:aws:s3:::bucket\/x\/\*, and s3:ListBucket on arn:aws:s3:::bucket;/,
    ],
    ['s3://bucket', amazon(403, 'AccessDenied'), /on arn:aws:s3:::bucket\/\*, and/],
  ])('%s: a refusal is not tried again and names what to grant', async (uri, answer, message) => {
    const { asked } = await answering(answer);
    const store = await openStagingStore(uri, await scratchDirectory());
    await expect(store.list('a/')).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringMatching(message) as string,
    });
    expect(asked()).toBe(1);
  });

  it.each([
    ['gs://bucket/x', google(503, 'busy'), { status: 200, body: '{"items":[]}' }],
    ['s3://bucket/x', amazon(503, 'SlowDown'), { status: 200, body: '<ListBucketResult/>' }],
  ])('%s: a moment of weakness goes unnoticed', async (uri, weak, well) => {
    const { asked } = await answering(weak, well);
    const store = await openStagingStore(uri, await scratchDirectory());
    expect(await store.list('a/')).toEqual([]);
    expect(asked()).toBe(2);
  });

  it('a lasting weakness is tried a few times and then left to the retries of the run', async () => {
    const { asked } = await answering(amazon(503, 'SlowDown'));
    const store = await openStagingStore('s3://bucket/x', await scratchDirectory());
    await expect(store.get('a')).rejects.toMatchObject({ kind: 'UpstreamUnavailable', status: 503 });
    expect(asked()).toBe(4);
  });

  it('S3: objects that could not be removed are an error in an answer that is a success', async () => {
    await answering(
      {
        status: 200,
        body: '<ListBucketResult><Contents><Key>x/a/1</Key></Contents></ListBucketResult>',
      },
      {
        status: 200,
        body: '<DeleteResult><Error><Key>x/a/1</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>',
      },
    );
    const store = await openStagingStore('s3://bucket/x', await scratchDirectory());
    await expect(store.remove('a/')).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringMatching(/AccessDenied: no \(1 of 1 objects, first "x\/a\/1"\)/) as string,
    });
  });

  describe.each([
    {
      name: 'Cloud Storage',
      open: async () => gcsVendor('bucket', process.env, 300).open(),
      explain: explainGcs,
      headers: {},
    },
    {
      name: 'S3',
      open: async () => s3Vendor('bucket', '', process.env, 300).open(),
      explain: explainS3,
      headers: {},
    },
    {
      name: 'S3 with a checksum, which the SDK reckons on the way',
      open: async () => s3Vendor('bucket', '', process.env, 300).open(),
      explain: explainS3,
      headers: { 'x-amz-checksum-crc32': 'AAAAAA==' },
    },
  ])('$name: a download', ({ open, explain, headers }) => {
    /** What becomes of reading an object of which half comes, in both ways. */
    const readHalf = async () => {
      const client = await open();
      const path = join(await scratchDirectory(), 'copy');
      const readings = await Promise.allSettled([client.get('a'), client.download('a', path)]);
      return readings.map((reading) => (reading.status === 'rejected' ? explain(reading.reason) : reading));
    };

    it('that goes silent fails instead of being waited for', async () => {
      await half(headers, () => undefined);
      const stalled = { problem: 'unavailable', said: 'nothing more came for 0.3 s' };
      expect(await readHalf()).toEqual([stalled, stalled]);
    });

    it('that breaks off fails instead of being waited for', async () => {
      await half(headers, (answer) => setTimeout(() => answer.destroy(), 50));
      const brokenOff = { problem: 'unavailable', said: expect.any(String) as string };
      expect(await readHalf()).toEqual([brokenOff, brokenOff]);
    });
  });

  it('Cloud Storage: names the variable when the file of credentials is missing', async () => {
    vi.stubEnv('STORAGE_EMULATOR_HOST', undefined);
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/no/such/file.json');
    onTestFinished(() => void vi.unstubAllEnvs());
    const store = await openStagingStore('gs://bucket/x', await scratchDirectory());
    await expect(store.list('a/')).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringMatching(/\/no\/such\/file\.json.*GOOGLE_APPLICATION_CREDENTIALS/) as string,
    });
  });
});
