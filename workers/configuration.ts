/**
 * The schema of tidemark.yaml: the one place that knows every setting, its default and why it is so. The JSON Schema
 * for editors (tidemark.schema.json) is generated from it.
 */
import { z } from 'zod';
import { secureUrl } from '../sources/http/sameOrigin.js';
import { duration, fromEnvironment, moment } from './settingValues.js';
import { warehouse } from './warehouseSettings.js';

const webhook = fromEnvironment.refine(isSecureUrl, {
  error: 'write an https URL without user name and password (plain http only on this machine)',
});

function isSecureUrl(text: string): boolean {
  try {
    return secureUrl('alerts.webhook', text) !== undefined;
  } catch {
    return false;
  }
}

/** A schedule's offset is a moment within its interval. */
const offsetFits = ({ every, offset }: { every: number; offset: number }) => offset < every;
const offsetRule = { path: ['offset'], error: 'must be shorter than every' };

/** The daily comparison with the source. */
const reconciliation = z
  .strictObject({
    every: duration.default(86_400_000).describe('How often the source is compared with the warehouse.'),
    offset: duration
      .default(3 * 3_600_000)
      .describe('How long after midnight UTC (for a daily one): when the vendor has budget to spare.'),
    horizon: duration
      .default(90 * 86_400_000)
      .describe('How far back; the vendor lets evaluations be released and disputed for 45 days.'),
    repair: z.boolean().default(true).describe('Load what differs, and look for what is absent.'),
    confirmations: z
      .int()
      .min(1)
      .max(30)
      .default(2)
      .describe('How many complete re-reads must miss a record before it is called deleted.'),
    breakerShare: z
      .number()
      .min(0)
      .max(100)
      .default(5)
      .describe('Percent of a window; when more is absent at once, nothing is called deleted.'),
    paused: z.boolean().default(false).describe('The schedule is created paused.'),
  })
  .refine(offsetFits, offsetRule)
  .describe('Comparison with the source, with repair.');

const audits = z
  .strictObject({
    every: duration.default(86_400_000).describe('How often intervals and visibility are audited.'),
    offset: duration.default(5 * 3_600_000).describe('How long after midnight UTC (for a daily one).'),
    repair: z.boolean().default(false).describe('Load intervals that were missed or failed.'),
    paused: z.boolean().default(false).describe('The schedules are created paused.'),
  })
  .refine(offsetFits, offsetRule)
  .describe('Audits: intervals that never ran, and what the source hides.');

const evaluationsStream = z
  .strictObject({
    every: duration.default(3_600_000).describe('How often the schedule runs.'),
    startFrom: moment.describe('Where the first run begins (UTC).'),
    safetyLag: duration
      .default(15 * 60_000)
      .describe('A run ends this long before its nominal time, because the vendor indexes late.'),
    overlap: duration
      .default(30 * 60_000)
      .describe('How much before the mark is read again; loading is idempotent, so it costs requests only.'),
    maxWindow: duration
      .refine(
        (millis) => millis <= 90 * 86_400_000,
        'write at most 90d: the vendor searches three months at once',
      )
      .default(31 * 86_400_000)
      .describe('Longest window loaded and marked as one.'),
    recordsPerWindow: z
      .int()
      .min(100)
      .max(50_000)
      .default(20_000)
      .describe("Records a window should hold at most, by the vendor's count of events."),
    pagesPerBatch: z.int().min(1).max(200).default(20).describe('Pages extracted and loaded as one batch.'),
    secondsPerBatch: z.int().min(1).max(600).default(60).describe('A batch ends after this time, too.'),
    softDeadline: duration
      .default(6 * 3_600_000)
      .describe('A run stops after the window in which this has passed; the next goes on.'),
    outageTolerance: duration
      .default(2 * 3_600_000)
      .describe('How long a failing vendor or warehouse is waited for before the run fails.'),
    paused: z.boolean().default(false).describe('The schedule is created paused.'),
    reconcile: reconciliation.prefault({}),
    audit: audits.prefault({}),
  })
  .refine(({ overlap, maxWindow }) => overlap < maxWindow, {
    path: ['overlap'],
    error: 'must be shorter than maxWindow',
  })
  .describe('Evaluations with answers, calibrations, forms, users, queues and divisions.');

const genesysConnection = z.strictObject({
  vendor: z.literal('genesys'),
  api: z.literal('published').default('published').describe('Contract of the API.'),
  region: z.string().optional().describe('AWS region of the organisation, e.g. eu-central-1.'),
  apiUrl: z.url().optional().describe('Instead of region: base URL of the API (a proxy, a simulator).'),
  loginUrl: z.url().optional().describe('Instead of region: base URL of the sign-in.'),
  clientId: fromEnvironment.describe('OAuth client id (client credentials), usually ${NAME}.'),
  clientSecret: fromEnvironment.describe('OAuth client secret, as ${NAME} only.'),
  tokenRefreshMargin: duration
    .default(60_000)
    .describe('A token is replaced this long before it expires, so that no request carries a dying one.'),
  allowance: z
    .strictObject({
      requests: z.int().min(1).default(300),
      window: duration.default(60_000),
    })
    .prefault({})
    .describe('API allowance assumed until the vendor states its own in the first response.'),
  streams: z.strictObject({ evaluations: evaluationsStream }).partial(),
});

const connectionName = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and hyphens');

export const configurationSchema = z.strictObject({
  connections: z.record(connectionName, genesysConnection).refine((all) => Object.keys(all).length > 0, {
    error: 'name at least one connection',
  }),
  warehouse: warehouse.prefault({ kind: 'duckdb' }),
  staging: z
    .string()
    .regex(
      /^(file:.|(gs|s3):\/\/[a-z0-9])/,
      'write file: and a directory (file:./.tidemark/staging), or a bucket as gs://bucket/prefix or s3://bucket/prefix',
    )
    .default('file:./.tidemark/staging')
    .describe('Where extracted pages and Parquet files wait, shared by all workers: file:, gs:// or s3://.'),
  alerts: z
    .strictObject({
      webhook: webhook
        .optional()
        .describe('Alerts are also sent there, as a POST with JSON; ${NAME} when the URL holds a secret.'),
      coverageBelow: z
        .number()
        .min(0)
        .max(100)
        .default(95)
        .describe('An alert is raised when a reconciliation finds less than this held, in percent.'),
    })
    .prefault({})
    .describe('What people are told of, besides the log.'),
  temporal: z
    .strictObject({
      taskQueue: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'use letters, digits, dots, hyphens and underscores')
        .default('tidemark'),
      stateDirectory: z
        .string()
        .default('./.tidemark')
        .describe('State of the embedded development server, used when no Temporal address is set.'),
      uiPort: z.int().min(0).max(65_535).default(8233),
    })
    .prefault({}),
});

export type Configuration = z.output<typeof configurationSchema>;
export type ConnectionConfiguration = Configuration['connections'][string];
export type StreamConfiguration = z.output<typeof evaluationsStream>;
export type StreamName = keyof ConnectionConfiguration['streams'];
