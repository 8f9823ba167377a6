/** Who may ask: only this machine, or whoever has the token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { TidemarkError } from '../model/errors.js';

export const tokenVariable = 'TIDEMARK_DASHBOARD_TOKEN';
const shortestToken = 24;

/** Whether an address is reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Checks that what is served beyond this machine has a token to ask for; a token that is given is asked for on
 * loopback, too. Throws InvalidConfig for a missing or short one.
 */
export function checkToken(host: string, token: string | undefined): string | undefined {
  const given = token === undefined || token === '' ? undefined : token;
  if (given === undefined && isLoopback(host)) return undefined;
  if (given === undefined) {
    throw new TidemarkError(
      'InvalidConfig',
      `--host ${host} serves names and scores of agents beyond this machine, and ${tokenVariable} is not set.`,
      { remedy: `Set it to a secret of at least ${shortestToken} characters (openssl rand -base64 32).` },
    );
  }
  if (given.length < shortestToken || !/^[\x21-\x7e]+$/.test(given)) {
    throw new TidemarkError(
      'InvalidConfig',
      `${tokenVariable} must have at least ${shortestToken} characters, all of them printable ASCII without blanks.`,
      { remedy: 'Make one with openssl rand -base64 32.' },
    );
  }
  return given;
}

/** Whether the header carries the token; takes equally long for every wrong one. */
export function carriesToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(?<token>\S+)$/i.exec(authorization ?? '')?.groups?.['token'] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Whether a request without a token names this machine as its host. A page of another site can have its own name
 * resolve to this machine, and would read the answers as its own.
 */
export function namesLoopback(hostHeader: string | undefined): boolean {
  const host = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:]+))(?::\d+)?$/.exec(hostHeader ?? '')?.groups;
  return isLoopback((host?.['v6'] ?? host?.['name'] ?? '').toLowerCase());
}

/** The origin as browsers send it. Throws InvalidConfig when it is none. */
export function checkOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && /^https?:$/.test(url.protocol) && url.origin === text.toLowerCase();
  if (isOrigin) return url.origin;
  throw new TidemarkError('InvalidConfig', `--cors "${text}" is no origin.`, {
    remedy: 'Write scheme and host without a path, for instance https://grafana.example.com.',
  });
}
