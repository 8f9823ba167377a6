import type { Clients, SignedIn } from '../http/clients.js';
import { bearerToken } from '../http/exchange.js';
import type { RateLimits, Reading } from '../http/rateLimits.js';
import { ApiError } from './apiError.js';

/** The limit a client-credentials token runs into, under the name the vendor gives it. */
export const tokenLimit = { key: 'client.credentials.token.rate.per.minute', namespace: 'platform.api' };

/** Finds the client behind the Authorization header, or refuses with a 401. */
export function authenticate(clients: Clients, authorization: string | undefined): SignedIn {
  const token = bearerToken(authorization);
  if (token === undefined) {
    throw new ApiError(
      401,
      'authentication.required',
      'No authentication bearer token specified in authorization header.',
    );
  }
  const bearer = clients.bearer(token);
  if (bearer.state === 'valid') return bearer;
  throw badCredentials();
}

/** The 401 for a token that is unknown, revoked or expired: the vendor does not say which. */
export function badCredentials(): ApiError {
  return new ApiError(401, 'bad.credentials', 'Invalid login credentials.');
}

/** Refuses with a 429 when the allowance is used up. */
export function checkAllowance(reading: Reading, limits: RateLimits): void {
  if (reading.refused) throw tooManyRequests(limits, reading.resetSeconds);
}

/** The vendor's 429. */
export function tooManyRequests(limits: RateLimits, retryAfterSeconds: number): ApiError {
  const { requests, windowSeconds } = limits.allowance;
  return new ApiError(
    429,
    'too.many.requests',
    `Rate limit exceeded the maximum [${requests}] requests within [${windowSeconds}] seconds`,
    {
      messageWithParams:
        'Rate limit exceeded the maximum [{maxRequests}] requests within [{periodSeconds}] seconds',
      messageParams: { maxRequests: String(requests), periodSeconds: String(windowSeconds) },
      limit: { ...tokenLimit, value: requests },
    },
    { 'retry-after': String(retryAfterSeconds) },
  );
}
