/** Where a connection may send a token, or fetch a file: NICE's own domains and what is configured. Pure. */
import { TidemarkError } from '../../../model/errors.js';
import { isLoopbackUrl, secureUrl } from '../../http/sameOrigin.js';

/** Domains below which NICE is. */
const vendorDomains = ['niceincontact.com', 'nice-incontact.com', 'nicecxone.com'];
/** Below which its files are stored. */
const storeDomains = ['amazonaws.com'];

export interface Trust {
  /** Name of the connection, for messages. */
  connection: string;
  /** Hosts beside those of NICE, as they are configured. */
  allowedHosts: readonly string[];
  /** Set where the connection itself leads to this machine, as one to a simulator does. */
  loopback: boolean;
}

export type TrustedFor = 'token' | 'file';

/**
 * Checks a URL before anything is sent there. `what` names it in messages; of a file's URL no more than the host is
 * shown, as the rest lets anybody read the file.
 * @throws TidemarkError InvalidConfig
 */
export function trustedUrl(what: string, text: string, use: TrustedFor, trust: Trust): URL {
  const { connection } = trust;
  const url = secureUrl(`${what} of connection ${connection}`, withoutSecrets(text, use));
  if (!isTrusted(url, use, trust)) {
    throw new TidemarkError(
      'InvalidConfig',
      `${what} of connection ${connection} leads to ${url.host}, which is no host of NICE; nothing was sent there.`,
      { remedy: `If it is right, name ${url.hostname} in allowedHosts of the connection.` },
    );
  }
  return use === 'file' ? new URL(text) : url;
}

function isTrusted({ href, hostname }: URL, use: TrustedFor, { allowedHosts, loopback }: Trust): boolean {
  if (isLoopbackUrl(href)) return loopback || allowedHosts.includes(hostname);
  const domains = use === 'file' ? [...vendorDomains, ...storeDomains] : vendorDomains;
  return (
    allowedHosts.includes(hostname) ||
    domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))
  );
}

/** Path and query of a file's URL are left out of what could get into a message. */
function withoutSecrets(text: string, use: TrustedFor): string {
  if (use === 'token') return text;
  return URL.canParse(text) ? new URL('/', text).href : '(not shown)';
}
