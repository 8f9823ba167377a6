/** The scope that opens everything there is to read. */
export const readScope = 'quality:read';

/** Whether the contract has a scope; a client may be granted others, which other contracts have. */
export function isKnownScope(scope: string): boolean {
  return scope === readScope || scope === 'quality:write';
}
