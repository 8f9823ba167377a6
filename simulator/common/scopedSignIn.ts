import { randomBytes } from 'node:crypto';
import type { ClientGrant, Clients } from '../http/clients.js';
import type { Answer, Arrival } from '../http/exchange.js';
import { basicCredentials, refusal } from '../http/signIn.js';

const fields = ['grant_type', 'client_id', 'client_secret', 'scope'];

/** What a token is asked for with, in whatever form it came. */
interface TokenRequest {
  values: ReadonlyMap<string, string>;
  isJson: boolean;
}

/**
 * Answers POST /oauth/token: credentials in a form, in a JSON object, or by HTTP Basic beside a form.
 * @param isKnown whether the contract has a scope: one organisation is served under several
 */
export function scopedSignIn(
  clients: Clients,
  lifetimeSeconds: number,
  arrival: Arrival,
  isKnown: (scope: string) => boolean = () => true,
): Answer {
  const request = readRequest(arrival);
  if (typeof request === 'string') return refusal(400, 'invalid_request', request);
  const { values, isJson } = request;
  const grantType = values.get('grant_type');
  if (grantType === undefined) return refusal(400, 'invalid_request', 'grant_type is missing');
  if (grantType !== 'client_credentials') {
    return refusal(400, 'unsupported_grant_type', `grant_type ${grantType} is not supported for this client`);
  }
  const client = authenticated(clients, arrival, request);
  if (client === undefined) return refusal(401, 'invalid_client', 'client authentication failed');
  const granted = new Set([...client.scopes].filter(isKnown));
  const asked = (values.get('scope') ?? '').split(/[ +]+/).filter((scope) => scope !== '');
  const beyond = asked.filter((scope) => !granted.has(scope));
  if (beyond.length > 0) return refusal(400, 'invalid_scope', `not granted: ${beyond.join(' ')}`);
  const scopes = asked.length === 0 ? granted : new Set(asked);
  return {
    status: 200,
    body: {
      access_token: clients.issue(client, lifetimeSeconds, scopes),
      token_type: 'bearer',
      expires_in: lifetimeSeconds,
      scope: [...scopes].join(' '),
      ...(isJson ? { refresh_token: randomBytes(32).toString('base64url') } : {}),
    },
  };
}

/** Reads the body; a text says what is wrong with it. */
function readRequest({ body, contentType = '' }: Arrival): TokenRequest | string {
  const isJson = /^application\/json\b/i.test(contentType);
  if (!isJson && !/^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    return 'the body must be application/x-www-form-urlencoded or application/json';
  }
  const values = isJson ? readJson(body) : new Map(new URLSearchParams(body));
  if (values === undefined) return 'the body must be a JSON object of texts';
  const unknown = [...values.keys()].find((name) => !fields.includes(name));
  return unknown === undefined ? { values, isJson } : `${unknown} is no parameter of a token request`;
}

function readJson(body: string): Map<string, string> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')
    ? new Map(entries)
    : undefined;
}

/** Credentials belong into one place: a form with both, or a JSON object without them, is nobody's. */
function authenticated(clients: Clients, arrival: Arrival, request: TokenRequest): ClientGrant | undefined {
  const inBody = request.values.has('client_id') || request.values.has('client_secret');
  const basic = request.isJson ? undefined : basicCredentials(arrival.authorization);
  if (basic !== undefined && inBody) return undefined;
  const { clientId, clientSecret } = basic ?? {
    clientId: request.values.get('client_id') ?? '',
    clientSecret: request.values.get('client_secret') ?? '',
  };
  return clients.authenticate(clientId, clientSecret);
}
