/** How the contract refuses. */
import type { Answer, FailureAnswer } from '../../http/exchange.js';
import { ApiError } from '../../common/apiError.js';
import { refusalOf } from '../../common/admission.js';

/** A busy line and a missing permission look alike. */
export const forbidden = () => new ApiError(403, 'Forbidden', 'Forbidden');
export const unauthorized = () => new ApiError(401, 'Unauthorized', 'Unauthorized');
export const badRequest = (message: string) => new ApiError(400, 'Bad Request', message);
export const notFound = (message: string) => new ApiError(404, 'Not Found', message);

/** Answers by a handler, or with what it refused. */
export async function answeredBy(handle: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await handle();
  } catch (error) {
    return refusalAnswer(refusalOf(error));
  }
}

/** The answer to an injected status. */
export const failure: FailureAnswer = ({ status, retryAfterSeconds }) => {
  const names: Record<typeof status, string> = {
    401: 'Unauthorized',
    429: 'Too Many Requests',
    500: 'Internal Server Error',
    502: 'Bad Gateway',
    503: 'Service Unavailable',
    504: 'Gateway Timeout',
  };
  const answer = refusalAnswer(new ApiError(status, names[status], names[status]));
  return retryAfterSeconds == null
    ? answer
    : { ...answer, headers: { 'retry-after': String(retryAfterSeconds) } };
};

function refusalAnswer({ status, code, message }: ApiError): Answer {
  const isBare = status === 401 || status === 403;
  return { status, body: isBare ? { message } : { error: code, message } };
}
