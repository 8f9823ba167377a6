/** ETags, and questions that are answered only when they have changed. */
import { createHash } from 'node:crypto';

/** A strong ETag that the content alone decides, with its quotes. */
export const etagOf = (content: string | Buffer) =>
  `"${createHash('sha256').update(content).digest('base64url')}"`;

/** Whether what the client holds (If-None-Match) is what it would get (RFC 9110, 13.1.2). */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  // Proxies that compress answers mark the tag as weak.
  return ifNoneMatch.split(',').some((held) => held.trim().replace(/^W\//, '') === etag);
}
