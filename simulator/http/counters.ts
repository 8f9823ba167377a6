import { createHash } from 'node:crypto';

/** One request that was answered, or cut off. */
export interface ServedRequest {
  /** The contract it was served under. */
  contract: string;
  method: string;
  /** Path template of the operation, such as `/api/v2/users`. */
  endpoint: string;
  /** Path and query as asked for. */
  url: string;
  body: string;
  /** Status sent; 0 where the connection was cut before one was. */
  status: number;
  bytes: number;
  /** Sign-in and the polling of jobs repeat by their nature and are left out of the repeats. */
  mayRepeat: boolean;
}

/** A request that came more than once. */
export interface RepeatedRequest {
  method: string;
  url: string;
  endpoint: string;
  /** Hash of the request body, absent where it had none. */
  bodyHash?: string;
  times: number;
  /** How many of them were answered with a 2xx. */
  answered: number;
}

/** Requests of one endpoint. */
export interface EndpointCount {
  requests: number;
  bytes: number;
  statuses: Record<string, number>;
}

interface Seen {
  times: number;
  answered: number;
}

/** Counts what clients ask for, so that tests and users can see what an export costs. */
export class Counters {
  #total = 0;
  #endpoints = new Map<string, EndpointCount>();
  #statuses = new Map<number, number>();
  #seen = new Map<string, Seen>();
  #repeated = new Map<string, Omit<RepeatedRequest, 'times' | 'answered'>>();

  /** Adds a request. */
  record(request: ServedRequest): void {
    this.#total += 1;
    this.#statuses.set(request.status, (this.#statuses.get(request.status) ?? 0) + 1);
    const key = `${request.method} ${request.endpoint}`;
    let endpoint = this.#endpoints.get(key);
    if (endpoint === undefined) {
      endpoint = { requests: 0, bytes: 0, statuses: {} };
      this.#endpoints.set(key, endpoint);
    }
    endpoint.requests += 1;
    endpoint.bytes += request.bytes;
    endpoint.statuses[request.status] = (endpoint.statuses[request.status] ?? 0) + 1;
    if (!request.mayRepeat) this.#recordRepeat(request);
  }

  /** All of it, as JSON. */
  snapshot() {
    const repeated: RepeatedRequest[] = [];
    for (const [hash, request] of this.#repeated) {
      const seen = this.#seen.get(hash);
      if (seen !== undefined) repeated.push({ ...request, ...seen });
    }
    return {
      requests: this.#total,
      byEndpoint: Object.fromEntries([...this.#endpoints].sort(([a], [b]) => (a < b ? -1 : 1))),
      byStatus: Object.fromEntries(this.#statuses),
      rateLimited: this.#statuses.get(429) ?? 0,
      repeated,
    };
  }

  /** Starts counting afresh. */
  reset(): void {
    this.#total = 0;
    this.#endpoints = new Map();
    this.#statuses = new Map();
    this.#seen = new Map();
    this.#repeated = new Map();
  }

  // Only a hash is kept of a request that came once: an export makes hundreds of thousands of those.
  #recordRepeat(request: ServedRequest): void {
    const hash = digest(`${request.contract} ${request.method} ${request.url}\n${request.body}`);
    const answered = request.status >= 200 && request.status < 300 ? 1 : 0;
    const seen = this.#seen.get(hash);
    if (seen === undefined) {
      this.#seen.set(hash, { times: 1, answered });
      return;
    }
    seen.times += 1;
    seen.answered += answered;
    if (this.#repeated.has(hash)) return;
    this.#repeated.set(hash, {
      method: request.method,
      url: request.url,
      endpoint: request.endpoint,
      ...(request.body === '' ? {} : { bodyHash: digest(request.body) }),
    });
  }
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('base64url').slice(0, 16);
}
