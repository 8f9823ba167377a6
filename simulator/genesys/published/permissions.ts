import type { ClientGrant } from '../../http/clients.js';
import { ApiError } from '../../common/apiError.js';
import type { Operation } from './contract/contract.js';

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
