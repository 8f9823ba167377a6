/** Where a client may go: https or this machine, and never to another host because an answer says so. */
import { TidemarkError } from '../../model/errors.js';

/** Reads a base URL. Throws InvalidConfig when it is not a URL, not https off loopback, or carries credentials. */
export function secureUrl(field: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined) {
    // What cannot be read may hide a password: shown only where no @ could set one apart.
    const shown = value.includes('@') ? '' : ` "${value}"`;
    throw new TidemarkError('InvalidConfig', `${field}${shown} is not a URL.`, {
      remedy: 'Write it as https://host.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new TidemarkError('InvalidConfig', `${field} for ${url.host} carries a user name or password.`, {
      remedy: 'Take them out of the URL; the client id and secret have fields of their own.',
    });
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new TidemarkError('InvalidConfig', `${field} "${value}" is not https.`, {
    remedy: 'Use https: without it tokens and records travel in the clear. Plain http is for loopback only.',
  });
}

/**
 * Where a path or a next-page link leads. A link to another origin would carry the token there.
 * Throws SchemaMismatch for such links and for text that is no link.
 */
export function sameOrigin(base: URL, uri: string): URL {
  const url = URL.canParse(uri, base.href) ? new URL(uri, base) : undefined;
  if (url === undefined)
    throw new TidemarkError('SchemaMismatch', 'A next-page link is not a URL.', linkRemedy);
  if (url.origin !== base.origin || url.username !== '' || url.password !== '') {
    throw new TidemarkError(
      'SchemaMismatch',
      `A next-page link points to ${url.origin} instead of ${base.origin} and was not followed.`,
      linkRemedy,
    );
  }
  return url;
}

/** A path of the API below a base URL, whose own path stays in front of it, as that of a gateway does. */
export const below = (base: URL, path: string): URL =>
  sameOrigin(base, `${base.pathname.replace(/\/+$/u, '')}${path}`);

const linkRemedy = {
  remedy: 'Check that the base URL of the connection is the host the vendor names for its region.',
};

/** Whether a URL leads to this machine. */
export const isLoopbackUrl = (url: string): boolean => URL.canParse(url) && isLoopback(new URL(url).hostname);

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(hostname);
}
