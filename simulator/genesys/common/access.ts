import type { ClientGrant, Clients, SignedIn } from '../../http/clients.js';
import { bearerToken } from '../../http/exchange.js';
import type { RateLimits, Reading } from '../../http/rateLimits.js';
import { ApiError } from './apiError.js';
import type { Operation } from '../published/contract/contract.js';

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

/** Refuses with a 403 when the client's role lacks what the operation asks for. */
export function checkPermissions(client: ClientGrant, operation: Operation): void {
  const { any, all } = operation.permissions ?? {};
  if (any !== undefined && !any.some((permission) => client.permissions.has(permission))) {
    throw forbidden(
      any.length > 1 ? 'missing.any.permissions' : 'missing.permissions',
      any.length > 1
        ? 'Unable to perform the requested action. You must have at least one of the following permissions assigned'
        : 'Unable to perform the requested action. You are missing the following permission(s)',
      any,
    );
  }
  const missing = all?.filter((permission) => !client.permissions.has(permission)) ?? [];
  if (missing.length > 0) {
    throw forbidden(
      'missing.permissions',
      'Unable to perform the requested action. You are missing the following permission(s)',
      missing,
    );
  }
}

function forbidden(code: string, sentence: string, permissions: readonly string[]): ApiError {
  const named = permissions.join(', ');
  return new ApiError(403, code, `${sentence}: ${named}`, {
    messageWithParams: `${sentence}: {permissions}`,
    messageParams: { permissions: named },
  });
}
