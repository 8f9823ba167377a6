/** Amazon S3 and what speaks its protocol, by the AWS SDK, which is loaded when it is first needed. */
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { networkFailure } from './networkFailure.js';
import {
  problemOfStatus,
  type ObjectClient,
  type ObjectVendor,
  type StorageFailure,
  type StorageProblem,
} from './objectClient.js';

/** Staging in a bucket; credentials, region and endpoint are the SDK's business (environment, profile, role). */
export function s3Vendor(
  bucket: string,
  prefix: string,
  environment: NodeJS.ProcessEnv = process.env,
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
    open: async () => openClient(bucket, environment),
    explain: explainS3,
  };
}

async function openClient(bucket: string, environment: NodeJS.ProcessEnv): Promise<ObjectClient> {
  const [sdk, { Upload }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
  const endpoint = environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL'] ?? '';
  const client = new sdk.S3Client({
    maxAttempts: 4,
    // Few servers but Amazon's have a host name for each bucket.
    forcePathStyle: endpoint !== '',
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 120_000, throwOnRequestTimeout: true },
  });
  const read = async (Key: string): Promise<Readable | undefined> =>
    ignoreMissing(
      client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key })).then(({ Body }) => Body as Readable),
    );

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
      const body = await read(key);
      return body === undefined ? undefined : Buffer.concat(await body.toArray());
    },
    async download(key, path) {
      const body = await read(key);
      if (body === undefined) return false;
      await pipeline(body, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
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
