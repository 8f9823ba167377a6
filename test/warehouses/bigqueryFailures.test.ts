/** What BigQuery says when something fails, in the terms of the taxonomy. */
import { describe, expect, it } from 'vitest';
import { bigqueryError } from '../../warehouses/bigquery/errors.js';
import { JobFailed } from '../../warehouses/bigquery/failures.js';

const config = {
  project: 'acme-quality',
  dataset: 'tidemark',
  stagingDataset: 'tidemark_staging',
  location: 'EU',
  maximumBytesBilled: 1_000,
  labels: {},
};

const job = (reason: string, message = 'Something.') => new JobFailed(reason, message, 'job');
const answer = (code: number, reason: string, message = 'Something.') =>
  Object.assign(new Error(message), { code, errors: [{ reason, message }] });

const cases: readonly [name: string, error: Error, kind: string, remedy: RegExp, seconds?: number][] = [
  ['backendError of a job', job('backendError'), 'WarehouseUnavailable', /tried again/],
  ['jobInternalError of a job', job('jobInternalError'), 'WarehouseUnavailable', /tried again/],
  ['rateLimitExceeded as 403', answer(403, 'rateLimitExceeded'), 'WarehouseUnavailable', /tried again/],
  ['an unknown reason as 503', answer(503, 'unheardOf'), 'WarehouseUnavailable', /tried again/],
  ['429', answer(429, 'unheardOf'), 'WarehouseUnavailable', /tried again/],
  [
    'a reset',
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    'WarehouseUnavailable',
    /network/,
  ],
  [
    'a transaction in the way',
    job('invalidQuery', 'Transaction is aborted due to concurrent update against table x'),
    'WarehouseUnavailable',
    /tried again/,
  ],
  [
    'a statement in the way',
    job('invalidQuery', 'Could not serialize access to table x due to concurrent update'),
    'WarehouseUnavailable',
    /tried again/,
  ],
  [
    'too many at once',
    job('resourcesExceeded', 'Too many DML statements outstanding against table x'),
    'WarehouseUnavailable',
    /tried again/,
  ],
  ['quotaExceeded', job('quotaExceeded'), 'WarehouseUnavailable', /15 minutes/, 900],
  [
    'no credentials',
    new Error('Could not load the default credentials.'),
    'InvalidConfig',
    /GOOGLE_APPLICATION_CREDENTIALS/,
  ],
  ['401', answer(401, 'authError'), 'InvalidConfig', /application default credentials/],
  [
    'accessDenied',
    answer(403, 'accessDenied'),
    'InvalidConfig',
    /roles\/bigquery\.jobUser on the project acme-quality/,
  ],
  ['notFound', answer(404, 'notFound'), 'InvalidConfig', /tidemark_staging, EU/],
  ['billingNotEnabled', job('billingNotEnabled'), 'InvalidConfig', /billing/],
  [
    'bytesBilledLimitExceeded',
    job('bytesBilledLimitExceeded'),
    'InvalidConfig',
    /maximumBytesBilled, now 1000/,
  ],
  ['resourcesExceeded', job('resourcesExceeded'), 'InvalidConfig', /pagesPerBatch/],
  [
    'an assertion',
    job('invalidQuery', 'forms: the key is not unique.'),
    'LoadRefused',
    /Nothing was changed/,
  ],
];

describe('an error of BigQuery', () => {
  it.each(cases)('%s', (_, error, kind, remedy, seconds) => {
    const told = bigqueryError(config, 'Loading batch b1', error);
    expect(told).toMatchObject({ kind, cause: error, remedy: expect.stringMatching(remedy) as string });
    expect(told).toHaveProperty('message', expect.stringContaining('Loading batch b1 failed') as string);
    expect((told as { retryAfterSeconds?: number }).retryAfterSeconds).toBe(seconds);
  });

  it('says no more than a few lines', () => {
    const told = bigqueryError(config, 'Loading', job('invalid', 'x'.repeat(10_000))) as Error;
    expect(told.message.length).toBeLessThan(600);
  });
});

it('any other error stays what it is', () => {
  const error = new RangeError('a fault of ours');
  expect(bigqueryError(config, 'Loading', error)).toBe(error);
});
