/** What a source asks of a vendor's API, and what it gets back. */
import type { ZodType } from 'zod';

export type QueryValue = string | number | boolean | readonly string[] | undefined;

export interface ApiRequest<T> {
  method: 'GET' | 'POST';
  /** Path on the API host, from the slash; ids already encoded. May carry a query (next-page links do). */
  path: string;
  /** The path as the vendor's documentation writes it, for messages; made from `path` when it is not given. */
  template?: string;
  /** Appended to the path. Arrays are joined by commas, undefined values are left out. */
  query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Checks the answer. It may drop unknown fields: `raw` keeps them. */
  schema: ZodType<T>;
  /** The request changes nothing, so that the client may send it once more after a connection reset. */
  repeatable: boolean;
}

export interface ApiResponse<T> {
  data: T;
  /** The JSON as it came, unknown fields kept; null for an absent record. */
  raw: unknown;
  /** When the answer was complete, ISO 8601 UTC. */
  receivedAt: string;
  /** The vendor's id for its own logs. */
  correlationId: string | undefined;
  status: number;
}

/** A path as people know it from the documentation: ids become `{id}`, the query is left out. */
export function endpointTemplate(request: Pick<ApiRequest<unknown>, 'method' | 'path' | 'template'>): string {
  const path = request.template ?? withoutIds(request.path.replace(/[?#].*$/u, ''));
  return `${request.method} ${path}`;
}

/** Ids are UUIDs or long runs with a digit in them; `v2` and words are not. */
function withoutIds(path: string): string {
  return path
    .split('/')
    .map((segment) => (/^(?=.*\d)[\w%.~-]{6,}$/u.test(segment) || /^\d+$/u.test(segment) ? '{id}' : segment))
    .join('/');
}

/** The path with the query appended. */
export function withQuery(request: Pick<ApiRequest<unknown>, 'path' | 'query'>): string {
  const pairs = Object.entries(request.query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodedValue(value)}`],
  );
  if (pairs.length === 0) return request.path;
  return `${request.path}${request.path.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

/** The commas between the parts of an array stay commas: vendors split at them before decoding. */
function encodedValue(value: NonNullable<QueryValue>): string {
  return typeof value === 'object' ? value.map(encoded).join(',') : encoded(String(value));
}

/** Half of a surrogate pair, which a token of the vendor may hold, cannot be encoded. */
const encoded = (text: string) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
