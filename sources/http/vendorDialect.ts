/** How a vendor words what is not the record itself: limits, correlation ids and errors. */
import type { Limits } from './limits.js';

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VendorError {
  code: string | undefined;
  message: string | undefined;
  /** Permission the client lacks, where the vendor names it. */
  missingPermission: string | undefined;
}

export interface VendorDialect {
  /** For messages: "Genesys Cloud". */
  vendor: string;
  readLimits(headers: Headers, status: number): Limits | undefined;
  correlationId(headers: Headers): string | undefined;
  /** `body` is parsed JSON, or undefined when the answer was none. */
  readError(body: unknown): VendorError;
  /** What can be done about a 403, where it does not stand for a permission of the OAuth client alone. */
  forbiddenRemedy?(connection: string): string;
  /** What can be done about a refused sign-in, where there is more than a client id. `code` is the vendor's. */
  signInRemedy?(connection: string, code: string | undefined): string;
}

/** Genesys Cloud as it answers today. */
export const genesysDialect: VendorDialect = {
  vendor: 'Genesys Cloud',
  readLimits: (headers) =>
    limitsUnlessEmpty({
      allowed: numberIn(headers, 'inin-ratelimit-allowed'),
      used: numberIn(headers, 'inin-ratelimit-count'),
      remaining: undefined,
      resetSeconds: numberIn(headers, 'inin-ratelimit-reset'),
    }),
  correlationId: (headers) => textIn(headers, 'inin-correlation-id'),
  readError: readCommonError,
};

/** The X-RateLimit headers of the guide contracts, and of most other APIs. */
export function remainingDialect(vendor: string, correlationHeader = 'x-correlation-id'): VendorDialect {
  return {
    vendor,
    readLimits: (headers) =>
      limitsUnlessEmpty({
        allowed: numberIn(headers, 'x-ratelimit-limit'),
        used: undefined,
        remaining: numberIn(headers, 'x-ratelimit-remaining'),
        resetSeconds: secondsFrom(numberIn(headers, 'x-ratelimit-reset')),
      }),
    correlationId: (headers) => textIn(headers, correlationHeader),
    readError: readCommonError,
  };
}

/** Seconds of a Retry-After header, which may also be a date; undefined when it is neither. */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  const text = textIn(headers, 'retry-after');
  if (text === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/u.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

export function textIn(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  const text = typeof value === 'string' ? value : value?.[0];
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function numberIn(headers: Headers, name: string): number | undefined {
  const text = textIn(headers, name);
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Some APIs give the moment (seconds since 1970) where others give the seconds left. */
function secondsFrom(value: number | undefined): number | undefined {
  if (value === undefined || value < 1_000_000_000) return value;
  return Math.max(0, Math.ceil(value - Date.now() / 1000));
}

function limitsUnlessEmpty(limits: Limits): Limits | undefined {
  return limits.used === undefined && limits.remaining === undefined && limits.resetSeconds === undefined
    ? undefined
    : limits;
}

/** `{ code, message }`, OAuth's `{ error, error_description }`, and a permission named in the parameters or text. */
function readCommonError(body: unknown): VendorError {
  const fields = isRecord(body) ? body : {};
  const message =
    stringOf(fields['message']) ?? stringOf(fields['error_description']) ?? stringOf(fields['description']);
  const code = stringOf(fields['code']) ?? stringOf(fields['error']);
  return { code, message, missingPermission: permissionIn(fields['messageParams']) ?? permissionIn(message) };
}

/** Permissions have three parts, scopes two or three. */
const permissionPattern = /\b[a-z]\w*:[a-z*]\w*(?::[a-z*]\w*)?/iu;

function permissionIn(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return permissionPattern.exec(typeof value === 'string' ? value : JSON.stringify(value))?.[0];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
