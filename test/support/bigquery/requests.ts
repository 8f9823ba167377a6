/** Request bodies as the discovery document has them, as far as this server goes; any other field is refused. */
import { z } from 'zod';
import { BigqueryError } from './errors.js';

const labels = z.record(z.string(), z.string());
const int64 = z.union([z.string().regex(/^\d+$/), z.number().int()]).transform(String);
const field = z.strictObject({
  name: z.string(),
  type: z.string(),
  mode: z.string().optional(),
  description: z.string().optional(),
});
const schema = z.strictObject({ fields: z.array(field) });
const tableReference = z.strictObject({
  projectId: z.string().optional(),
  datasetId: z.string(),
  tableId: z.string(),
});
const datasetReference = z.strictObject({ projectId: z.string().optional(), datasetId: z.string() });
const timePartitioning = z.strictObject({
  type: z.enum(['HOUR', 'DAY', 'MONTH', 'YEAR']),
  field: z.string().optional(),
  expirationMs: int64.optional(),
});
const clustering = z.strictObject({ fields: z.array(z.string()).min(1).max(4) });

export const datasetBody = z.strictObject({
  datasetReference: datasetReference.optional(),
  location: z.string().optional(),
  description: z.string().optional(),
  friendlyName: z.string().optional(),
  labels: labels.optional(),
  defaultTableExpirationMs: int64.optional(),
  defaultPartitionExpirationMs: int64.optional(),
  access: z.array(z.unknown()).optional(),
  etag: z.string().optional(),
});

export const tableBody = z.strictObject({
  tableReference: tableReference.optional(),
  schema: schema.optional(),
  description: z.string().optional(),
  friendlyName: z.string().optional(),
  labels: labels.optional(),
  timePartitioning: timePartitioning.optional(),
  clustering: clustering.optional(),
  requirePartitionFilter: z.boolean().optional(),
  expirationTime: int64.nullable().optional(),
  view: z.strictObject({ query: z.string(), useLegacySql: z.literal(false) }).optional(),
  etag: z.string().optional(),
});

const load = z.strictObject({
  destinationTable: tableReference,
  sourceUris: z.array(z.string()).optional(),
  sourceFormat: z.string().optional(),
  schema: schema.optional(),
  writeDisposition: z.enum(['WRITE_TRUNCATE', 'WRITE_APPEND', 'WRITE_EMPTY']).optional(),
  createDisposition: z.enum(['CREATE_IF_NEEDED', 'CREATE_NEVER']).optional(),
  schemaUpdateOptions: z.array(z.enum(['ALLOW_FIELD_ADDITION', 'ALLOW_FIELD_RELAXATION'])).optional(),
  timePartitioning: timePartitioning.optional(),
  clustering: clustering.optional(),
  ignoreUnknownValues: z.boolean().optional(),
  maxBadRecords: z.number().int().optional(),
  autodetect: z.boolean().optional(),
  parquetOptions: z
    .strictObject({ enumAsString: z.boolean().optional(), enableListInference: z.boolean().optional() })
    .optional(),
});

const queryParameter = z.strictObject({
  name: z.string().optional(),
  parameterType: z.strictObject({
    type: z.string(),
    arrayType: z.strictObject({ type: z.string() }).optional(),
  }),
  parameterValue: z.strictObject({
    value: z.union([z.string(), z.number(), z.boolean()]).nullable().optional(),
    arrayValues: z
      .array(z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]).nullable().optional() }))
      .optional(),
  }),
});

const asked = {
  query: z.string(),
  useLegacySql: z.literal(false),
  defaultDataset: datasetReference.optional(),
  maximumBytesBilled: int64.optional(),
  parameterMode: z.enum(['NAMED', 'POSITIONAL', 'named', 'positional']).optional(),
  queryParameters: z.array(queryParameter).optional(),
  useQueryCache: z.boolean().optional(),
};

const query = z.strictObject({ ...asked, priority: z.enum(['INTERACTIVE', 'BATCH']).optional() });

const jobReference = z.strictObject({
  projectId: z.string().optional(),
  jobId: z.string().optional(),
  location: z.string().optional(),
});

export const jobBody = z.strictObject({
  jobReference: jobReference.optional(),
  configuration: z.strictObject({
    query: query.optional(),
    load: load.optional(),
    dryRun: z.boolean().optional(),
    labels: labels.optional(),
    jobTimeoutMs: int64.optional(),
  }),
});

/** As the client sends it: it puts these two beside the settings of the load, where the service passes over them. */
export const uploadBody = jobBody.extend({
  configuration: jobBody.shape.configuration.extend({
    load: load.extend({ location: z.unknown().optional(), labels: z.unknown().optional() }),
  }),
});

const formatOptions = z.strictObject({
  useInt64Timestamp: z.boolean().optional(),
  timestampOutputFormat: z.enum(['INT64', 'FLOAT64']).optional(),
});

export const queryBody = z.strictObject({
  ...asked,
  dryRun: z.boolean().optional(),
  labels: labels.optional(),
  location: z.string().optional(),
  maxResults: z.union([z.number(), z.string()]).transform(Number).optional(),
  timeoutMs: z.union([z.number(), z.string()]).transform(Number).optional(),
  requestId: z.string().optional(),
  formatOptions: formatOptions.optional(),
  jobCreationMode: z.string().optional(),
});

export type QueryConfiguration = z.infer<typeof query>;
export type LoadConfiguration = z.infer<typeof load>;
export type JobBody = z.infer<typeof jobBody>;

/** Reads a body. Throws the service's words for what it does not know or cannot take. */
export function readBody<T>(shape: z.ZodType<T>, body: unknown, where: string): T {
  const read = shape.safeParse(body ?? {});
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const at = [where, ...(issue?.path.map(String) ?? [])].join('.');
  if (issue?.code === 'unrecognized_keys') {
    throw new BigqueryError(
      'badRequest',
      `Invalid JSON payload received. Unknown name "${issue.keys[0]}" at '${at}': Cannot find field.`,
    );
  }
  throw new BigqueryError('invalid', `Invalid value at '${at}': ${issue?.message}`);
}
