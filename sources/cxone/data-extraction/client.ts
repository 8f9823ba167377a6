/** The HTTP client of a connection to the Data Extraction API: an access key, and where discovery leads with it. */
import { TidemarkError } from '../../../model/errors.js';
import { createApiClient, type ApiClient } from '../../http/apiClient.js';
import { budgetFor } from '../../http/budgetGate.js';
import { below, isLoopbackUrl } from '../../http/sameOrigin.js';
import { createTokenSource, type TokenSource } from '../../http/tokenSource.js';
import { createTransport, type Transport } from '../../http/transport.js';
import { remainingDialect, type VendorDialect } from '../../http/vendorDialect.js';
import type { CallContext } from '../../source.js';
import { trustedUrl, type Trust } from './trustedHosts.js';
import { createDiscovery, type Discovery } from './discovery.js';
import { accessKeyForm, legacyForm, tenantIn } from './signIn.js';

export interface DataExtractionClientOptions {
  /** Name of the connection, for messages. */
  connection: string;
  signIn: 'access-key' | 'access-key-legacy';
  /** Where discovery begins; it is not needed for the legacy sign-in. */
  issuer: string;
  /** For the legacy sign-in, unless both URLs are given. */
  area?: string | undefined;
  /** Base URL of the API, in place of what discovery or the area come to. */
  apiUrl?: string | undefined;
  /** Host of the legacy sign-in, in place of what the area comes to. */
  loginUrl?: string | undefined;
  /** The registered application; the legacy sign-in has none. */
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  accessKeyId: string;
  accessKeySecret: string;
  /** Hosts that may be sent a token, or asked for a file, beside those of NICE. */
  allowedHosts: readonly string[];
  tokenRefreshMarginSeconds: number;
}

export interface DataExtractionClient {
  api: ApiClient;
  /** Whose key it is; signs in if need be. */
  tenant(context: CallContext): Promise<string>;
  trust: Trust;
}

/** What the access key's user needs, as NICE names it. */
export const permission = 'QM Tools > Data Extraction APIs > QM Workflow API';

/** The API answers a busy line as it answers a missing permission. */
const dialect: VendorDialect = {
  ...remainingDialect('NICE CXone'),
  forbiddenRemedy: (connection) =>
    `Either another job of the tenant is running or was submitted less than 30 s ago: find out what else extracts from it. Or the access key's user of connection ${connection} lacks "${permission}": give it to a role of that user.`,
  signInRemedy: (connection, code) => {
    const of = `of connection ${connection}`;
    if (code === 'invalid_client') {
      return `Check clientId and clientSecret ${of}: they are those of the application that NICE registered.`;
    }
    if (code === 'invalid_grant') {
      return `Check accessKeyId and accessKeySecret ${of}, and that the key and its user are active.`;
    }
    return `Check accessKeyId, accessKeySecret and the issuer, area or loginUrl ${of}: NICE signs in there, and nobody else.`;
  },
};

/** The API states no limits. So few requests are made that these are only a fence. */
const allowance = { requests: 120, windowSeconds: 60 };

/** @throws TidemarkError InvalidConfig for URLs that are not secure or not NICE's, and for settings that are missing. */
export function createDataExtractionClient(options: DataExtractionClientOptions): DataExtractionClient {
  const trust = trustOf(options);
  const transport = createTransport();
  const { tokens, baseUrl } = signInOf(options, trust, transport);
  const api = createApiClient({
    connection: options.connection,
    baseUrl,
    tokenSource: tokens,
    budget: budgetFor(`cxone data-extraction ${options.accessKeyId}`, allowance),
    dialect,
    transport,
  });
  return {
    api,
    trust,
    tenant: async ({ signal, meter }) => {
      const before = tokens.requestCount();
      const token = await tokens.token(signal);
      if (meter !== undefined) meter.requests += tokens.requestCount() - before;
      return tenantIn([token, tokens.idToken()], options.connection);
    },
  };
}

/** A connection that leads to this machine by configuration may be led on to it by what is found. */
function trustOf(options: DataExtractionClientOptions): Trust {
  const { connection, allowedHosts, apiUrl, loginUrl, signIn, issuer } = options;
  const configured = [apiUrl, loginUrl, signIn === 'access-key' ? issuer : undefined];
  const loopback = configured.some((url) => url !== undefined && isLoopbackUrl(url));
  return { connection, allowedHosts, loopback };
}

interface SignIn {
  tokens: TokenSource;
  baseUrl: string | ((signal: AbortSignal) => Promise<string>);
}

function signInOf(options: DataExtractionClientOptions, trust: Trust, transport: Transport): SignIn {
  const { connection, apiUrl, accessKeyId, accessKeySecret } = options;
  const common = {
    ...{ connection, dialect, transport },
    refreshMarginSeconds: options.tokenRefreshMarginSeconds,
  };
  const configured =
    apiUrl === undefined ? undefined : trustedUrl('The base URL', apiUrl, 'token', trust).href;
  if (options.signIn === 'access-key-legacy') {
    const login = options.loginUrl ?? `https://${needed(options, 'area')}.nice-incontact.com`;
    const base = trustedUrl('The sign-in URL', login, 'token', trust);
    const url = below(base, '/authentication/v1/token/access-key');
    const credentials = { accessKeyId, accessKeySecret };
    return {
      tokens: createTokenSource({ ...common, url: url.href, credentials, form: legacyForm }),
      baseUrl: configured ?? `https://api-${needed(options, 'area')}.niceincontact.com`,
    };
  }
  const discovery = createDiscovery({ issuer: options.issuer, trust, dialect, transport });
  const tokens = createTokenSource({
    ...common,
    url: () => discovery.tokenUrl(),
    credentials: {
      ...{ accessKeyId, accessKeySecret },
      clientId: needed(options, 'clientId'),
      clientSecret: needed(options, 'clientSecret'),
    },
    form: accessKeyForm,
  });
  return {
    tokens: counting(tokens, discovery),
    baseUrl:
      configured ??
      (async (signal) => {
        const tenant = tenantIn([await tokens.token(signal), tokens.idToken()], connection);
        return discovery.apiUrl(tenant, signal);
      }),
  };
}

/** What is asked to find the sign-in counts with it. */
const counting = (tokens: TokenSource, discovery: Discovery): TokenSource => ({
  ...tokens,
  requestCount: () => tokens.requestCount() + discovery.requestCount(),
});

function needed(options: DataExtractionClientOptions, field: 'area' | 'clientId' | 'clientSecret'): string {
  const value = options[field];
  if (value !== undefined && value !== '') return value;
  throw new TidemarkError(
    'InvalidConfig',
    `connections.${options.connection}.${field} is missing, which signIn "${options.signIn}" needs.`,
    { remedy: `Set ${field}.` },
  );
}
