/** Google Cloud Storage by Google's library, which is loaded when it is first needed. */
import { createWriteStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Bucket } from '@google-cloud/storage';
import pMap from 'p-map';
import { networkFailure } from './networkFailure.js';
import {
  problemOfStatus,
  type ObjectClient,
  type ObjectVendor,
  type StorageFailure,
} from './objectClient.js';
import { stalledAfterMillis, unlessStalled } from './unlessStalled.js';

/** Below this a single request uploads a file; above it a session, in which only a lost part is sent again. */
const singleRequestBytes = 8 * 1024 ** 2;
const removedAtOnce = 16;

/**
 * Staging in a bucket, with the application default credentials of the process.
 *
 * @param patience milliseconds without a byte after which a download has failed
 */
export function gcsVendor(
  bucket: string,
  environment: NodeJS.ProcessEnv = process.env,
  patience = stalledAfterMillis,
): ObjectVendor {
  return {
    name: 'Cloud Storage',
    remedies: {
      credentials:
        'Give every worker application default credentials: the service account of its machine or pod, or ' +
        'GOOGLE_APPLICATION_CREDENTIALS with the path of a credentials file.',
      refused: `Grant the worker's service account the role roles/storage.objectUser on the bucket "${bucket}".`,
      bucket: `Create the bucket "${bucket}", or correct staging.`,
      request: 'Check the bucket in staging, and STORAGE_EMULATOR_HOST if it is set.',
    },
    open: async () => openClient(bucket, environment, patience),
    explain: explainGcs,
  };
}

async function openClient(
  name: string,
  environment: NodeJS.ProcessEnv,
  patience: number,
): Promise<ObjectClient> {
  const { IdempotencyStrategy, Storage } = await import('@google-cloud/storage');
  const storage = new Storage({
    retryOptions: {
      maxRetries: 3,
      totalTimeout: 60,
      // The same name always gets the same content, so writing and removing twice is harmless.
      idempotencyStrategy: IdempotencyStrategy.RetryAlways,
    },
  });
  const emulator = environment['STORAGE_EMULATOR_HOST'] ?? '';
  // The library leaves out the path of the API there, which emulators have like the service itself.
  if (emulator !== '') storage.baseUrl = `${storage.apiEndpoint}/storage/v1`;
  const bucket = storage.bucket(name);
  const contentOf = (key: string) => unlessStalled(bucket.file(key).createReadStream(), patience);

  return {
    async put(key, body) {
      await bucket.file(key).save(body, { resumable: false, validation: 'crc32c' });
    },
    async putFile(key, path, bytes) {
      await bucket.upload(path, {
        destination: key,
        resumable: bytes > singleRequestBytes,
        validation: 'crc32c',
      });
    },
    async get(key) {
      return unlessMissing(bucket, key, async () => buffer(contentOf(key)));
    },
    async download(key, path) {
      const done = unlessMissing(bucket, key, async () => {
        await pipeline(contentOf(key), createWriteStream(path));
        return true;
      });
      return (await done) ?? false;
    },
    async *list(prefix) {
      let pageToken: string | undefined;
      do {
        const [files, next] = await bucket.getFiles({
          prefix,
          autoPaginate: false,
          maxResults: 1_000,
          ...(pageToken === undefined ? {} : { pageToken }),
        });
        yield files.map((file) => file.name);
        pageToken = (next as { pageToken?: string } | null)?.pageToken;
      } while (pageToken !== undefined);
    },
    async remove(keys) {
      await pMap(keys, async (key) => bucket.file(key).delete({ ignoreNotFound: true }), {
        concurrency: removedAtOnce,
      });
    },
  };
}

/** A missing object and a missing bucket get the same answer: a look into the bucket tells them apart. */
async function unlessMissing<T>(bucket: Bucket, key: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
  await bucket.getFiles({ prefix: key, autoPaginate: false, maxResults: 1 });
  return undefined;
}

/** What the library and its sign-in say when there are no credentials, or Google does not take them. */
const credentialsRefused =
  /default credentials|credentials? file|invalid_(grant|client|rapt)|unauthorized_client|does not exist, or it is not a file|access token/i;

export function explainGcs(error: unknown): StorageFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const status = statusOf(error);
  const said = `${status === undefined ? '' : `${status} `}${wordsOf(error)}`;
  const facts = { said, ...(status === undefined ? {} : { status }) };
  if (credentialsRefused.test(error.message)) return { problem: 'credentials', ...facts };
  const network = networkFailure(error);
  if (network !== undefined) return { problem: 'unavailable', said: network };
  if (status === undefined) return undefined;
  if (status === 404) return { problem: 'bucket', ...facts };
  if (status === 403 && /rateLimitExceeded/i.test(JSON.stringify(error)))
    return { problem: 'unavailable', ...facts };
  return { problem: problemOfStatus(status), ...facts };
}

/** The library has three kinds of errors, of which one carries the answer and one only its status. */
interface AnsweredError {
  code?: string | number;
  response?: { status?: number; data?: { error?: { message?: string } } };
  errors?: { message?: string }[];
}

function statusOf(error: unknown): number | undefined {
  const { code, response } = error as AnsweredError;
  const status = response?.status ?? Number(code);
  return Number.isInteger(status) && status >= 100 ? status : undefined;
}

function wordsOf(error: Error): string {
  const { response, errors } = error as AnsweredError;
  const words = response?.data?.error?.message ?? errors?.[0]?.message ?? error.message;
  return words.replace(/\s+/g, ' ').trim().slice(0, 300);
}
