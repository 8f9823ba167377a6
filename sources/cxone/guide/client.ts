/** The HTTP client of a connection that speaks the guide contract of NICE CXone. */
import type { ApiClient } from '../../http/apiClient.js';
import { createCredentialsClient, type CredentialsClientOptions } from '../../http/credentialsClient.js';
import { remainingDialect } from '../../http/vendorDialect.js';

export interface CxoneGuideClientOptions extends Pick<
  CredentialsClientOptions,
  'connection' | 'apiUrl' | 'clientId' | 'clientSecret' | 'tokenRefreshMarginSeconds' | 'allowance'
> {
  /** Where it is not at the origin of the API. */
  loginUrl?: string | undefined;
  /** Default form. */
  signIn?: CredentialsClientOptions['signIn'] | undefined;
}

/** @throws TidemarkError InvalidConfig for a URL that is not secure. */
export const createCxoneGuideClient = (options: CxoneGuideClientOptions): ApiClient =>
  createCredentialsClient({
    ...options,
    dialect: remainingDialect('NICE CXone', 'x-correlation-id'),
    tokenUrl: new URL('/oauth/token', options.loginUrl ?? options.apiUrl).href,
    signIn: options.signIn ?? 'form',
  });
