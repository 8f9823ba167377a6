/** A limit as the vendor reports it: which one was hit, and what it is. */
export interface LimitReference {
  key: string;
  namespace: string;
  value: number;
}

/** The optional fields of the vendor's `ErrorBody` an error may carry. */
export interface ErrorDetails {
  entityId?: string;
  entityName?: string;
  messageWithParams?: string;
  messageParams?: Record<string, string>;
  limit?: LimitReference;
}

/** A refusal of the published API: what becomes an answer with the vendor's `ErrorBody`. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: ErrorDetails = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  /** The body to send; `contextId` repeats the correlation id, as the vendor's answers do. */
  toBody(contextId: string): Record<string, unknown> {
    return {
      message: this.message,
      code: this.code,
      status: this.status,
      messageParams: {},
      ...this.details,
      contextId,
      details: [],
      errors: [],
    };
  }
}

/** A 400 that names the parameter or body field at fault. */
export function invalidValue(name: string, value: unknown, expected: string): ApiError {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return new ApiError(400, 'invalid.value', `Value [${shown}] is not valid for [${name}]. ${expected}`, {
    messageWithParams: 'Value [{value}] is not valid for [{name}]. {expected}',
    messageParams: { name, value: String(shown), expected },
  });
}

/** A 400 for something the request must carry and does not. */
export function missingValue(name: string, why = 'is required'): ApiError {
  return new ApiError(400, 'bad.request', `[${name}] ${why}.`, {
    messageWithParams: '[{name}] {why}.',
    messageParams: { name, why },
  });
}

/** A 400 for a parameter or body field the contract does not have. */
export function unknownName(kind: 'query parameter' | 'field', name: string): ApiError {
  return new ApiError(400, 'bad.request', `Unknown ${kind} [${name}].`, {
    messageWithParams: 'Unknown {kind} [{name}].',
    messageParams: { kind, name },
  });
}

/** A 404 for an entity that does not exist, or that the client's divisions hide. */
export function notFound(entityName: string, entityId: string): ApiError {
  return new ApiError(404, 'not.found', `The ${entityName} with id [${entityId}] could not be found.`, {
    entityId,
    entityName,
    messageWithParams: 'The {entityName} with id [{entityId}] could not be found.',
    messageParams: { entityName, entityId },
  });
}
