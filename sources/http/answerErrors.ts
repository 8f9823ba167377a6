/** Turns what a vendor answered into the one taxonomy of errors. Pure but for the date of a Retry-After. */
import { TidemarkError, type ErrorContext } from '../../model/errors.js';
import type { Answer } from './transport.js';
import { readRetryAfter, type VendorDialect } from './vendorDialect.js';

export interface AnswerContext {
  dialect: VendorDialect;
  /** Name of the connection in the configuration. */
  connection: string;
  /** "GET /api/v2/…", or what signing in is called. */
  endpoint: string;
  /** Signing in: a refusal with 400 means wrong credentials too, as OAuth has it. */
  isSignIn?: boolean;
  /** Never to appear in a message, even when a vendor echoes them. */
  secrets: readonly string[];
  /** Seconds to wait after a 429 that does not say how long. */
  fallbackRetrySeconds: number;
}

const longestText = 300;

export function answerError(answer: Answer, context: AnswerContext): TidemarkError {
  const { status } = answer;
  const said = context.dialect.readError(parsedOrUndefined(answer.body));
  const facts: ErrorContext = {
    status,
    ...(said.code === undefined ? {} : { code: said.code }),
    ...correlation(answer, context),
  };
  const words = [said.code, said.message].filter((part) => part !== undefined).join(': ');
  const quote = words === '' ? '' : ` It said: ${sentence(clean(words, context.secrets))}`;
  const start = `${context.dialect.vendor} answered ${status} to ${context.endpoint} (connection ${context.connection}).${quote}`;

  if (status === 429) {
    const retryAfterSeconds = retrySeconds(answer, context);
    return new TidemarkError('RateLimited', start, {
      ...facts,
      retryAfterSeconds,
      remedy: `It is tried again in ${retryAfterSeconds} s; if it happens often, find out what else uses this client id.`,
    });
  }
  if (status >= 500 || status === 408) {
    const asked = readRetryAfter(answer.headers, Date.now());
    return new TidemarkError('UpstreamUnavailable', start, {
      ...facts,
      ...(asked === undefined ? {} : { retryAfterSeconds: asked }),
      remedy:
        "It is tried again; if it stays, look at the vendor's status page and quote the correlation id.",
    });
  }
  if (status === 401 || (status === 400 && context.isSignIn === true)) {
    return new TidemarkError('Unauthorized', start, {
      ...facts,
      remedy: refusedRemedy(said.code, context),
    });
  }
  if (status === 403) return forbidden(start, said.missingPermission, facts, context);
  return new TidemarkError('InvalidRequest', start, {
    ...facts,
    remedy:
      status === 404
        ? context.isSignIn === true
          ? `Check the URLs of connection ${context.connection}: nobody signs in there.`
          : 'Check the base URL and that the record still exists.'
        : 'Check the base URL, the region and the settings of the connection; otherwise report it with the correlation id.',
  });
}

/** Seconds the vendor asked to wait: Retry-After, else the end of the window, else the fallback. */
export function retrySeconds(
  answer: Answer,
  context: Pick<AnswerContext, 'dialect' | 'fallbackRetrySeconds'>,
): number {
  return (
    readRetryAfter(answer.headers, Date.now()) ??
    context.dialect.readLimits(answer.headers, answer.status)?.resetSeconds ??
    context.fallbackRetrySeconds
  );
}

/** A success whose body cannot be read, because something in between cut or replaced it. */
export function unreadable(answer: Answer, context: AnswerContext, problem: string): TidemarkError {
  return new TidemarkError(
    'UpstreamUnavailable',
    `${context.dialect.vendor} answered ${answer.status} to ${context.endpoint} (connection ${context.connection}), but ${problem}.`,
    {
      status: answer.status,
      ...correlation(answer, context),
      remedy:
        'It is tried again; if it stays, check the base URL and look for a proxy that rewrites answers.',
    },
  );
}

export function correlation(
  answer: Answer,
  context: Pick<AnswerContext, 'dialect'>,
): { correlationId?: string } {
  const correlationId = context.dialect.correlationId(answer.headers);
  return correlationId === undefined ? {} : { correlationId };
}

const sentence = (text: string) => (/[.!?…]$/u.test(text) ? text : `${text}.`);

/** Shortens text from outside and takes out whatever could be used to sign in. */
export function clean(text: string, secrets: readonly string[]): string {
  let safe = text;
  for (const secret of secrets) if (secret !== '') safe = safe.replaceAll(secret, '[secret]');
  safe = safe.replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/giu, '$1 [secret]');
  return safe.length > longestText ? `${safe.slice(0, longestText)}…` : safe;
}

function refusedRemedy(code: string | undefined, { dialect, connection, isSignIn }: AnswerContext): string {
  const own = isSignIn === true ? dialect.signInRemedy?.(connection, code) : undefined;
  return (
    own ??
    `Check the credentials and the base URL of connection ${connection}, and that they are still active.`
  );
}

function forbidden(
  start: string,
  permission: string | undefined,
  facts: ErrorContext,
  context: AnswerContext,
): TidemarkError {
  const missing = permission === undefined ? '' : ` Missing permission: ${permission}.`;
  return new TidemarkError('Forbidden', `${start}${missing}`, {
    ...facts,
    remedy:
      context.dialect.forbiddenRemedy?.(context.connection) ??
      `Give a role of the OAuth client of connection ${context.connection} ${permission ?? 'the permission this endpoint needs'}, in every division to be exported.`,
  });
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
