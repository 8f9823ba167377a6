/**
 * The schema of tidemark.yaml: the one place that knows every setting, its default and why it is so. The JSON Schema
 * for editors (tidemark.schema.json) is generated from it.
 */
import { z } from 'zod';
import { secureUrl } from '../sources/http/sameOrigin.js';
import { parseObjectUri } from '../staging/objectUri.js';
import { cxoneConnection } from './cxoneConnection.js';
import { genesysConnection } from './genesysConnection.js';
import { fromEnvironment } from './settingValues.js';
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

const connectionName = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and hyphens');

const connection = z.discriminatedUnion('vendor', [genesysConnection, cxoneConnection], {
  error: 'write genesys or cxone',
});

export const configurationSchema = z.strictObject(
  {
    connections: z.record(connectionName, connection).refine((all) => Object.keys(all).length > 0, {
      error: 'name at least one connection',
    }),
    warehouse: warehouse.prefault({ kind: 'duckdb' }),
    staging: z
      .string()
      .regex(/^(file:.|(gs|s3):\/\/[a-z0-9])/, {
        error:
          'write file: and a directory (file:./.tidemark/staging), or a bucket as gs://bucket/prefix or s3://bucket/prefix',
        abort: true,
      })
      .refine((uri) => uri.startsWith('file:') || parseObjectUri(uri) !== null, {
        error:
          'write the bucket as its vendor names it, and a prefix of letters, digits, ".", "_", "=", ":", "-" and "/"',
      })
      .default('file:./.tidemark/staging')
      .describe(
        'Where extracted pages and Parquet files wait, shared by all workers: file:, gs:// or s3://.',
      ),
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
  },
  {
    error: ({ code }) =>
      code === 'invalid_type' ? 'write settings as in tidemark.example.yaml, connections first' : undefined,
  },
);

export type Configuration = z.output<typeof configurationSchema>;
export type ConnectionConfiguration = Configuration['connections'][string];
