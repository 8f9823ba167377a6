/** Signing in with an access key, and finding the tenant's host; tokens are JWTs whose claims clients read. */
import { randomBytes, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { VirtualClock } from '../../clock.js';
import type { ClientGrant, Clients } from '../../http/clients.js';
import type { Answer, Arrival } from '../../http/exchange.js';
import { basicCredentials } from '../../http/signIn.js';
import { badRequest, notFound } from './errors.js';
import { expectOnly, jsonTexts } from './requestFields.js';

const formFields = ['grant_type', 'username', 'password'];

/** What signing in stands on. */
export interface SignInDesk {
  clients: Clients;
  clock: VirtualClock;
  tenantId: string;
  lifetimeSeconds: number;
  /** Whether access tokens name the tenant, as id tokens always do. */
  tenantInAccessToken: boolean;
  /** What tokens are signed with. */
  key: Uint8Array;
}

/** GET /.well-known/openid-configuration */
export function openidConfiguration({ origin, query }: Arrival): Answer {
  expectOnly(query, []);
  return {
    status: 200,
    body: {
      issuer: origin,
      token_endpoint: `${origin}/auth/token`,
      scopes_supported: ['openid'],
      grant_types_supported: ['password'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
      id_token_signing_alg_values_supported: ['HS256'],
    },
  };
}

/** GET /.well-known/cxone-configuration?tenantId= */
export function cxoneConfiguration({ tenantId }: SignInDesk, { origin, query }: Arrival): Answer {
  expectOnly(query, ['tenantId']);
  const asked = query.get('tenantId');
  if (asked === null || asked === '') throw badRequest('tenantId is required.');
  if (asked !== tenantId) throw notFound(`Tenant ${asked} could not be found.`);
  return {
    status: 200,
    body: {
      private: false,
      ui_endpoint: origin,
      auth_endpoint: origin,
      api_endpoint: origin,
      area: 'na1',
      cluster: 'C1',
      domain: 'niceincontact.com',
      acdDomain: 'nice-incontact.com',
      uhDomain: 'nice-incontact.com',
      tenantId,
      globaldomain: 'niceincontact.com',
    },
  };
}

/** POST /auth/token: an access key in a form, the client by HTTP Basic. */
export async function tokenForAccessKey(desk: SignInDesk, arrival: Arrival): Promise<Answer> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(arrival.contentType ?? ''))
    return refusal(400, 'invalid_request', 'the body must be application/x-www-form-urlencoded');
  const form = new URLSearchParams(arrival.body);
  const grantType = form.get('grant_type');
  if (grantType === null) return refusal(400, 'invalid_request', 'grant_type is missing');
  if (grantType !== 'password')
    return refusal(400, 'unsupported_grant_type', `grant_type ${grantType} is not supported`);
  const fault = [...form.keys()].find((name) => !formFields.includes(name));
  if (fault !== undefined)
    return refusal(400, 'invalid_request', `${fault} is no parameter of a token request`);
  const [username, password] = [form.get('username') ?? '', form.get('password') ?? ''];
  const basic = basicCredentials(arrival.authorization);
  const client = basic && desk.clients.authenticate(basic.clientId, basic.clientSecret);
  if (client === undefined) return refusal(401, 'invalid_client', 'client authentication failed');
  const user = desk.clients.authenticateKey(username, password);
  if (user === undefined) return refusal(401, 'invalid_grant', 'the access key is not valid');
  const id_token = await sign(desk, arrival, user, { aud: client.clientId, tenantId: desk.tenantId });
  return { status: 200, body: { ...(await tokens(desk, arrival, user)), id_token } };
}

/** POST /authentication/v1/token/access-key: an access key in JSON, without a client. */
export async function legacyTokenForAccessKey(desk: SignInDesk, arrival: Arrival): Promise<Answer> {
  const body = jsonTexts(arrival, ['accessKeyId', 'accessKeySecret']);
  const user = desk.clients.authenticateKey(body['accessKeyId'] ?? '', body['accessKeySecret'] ?? '');
  if (user === undefined) return refusal(401, 'invalid_grant', 'the access key is not valid');
  return { status: 200, body: await tokens(desk, arrival, user) };
}

async function tokens(desk: SignInDesk, arrival: Arrival, user: ClientGrant) {
  const tenant = desk.tenantInAccessToken ? { tenantId: desk.tenantId } : {};
  const access_token = await sign(desk, arrival, user, tenant);
  desk.clients.enter(access_token, user, desk.lifetimeSeconds);
  return {
    access_token,
    token_type: 'Bearer',
    refresh_token: randomBytes(32).toString('base64url'),
    expires_in: desk.lifetimeSeconds,
  };
}

async function sign(
  { clock, key, lifetimeSeconds }: SignInDesk,
  { origin }: Arrival,
  user: ClientGrant,
  claims: Record<string, string>,
): Promise<string> {
  const now = Math.floor(clock.now() / 1_000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(origin)
    .setSubject(user.accessKeyId)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeSeconds)
    .sign(key);
}

function refusal(status: number, error: string, error_description: string): Answer {
  return { status, body: { error, error_description } };
}
