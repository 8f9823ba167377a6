/** How many requests a client may make in a window, and how long the window is. */
export interface Allowance {
  requests: number;
  /** Length of a window in seconds; a fraction is allowed, so that tests need not wait a minute. */
  windowSeconds: number;
}

/** What one request did to its window. */
export interface Reading {
  /** Requests counted in the window, this one and refused ones included. */
  count: number;
  allowed: number;
  /** Whole seconds, rounded up, until the window ends. */
  resetSeconds: number;
  refused: boolean;
}

/** The record of one window, for those who ask how well the allowance was used. */
export interface WindowRecord {
  clientId: string;
  /** Real time the window began at, ISO 8601. */
  startedAt: string;
  requests: number;
  refused: number;
  /** Requests let through as a share of the allowance. */
  share: number;
}

interface OpenWindow {
  record: WindowRecord;
  endsAt: number;
}

/** Windows beyond this many are forgotten, oldest first, so that a long run stays small. */
const windowsKept = 5_000;

/**
 * Fixed windows, one allowance for each OAuth client: a window opens with the first request after the last one
 * ended. Windows go by real time, never by the virtual clock: what is measured is the load a client causes.
 */
export class RateLimits {
  #windows: WindowRecord[] = [];
  readonly #open = new Map<string, OpenWindow>();

  constructor(readonly allowance: Allowance) {}

  /** Counts a request against the client's allowance. */
  count(clientId: string): Reading {
    const now = performance.now();
    let open = this.#open.get(clientId);
    if (open === undefined || now >= open.endsAt) open = this.#openWindow(clientId, now);
    open.record.requests += 1;
    const refused = open.record.requests > this.allowance.requests;
    if (refused) open.record.refused += 1;
    open.record.share = (open.record.requests - open.record.refused) / this.allowance.requests;
    // A sum of moments may be rounded up, and a window of 60 s that has just begun would have 61 left.
    const millisLeft = Math.round(open.endsAt - now);
    return {
      count: open.record.requests,
      allowed: this.allowance.requests,
      resetSeconds: Math.max(1, Math.ceil(millisLeft / 1000)),
      refused,
    };
  }

  /** The windows so far, oldest first; the last of each client may still be open. */
  windows(): readonly WindowRecord[] {
    return this.#windows;
  }

  /** Forgets the record; open windows keep counting. */
  reset(): void {
    this.#windows = [...this.#open.values()].map((open) => open.record);
  }

  #openWindow(clientId: string, now: number): OpenWindow {
    const record = { clientId, startedAt: new Date().toISOString(), requests: 0, refused: 0, share: 0 };
    const open = { record, endsAt: now + this.allowance.windowSeconds * 1000 };
    this.#open.set(clientId, open);
    this.#windows.push(record);
    if (this.#windows.length > windowsKept) this.#windows.shift();
    return open;
  }
}

/** The vendor's headers for a reading. */
export function rateLimitHeaders(reading: Reading): Record<string, string> {
  return {
    'inin-ratelimit-count': String(reading.count),
    'inin-ratelimit-allowed': String(reading.allowed),
    'inin-ratelimit-reset': String(reading.resetSeconds),
  };
}
