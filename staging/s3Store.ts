/** Amazon S3 and what speaks its protocol, by the AWS SDK, which is loaded when it is first needed. */
import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { networkFailure } from './networkFailure.js';
import {
  problemOfStatus,
  type ObjectClient,
  type ObjectVendor,
  type StorageFailure,
  type StorageProblem,
} from './objectClient.js';
import { stalledAfterMillis, unlessStalled } from './unlessStalled.js';

/**
 * Staging in a bucket; credentials, region and endpoint are the SDK's business (environment, profile, role).
 *
 * @param patience milliseconds without a byte after which a download has failed
 */
export function s3Vendor(
  bucket: string,
  prefix: string,
  environment: NodeJS.ProcessEnv = process.env,
  patience = stalledAfterMillis,
): ObjectVendor {
  const objects = `arn:aws:s3:::${bucket}/${prefix === '' ? '' : `${prefix}/`}*`;
  return {
    name: 'S3',
    remedies: {
      credentials:
        "Give every worker credentials by the AWS SDK's default chain: a role of its instance, task or pod, or " +
        'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      refused:
        `Allow the worker's role s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on ` +
        `${objects}, and s3:ListBucket on arn:aws:s3:::${bucket}; with a KMS key also kms:GenerateDataKey and kms:Decrypt.`,
      bucket: `Create the bucket "${bucket}", or correct staging; AWS_REGION and AWS_ENDPOINT_URL_S3 say where it is looked for.`,
      request: 'Check the bucket in staging, AWS_REGION and AWS_ENDPOINT_URL_S3.',
    },
    open: async () => openClient(bucket, environment, patience),
    explain: explainS3,
  };
}

async function openClient(
  bucket: string,
  environment: NodeJS.ProcessEnv,
  patience: number,
): Promise<ObjectClient> {
  const [sdk, { Upload }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
  const endpoint = environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL'] ?? '';
  const client = new sdk.S3Client({
    maxAttempts: 4,
    // Few servers but Amazon's have a host name for each bucket.
    forcePathStyle: endpoint !== '',
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 120_000, throwOnRequestTimeout: true },
  });
  const contentOf = async (Key: string): Promise<AsyncGenerator<Buffer> | undefined> => {
    const answer = await ignoreMissing(client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key })));
    return answer === undefined ? undefined : unlessStalled(answer.Body as Readable, patience);
  };

  return {
    async put(Key, Body) {
      await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key, Body }));
    },
    async putFile(Key, path) {
      const body = createReadStream(path);
      try {
        await new Upload({ client, params: { Bucket: bucket, Key, Body: body } }).done();
      } finally {
        body.destroy();
      }
    },
    async get(key) {
      const content = await contentOf(key);
      return content === undefined ? undefined : buffer(content);
    },
    async download(key, path) {
      const content = await contentOf(key);
      if (content === undefined) return false;
      await pipeline(content, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
      return true;
    },
    async *list(Prefix) {
      for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix })) {
        yield (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
      }
    },
    async remove(keys) {
      const { Errors = [], $metadata } = await client.send(
        new sdk.DeleteObjectsCommand({
          Bucket: bucket,
          Delete: { Quiet: true, Objects: keys.map((Key) => ({ Key })) },
        }),
      );
      const [first] = Errors;
      if (first === undefined) return;
      // The answer is a success even when nothing could be removed.
      const said = `${first.Message ?? ''} (${Errors.length} of ${keys.length} objects, first "${first.Key ?? ''}")`;
      throw new sdk.S3ServiceException({
        name: first.Code ?? 'InternalError',
        message: said,
        $fault: 'server',
        $metadata,
      });
    },
  };
}

async function ignoreMissing<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

/** Codes whose meaning their HTTP status does not tell. */
const problems: Record<string, StorageProblem> = {
  CredentialsProviderError: 'credentials',
  TokenProviderError: 'credentials',
  InvalidAccessKeyId: 'credentials',
  SignatureDoesNotMatch: 'credentials',
  ExpiredToken: 'credentials',
  InvalidToken: 'credentials',
  TokenRefreshRequired: 'credentials',
  AccessDenied: 'refused',
  NoSuchBucket: 'bucket',
  RequestTimeout: 'unavailable',
  InternalError: 'unavailable',
  SlowDown: 'unavailable',
  ServiceUnavailable: 'unavailable',
};

export function explainS3(error: unknown): StorageFailure | undefined {
  const network = networkFailure(error);
  if (network !== undefined) return { problem: 'unavailable', said: network };
  if (!(error instanceof Error)) return undefined;
  // The SDK has no type for them.
  if (/^Region (is missing|not accepted)/.test(error.message))
    return { problem: 'request', said: error.message };
  const status = statusOf(error);
  const problem = problems[error.name] ?? (status === undefined ? undefined : problemOfStatus(status));
  if (problem === undefined) return undefined;
  const said = `${status === undefined ? '' : `${status} `}${error.name}: ${error.message}`;
  return { problem, said, ...(status === undefined ? {} : { status }) };
}

function statusOf(error: Error): number | undefined {
  return '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode : undefined;
}
