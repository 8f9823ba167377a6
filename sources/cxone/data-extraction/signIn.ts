/** How an access key signs in, and whose it is. Pure. */
import { decodeJwt } from 'jose';
import { TidemarkError } from '../../../model/errors.js';
import { basicAuthorization, type Credentials, type SignInForm } from '../../http/tokenSource.js';

/** The key of a user, whose role decides what may be extracted. */
export interface AccessKey {
  accessKeyId: string;
  accessKeySecret: string;
}

/** The key with the application that NICE has registered. */
export type RegisteredAccessKey = AccessKey & Credentials;

/** The password grant, whose user name and password are the access key; the application by Basic. */
export const accessKeyForm: SignInForm<RegisteredAccessKey> = (key) => ({
  headers: {
    authorization: basicAuthorization(key),
    'content-type': 'application/x-www-form-urlencoded',
  },
  body: new URLSearchParams({
    grant_type: 'password',
    username: key.accessKeyId,
    password: key.accessKeySecret,
  }).toString(),
});

/** The older sign-in, which knows no application. */
export const legacyForm: SignInForm<AccessKey> = ({ accessKeyId, accessKeySecret }) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ accessKeyId, accessKeySecret }),
});

/**
 * The tenant as either token states it.
 * @throws TidemarkError SchemaMismatch where neither does; it shows nothing of them
 */
export function tenantIn(tokens: readonly (string | undefined)[], connection: string): string {
  for (const token of tokens) {
    const tenant = token === undefined ? undefined : claimsOf(token)['tenantId'];
    if (typeof tenant === 'string' && tenant !== '') return tenant;
  }
  throw new TidemarkError(
    'SchemaMismatch',
    `No token of connection ${connection} names a tenantId, which says whose jobs stand in one line.`,
    { remedy: 'Check issuer and signIn of the connection: another sign-in than that of NICE answered.' },
  );
}

/** A token that is no JWT claims nothing. The vendor is who checks it: here it only says where to go on. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}
