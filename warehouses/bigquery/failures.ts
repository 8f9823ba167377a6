/** What BigQuery says when something fails, read from the several shapes in which its client throws it. */
import { networkFailure } from '../../staging/networkFailure.js';

export interface Failure {
  /** BigQuery's own word, such as accessDenied; `network` and `credentials` where no answer of it was had. */
  reason: string;
  said: string;
  /** HTTP status; failed jobs have none. */
  status?: number;
}

/** A job that ended without success. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed';

  constructor(
    readonly reason: string,
    message: string,
    readonly jobId: string,
  ) {
    super(message);
  }
}

/** Errors of one request; the client gives a job that has warnings this shape, too. */
interface AnsweredError {
  code?: number | string;
  errors?: { reason?: string; message?: string }[];
  response?: { jobReference?: unknown; status?: number };
}

/** What sign-in says when there are no credentials, or Google does not take them. */
const credentialsRefused =
  /default credentials|invalid_(grant|client|rapt)|unauthorized_client|does not exist, or it is not a file|access token/i;

/** Undefined for errors that are none of BigQuery's. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof JobFailed) return { reason: error.reason, said: words(error.message) };
  if (credentialsRefused.test(error.message)) return { reason: 'credentials', said: words(error.message) };
  const { code, errors } = error as AnsweredError;
  const [first] = errors ?? [];
  // Under any of several reasons.
  if (code === 401)
    return { reason: 'credentials', said: words(first?.message ?? error.message), status: code };
  if (first?.reason !== undefined) {
    const status = Number(code);
    const answered = { reason: first.reason, said: words(first.message ?? error.message) };
    return Number.isInteger(status) && status > 0 ? { ...answered, status } : answered;
  }
  const network = networkFailure(error);
  if (network !== undefined) return { reason: 'network', said: network };
  if (typeof code !== 'number') return undefined;
  return { reason: reasonOfStatus(code), said: words(error.message), status: code };
}

/** Whether a job of this id was made before, by this attempt or another. */
export const isDuplicate = (error: unknown) => failureOf(error)?.status === 409;

export const isNotFound = (error: unknown) => {
  const failure = failureOf(error);
  return failure?.status === 404 || failure?.reason === 'notFound';
};

/** The analyzer's words for a name that nothing has; a table that is not there has a reason of its own. */
const unknownName = /unrecognized name|not found in(side)? |is not present in /i;

/** Whether a dataset, table or column is not there. */
export const isMissing = (error: unknown) => {
  const { reason, said = '' } = failureOf(error) ?? {};
  return isNotFound(error) || (reason === 'invalidQuery' && unknownName.test(said));
};

/** Whether the client threw because of warnings in a job that BigQuery had accepted. */
export const isAcceptedJob = (error: unknown) =>
  (error as AnsweredError | null)?.response?.jobReference !== undefined;

const soon = new Set([
  'network',
  'backendError',
  'internalError',
  'jobBackendError',
  'jobInternalError',
  'rateLimitExceeded',
  'jobRateLimitExceeded',
  'tableUnavailable',
  'resourceInUse',
  'stopped',
  'timeout',
]);

/** Conflicts of writers come under reasons that also stand for wrong statements. */
const conflict = /aborted due to concurrent update|could not serialize access|too many DML statements/i;

/** `soon`: in seconds; `late`: a limit of longer terms; `never`: someone must change something first. */
export function retryOf({ reason, said, status }: Failure): 'soon' | 'late' | 'never' {
  if (conflict.test(said) || soon.has(reason)) return 'soon';
  if (reason === 'quotaExceeded') return 'late';
  return status !== undefined && (status >= 500 || status === 429 || status === 408) ? 'soon' : 'never';
}

/** Whether the same may well succeed in seconds. */
export const isTransient = (error: unknown) => {
  const failure = failureOf(error);
  return failure !== undefined && retryOf(failure) === 'soon';
};

function reasonOfStatus(status: number): string {
  if (status === 403) return 'accessDenied';
  if (status === 404) return 'notFound';
  return status >= 500 || status === 429 || status === 408 ? 'backendError' : 'invalid';
}

const words = (message: string) => message.replace(/\s+/g, ' ').trim().slice(0, 300);
