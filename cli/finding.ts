import type { ConnectionConfiguration } from '../workers/configuration.js';

export type Contract = ConnectionConfiguration['api'];

/** What a check of `tidemark doctor` came to. */
export interface Finding {
  level: 'ok' | 'warning' | 'error';
  check: string;
  message: string;
  /** Of a stream's permissions. */
  permissions?: StreamPermissions;
  /** Permissions that should not be there; absent where the source does not say. */
  excessPermissions?: readonly string[];
}

/** What one stream needs, and what of it the client lacks. */
export interface StreamPermissions {
  stream: string;
  contract: Contract;
  needed: readonly string[];
  missing: string[];
  /** Nobody could tell. */
  unknown: string[];
}
