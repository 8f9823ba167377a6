import type { SignedIn } from '../../http/clients.js';
import { ApiError } from '../../common/apiError.js';

/** Scopes that open what several others do. */
const broader: Readonly<Record<string, string>> = {
  'quality:evaluation:read': 'quality:readonly',
  'quality:template:read': 'quality:readonly',
  'quality:metric:read': 'quality:readonly',
  'quality:assessment:read': 'quality:readonly',
  'quality:feedback:read': 'quality:readonly',
  'conversation:view': 'analytics:readonly',
};

/** Refuses with a 403 when neither the scope nor one that covers it is among those of the token. */
export function checkScope({ scopes }: SignedIn, scope: string): void {
  const covering = broader[scope];
  if (scopes.has(scope) || (covering !== undefined && scopes.has(covering))) return;
  throw new ApiError(
    403,
    'missing.permissions',
    `Unable to perform the requested action. You are missing the following scope(s): ${scope}`,
  );
}
