/**
 * The one taxonomy of what can go wrong while data moves. Sources and warehouses throw these; the activity
 * interceptor turns them into Temporal failures by this table and by nothing else.
 */
export const errorKinds = {
  /** The vendor's allowance is used up; `retryAfterSeconds` says for how long. */
  RateLimited: { retryable: true, benign: true },
  /** The vendor or the network failed (5xx, reset, time-out, cut-off body). */
  UpstreamUnavailable: { retryable: true, benign: false },
  /** The warehouse is locked or restarting. */
  WarehouseUnavailable: { retryable: true, benign: false },
  /** Client id or secret are wrong, or the client was removed. */
  Unauthorized: { retryable: false, benign: false },
  /** The client lacks a permission or a division. */
  Forbidden: { retryable: false, benign: false },
  /** The vendor refused the request as wrong: a fault of ours or of the configuration. */
  InvalidRequest: { retryable: false, benign: false },
  /** An answer does not have the shape the vendor documents; the message names path and value. */
  SchemaMismatch: { retryable: false, benign: false },
  /** The configuration is wrong; the message names the field, the value and the remedy. */
  InvalidConfig: { retryable: false, benign: false },
  /** Staged rows break a promise (count, uniqueness, missing key): nothing of the batch was loaded. */
  LoadRefused: { retryable: false, benign: false },
} as const satisfies Record<string, { retryable: boolean; benign: boolean }>;

export type ErrorKind = keyof typeof errorKinds;

export interface ErrorContext {
  /** What a person can do about it, as a sentence. */
  remedy?: string;
  /** The vendor's id for its own logs (Genesys: inin-correlation-id). */
  correlationId?: string;
  /** HTTP status, where there was one. */
  status?: number;
  /** What the vendor calls it, where it does. */
  code?: string;
  /** Seconds to wait before trying again, as the vendor asked. */
  retryAfterSeconds?: number;
  cause?: unknown;
  /** What was answered, where it was read but cannot be used. Personal data: it goes to staging and nowhere else. */
  body?: unknown;
}

export class TidemarkError extends Error {
  override readonly name = 'TidemarkError';
  readonly kind: ErrorKind;
  readonly remedy: string | undefined;
  readonly correlationId: string | undefined;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Private, so that no log and no failure shows it. */
  #body: unknown;

  /** The message must hold no secret, token or personal data: it ends up in history and logs. */
  constructor(kind: ErrorKind, message: string, context: ErrorContext = {}) {
    const correlation =
      context.correlationId === undefined ? '' : ` [correlation id ${context.correlationId}]`;
    const remedy = context.remedy === undefined ? '' : ` ${context.remedy}`;
    super(
      `${message}${correlation}${remedy}`,
      context.cause === undefined ? undefined : { cause: context.cause },
    );
    this.kind = kind;
    this.remedy = context.remedy;
    this.correlationId = context.correlationId;
    this.status = context.status;
    this.code = context.code;
    this.retryAfterSeconds = context.retryAfterSeconds;
    this.#body = context.body;
  }

  /** The answer that cannot be used; undefined where there is none to keep. */
  get body(): unknown {
    return this.#body;
  }

  /** For what is found wrong in an answer that has the right shape. */
  about(body: unknown): this {
    this.#body = body;
    return this;
  }
}
