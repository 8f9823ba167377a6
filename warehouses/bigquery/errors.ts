/** BigQuery's reasons in the terms of the taxonomy: what is worth retrying, and what a person can do. */
import { TidemarkError, type ErrorKind } from '../../model/errors.js';
import type { BigqueryConfig } from './connection.js';
import { failureOf, isMissing, retryOf } from './failures.js';

/** A quota of a day fills up again bit by bit. */
const lateSeconds = 15 * 60;

/**
 * Errors that are already in the terms of the taxonomy stay as they are, and those that are none of BigQuery's.
 * @param doing what failed, as `Loading into …`
 * @param refused kind of what BigQuery refuses as wrong
 */
export function bigqueryError(
  config: BigqueryConfig,
  doing: string,
  error: unknown,
  refused: ErrorKind = 'LoadRefused',
): unknown {
  if (error instanceof TidemarkError) return error;
  const failure = failureOf(error);
  if (failure === undefined) return error;
  const { reason, said, status } = failure;
  const message = `${doing} failed: BigQuery said ${said.replace(/[.\s]*$/, '')} (${reason}).`;
  const context = { cause: error, ...(status === undefined ? {} : { status }) };
  switch (retryOf(failure)) {
    case 'soon':
      return new TidemarkError('WarehouseUnavailable', message, {
        ...context,
        remedy: 'It is tried again; if it stays, check the network and the status page of Google Cloud.',
      });
    case 'late':
      return new TidemarkError('WarehouseUnavailable', message, {
        ...context,
        retryAfterSeconds: lateSeconds,
        remedy: `It is tried again in ${lateSeconds / 60} minutes; ask for more quota, or load larger batches.`,
      });
    case 'never': {
      const { kind = refused, remedy } = permanent(config, reason);
      return new TidemarkError(kind, message, { ...context, remedy });
    }
  }
}

/** Whether an error in the terms of the taxonomy is for a dataset, table or column that is not there. */
export const isIncomplete = (error: unknown) => error instanceof TidemarkError && isMissing(error.cause);

function permanent(config: BigqueryConfig, reason: string): { kind?: ErrorKind; remedy: string } {
  const { project, dataset, stagingDataset } = config;
  switch (reason) {
    case 'credentials':
      return {
        kind: 'InvalidConfig',
        remedy:
          'Give every worker application default credentials: the service account of its machine or pod, or ' +
          'GOOGLE_APPLICATION_CREDENTIALS with the path of a credentials file.',
      };
    case 'accessDenied':
      return {
        kind: 'InvalidConfig',
        remedy:
          `Grant the worker's service account roles/bigquery.jobUser on the project ${project} and ` +
          `roles/bigquery.dataEditor on the datasets ${dataset} and ${stagingDataset}.`,
      };
    case 'notFound':
      return {
        kind: 'InvalidConfig',
        remedy: `Check warehouse.project, dataset, stagingDataset and location: ${project}, ${dataset}, ${stagingDataset}, ${config.location}.`,
      };
    case 'billingNotEnabled':
      return { kind: 'InvalidConfig', remedy: `Enable billing for the project ${project}.` };
    case 'bytesBilledLimitExceeded':
      return {
        kind: 'InvalidConfig',
        remedy: `Raise warehouse.maximumBytesBilled, now ${config.maximumBytesBilled}, if the query is worth it.`,
      };
    case 'resourcesExceeded':
      return {
        kind: 'InvalidConfig',
        remedy: 'Load smaller batches: lower pagesPerBatch and secondsPerBatch of the stream.',
      };
    case 'responseTooLarge':
      return { kind: 'InvalidRequest', remedy: 'Ask for fewer rows.' };
    default:
      return { remedy: 'Nothing was changed. Compare the tables with the data dictionary.' };
  }
}
