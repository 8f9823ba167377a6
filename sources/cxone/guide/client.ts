/** The HTTP client of a connection that speaks the guide contract of NICE CXone. */
import type { ApiClient } from '../../http/apiClient.js';
import { createCredentialsClient, type CredentialsClientOptions } from '../../http/credentialsClient.js';
import { remainingDialect, type VendorDialect } from '../../http/vendorDialect.js';

export interface CxoneGuideClientOptions extends Pick<
  CredentialsClientOptions,
  'connection' | 'apiUrl' | 'clientId' | 'clientSecret' | 'tokenRefreshMarginSeconds' | 'allowance'
> {
  /** Base URL of the sign-in, where it is not that of the API. */
  loginUrl?: string | undefined;
  /** Default form. */
  signIn?: CredentialsClientOptions['signIn'] | undefined;
}

/** What a client may do is its scopes', not that of a role. */
const dialect: VendorDialect = {
  ...remainingDialect('NICE CXone', 'x-correlation-id'),
  forbiddenRemedy: (connection) =>
    `Add quality:read to the scopes of the OAuth client of connection ${connection}.`,
};

/** @throws TidemarkError InvalidConfig for a URL that is not secure. */
export const createCxoneGuideClient = (options: CxoneGuideClientOptions): ApiClient =>
  createCredentialsClient({
    ...options,
    dialect,
    loginUrl: options.loginUrl ?? options.apiUrl,
    signIn: options.signIn ?? 'form',
  });
