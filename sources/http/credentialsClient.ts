/** The HTTP client of a connection that signs in by client id and secret, with its share of their allowance. */
import { createApiClient, type ApiClient } from './apiClient.js';
import { budgetFor } from './budgetGate.js';
import { below, secureUrl } from './sameOrigin.js';
import { basicForm, bodyForm, createTokenSource, jsonForm, type SignInForm } from './tokenSource.js';
import type { VendorDialect } from './vendorDialect.js';

/** How credentials are sent to the sign-in. */
export type SignInName = 'basic' | 'form' | 'json';

export interface CredentialsClientOptions {
  /** Name of the connection, for messages. */
  connection: string;
  dialect: VendorDialect;
  apiUrl: string;
  /** Base URL of the sign-in. */
  loginUrl: string;
  signIn: SignInName;
  clientId: string;
  clientSecret: string;
  tokenRefreshMarginSeconds: number;
  /** Assumed until the vendor states its own. */
  allowance: { requests: number; windowSeconds: number };
  /** What this client reads, where the vendor counts it apart from all else that the client id reads. */
  countedApart?: string;
}

/**
 * No scopes are asked for: a token then has all that the client was granted, so that a scope that one stream lacks
 * fails that stream alone, by name, and not the sign-in of all.
 */
const signInForms: Record<SignInName, SignInForm> = { basic: basicForm, form: bodyForm, json: jsonForm };

/** @throws TidemarkError InvalidConfig for a URL that is not secure. */
export function createCredentialsClient(options: CredentialsClientOptions): ApiClient {
  const { connection, dialect, apiUrl, clientId, clientSecret, countedApart } = options;
  const login = secureUrl(`The sign-in URL of connection ${connection}`, options.loginUrl);
  // The vendor counts by client id: connections that share one share the gate.
  const counted = `${new URL(apiUrl).host} ${clientId}`;
  return createApiClient({
    connection,
    baseUrl: apiUrl,
    dialect,
    budget: budgetFor(countedApart === undefined ? counted : `${counted} ${countedApart}`, options.allowance),
    tokenSource: createTokenSource({
      connection,
      url: below(login, '/oauth/token').href,
      credentials: { clientId, clientSecret },
      dialect,
      form: signInForms[options.signIn],
      refreshMarginSeconds: options.tokenRefreshMarginSeconds,
    }),
  });
}
