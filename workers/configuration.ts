/**
 * The schema of tidemark.yaml: the one place that knows every setting, its default and why it is so. The JSON Schema
 * for editors (tidemark.schema.json) is generated from it.
 */
import { z } from 'zod';
import { secureUrl } from '../sources/http/sameOrigin.js';
import { duration, fromEnvironment } from './settingValues.js';
import { streams } from './streamConfiguration.js';
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

/** The contract works out pass rates itself. */
const guidePassScore = 80;

const genesysConnection = z
  .strictObject({
    vendor: z.literal('genesys'),
    api: z
      .enum(['published', 'guide'])
      .default('published')
      .describe(
        "Contract of the API: the vendor's published one, or the one of docs/contracts/genesys-guide.md.",
      ),
    region: z.string().optional().describe('AWS region of the organisation, e.g. eu-central-1.'),
    apiUrl: z.url().optional().describe('Instead of region: base URL of the API (a proxy, a simulator).'),
    loginUrl: z.url().optional().describe('Instead of region: base URL of the sign-in.'),
    clientId: fromEnvironment.describe('OAuth client id (client credentials), usually ${NAME}.'),
    clientSecret: fromEnvironment.describe('OAuth client secret, as ${NAME} only.'),
    signIn: z
      .enum(['basic', 'form', 'json'])
      .optional()
      .describe(
        'How credentials are sent: HTTP Basic, or in a form or JSON body. Only with api: guide; form there.',
      ),
    tokenRefreshMargin: duration
      .optional()
      .describe(
        'A token is replaced this long before it expires, so that no request carries a dying one. By default 60s; ' +
          '5m for metrics, 15m for assessments and feedback.',
      ),
    allowance: z
      .strictObject({
        requests: z.int().min(1).default(300),
        window: duration.default(60_000),
      })
      .prefault({})
      .describe('API allowance assumed until the vendor states its own in the first response.'),
    streams: z.strictObject(streams).partial(),
  })
  .superRefine(({ api, signIn, streams: wanted }, context) => {
    if (api === 'guide') {
      if (wanted.metrics !== undefined && wanted.metrics.passScore !== guidePassScore) {
        context.addIssue({
          code: 'custom',
          path: ['streams', 'metrics', 'passScore'],
          message: `the pass mark is ${guidePassScore} in the guide contract, whatever the client asks for: leave it out`,
        });
      }
      if (wanted.evaluations !== undefined && wanted.assessments !== undefined) {
        context.addIssue({
          code: 'custom',
          path: ['streams', 'assessments'],
          message: 'are the same records as evaluations in another form: configure one of the two',
        });
      }
      return;
    }
    if (wanted.assessments !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['streams', 'assessments'],
        message: 'are not in the published API: configure evaluations, or api: guide',
      });
    }
    if (signIn !== undefined && signIn !== 'basic') {
      context.addIssue({
        code: 'custom',
        path: ['signIn'],
        message: `${signIn} is not in the published API: leave it out, or configure api: guide`,
      });
    }
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
