/** Errors as the service words them: a reason, and the HTTP status that goes with it. */

const statuses = {
  accessDenied: 403,
  backendError: 503,
  badRequest: 400,
  billingNotEnabled: 403,
  bytesBilledLimitExceeded: 400,
  conditionNotMet: 412,
  duplicate: 409,
  internalError: 500,
  invalid: 400,
  invalidQuery: 400,
  jobBackendError: 400,
  jobInternalError: 400,
  jobRateLimitExceeded: 400,
  notFound: 404,
  quotaExceeded: 403,
  rateLimitExceeded: 403,
  required: 400,
  resourceInUse: 400,
  resourcesExceeded: 400,
  responseTooLarge: 403,
  stopped: 200,
  tableUnavailable: 400,
  authError: 401,
} as const;

export type Reason = keyof typeof statuses;

/** One entry of `errors`, and the shape of a job's `errorResult`. */
export interface ErrorProto {
  reason: string;
  message: string;
  location?: string;
}

export class BigqueryError extends Error {
  override readonly name = 'BigqueryError';

  constructor(
    readonly reason: Reason,
    message: string,
    /** For injected errors: a status other than the reason's own. */
    readonly status: number = statuses[reason],
  ) {
    super(message);
  }

  /** As a job carries it. */
  proto(): ErrorProto {
    return {
      reason: this.reason,
      message: this.message,
      ...(this.reason === 'invalidQuery' ? { location: 'query' } : {}),
    };
  }
}

/** The body of an answer that reports an error. */
export function errorBody(error: BigqueryError): unknown {
  const { message, reason, status } = error;
  return {
    error: {
      code: status,
      message,
      errors: [{ message, domain: 'global', reason }],
      status: statusNames[status] ?? 'UNKNOWN',
    },
  };
}

const statusNames: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

export const invalidQuery = (message: string) => new BigqueryError('invalidQuery', message);
export const invalid = (message: string) => new BigqueryError('invalid', message);
export const notFound = (what: string) => new BigqueryError('notFound', `Not found: ${what}`);

/** DuckDB's words for what the service says otherwise; what has no rule is passed on as it is. */
const wordings: [RegExp, (found: RegExpExecArray) => BigqueryError][] = [
  [
    /NOT NULL constraint failed: \S*?\.?([^.\s]+)$/m,
    (found) => invalidQuery(`Required field ${found[1]} cannot be null`),
  ],
  [
    /Referenced column "([^"]+)" (?:was )?not found/,
    (found) => invalidQuery(`Unrecognized name: ${found[1]}`),
  ],
  [
    /(?:Values list|Table) "([^"]+)" does not have a column named "([^"]+)"/,
    (found) => invalidQuery(`Name ${found[2]} not found inside ${found[1]}`),
  ],
  [
    /Conflict on|write-write conflict|Transaction conflict/,
    () => invalidQuery('Transaction is aborted due to concurrent update against table.'),
  ],
  [/^Invalid Input Error: ([^]*)$/, (found) => invalidQuery(found[1] ?? '')],
];

/** The service's error for whatever was thrown while a statement ran. */
export function asBigqueryError(error: unknown): BigqueryError {
  if (error instanceof BigqueryError) return error;
  const message = error instanceof Error ? error.message : String(error);
  for (const [pattern, word] of wordings) {
    const found = pattern.exec(message);
    if (found !== null) return word(found);
  }
  return invalidQuery(message);
}
