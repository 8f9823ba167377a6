import type { Answer, Arrival } from './exchange.js';
import type { Clients } from './clients.js';

/** Answers POST /oauth/token: client credentials by HTTP Basic and a form body, as the vendor's client sends them. */
export function signIn(clients: Clients, arrival: Arrival, contentType: string | undefined): Answer {
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType ?? '')) {
    return refusal(400, 'invalid_request', 'the body must be application/x-www-form-urlencoded');
  }
  const basic = /^basic +(\S+)$/i.exec(arrival.authorization ?? '')?.[1];
  if (basic === undefined) return refusal(401, 'invalid_client', 'client credentials are missing');
  const [clientId, ...rest] = Buffer.from(basic, 'base64').toString().split(':');
  const client = clients.authenticate(clientId ?? '', rest.join(':'));
  if (client === undefined) return refusal(401, 'invalid_client', 'client authentication failed');
  const grantType = new URLSearchParams(arrival.body).get('grant_type');
  if (grantType === null) return refusal(400, 'invalid_request', 'grant_type is missing');
  if (grantType !== 'client_credentials') {
    return refusal(400, 'unsupported_grant_type', `grant_type ${grantType} is not supported for this client`);
  }
  const { token, expiresIn } = clients.issue(client);
  return { status: 200, body: { access_token: token, token_type: 'bearer', expires_in: expiresIn } };
}

function refusal(status: number, error: string, description: string): Answer {
  return { status, body: { error, description, error_description: description } };
}
