import type { Answer, Arrival } from './exchange.js';
import type { Clients } from './clients.js';

/** Answers POST /oauth/token of the published contract: client credentials by HTTP Basic and a form body, as the vendor's client sends them. */
export function signIn(clients: Clients, lifetimeSeconds: number, arrival: Arrival): Answer {
  if (!/^application\/x-www-form-urlencoded\b/i.test(arrival.contentType ?? '')) {
    return refusal(400, 'invalid_request', 'the body must be application/x-www-form-urlencoded');
  }
  const credentials = basicCredentials(arrival.authorization);
  if (credentials === undefined) return refusal(401, 'invalid_client', 'client credentials are missing');
  const client = clients.authenticate(credentials.clientId, credentials.clientSecret);
  if (client === undefined) return refusal(401, 'invalid_client', 'client authentication failed');
  const grantType = new URLSearchParams(arrival.body).get('grant_type');
  if (grantType === null) return refusal(400, 'invalid_request', 'grant_type is missing');
  if (grantType !== 'client_credentials') {
    return refusal(400, 'unsupported_grant_type', `grant_type ${grantType} is not supported for this client`);
  }
  const token = clients.issue(client, lifetimeSeconds);
  return { status: 200, body: { access_token: token, token_type: 'bearer', expires_in: lifetimeSeconds } };
}

/** The credentials of an `Authorization: Basic` header; undefined where there is none. */
export function basicCredentials(
  authorization: string | undefined,
): { clientId: string; clientSecret: string } | undefined {
  const basic = /^basic +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (basic === undefined) return undefined;
  const [clientId, ...rest] = Buffer.from(basic, 'base64').toString().split(':');
  return { clientId: clientId ?? '', clientSecret: rest.join(':') };
}

/** A refusal to sign somebody in, as OAuth 2.0 has it. */
export function refusal(status: number, error: string, description: string): Answer {
  return { status, body: { error, description, error_description: description } };
}
