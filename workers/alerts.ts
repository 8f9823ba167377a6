/** Where alerts go: always into the log, and to a webhook where one is configured. */
import { createHash } from 'node:crypto';
import { got } from 'got';
import type { AlertSink } from '../activities/dependencies.js';
import type { Alert } from '../model/alert.js';
import { TidemarkError } from '../model/errors.js';
import { createProxy, type Proxy } from '../sources/http/proxy.js';
import type { Logger } from './log.js';

const logLevels = { info: 'info', warning: 'warn', error: 'error' } as const;

const timeoutMs = 10_000;
/** Of which as much for a proxy to connect. */
const connectMs = 5_000;

export function createAlertSink(
  webhook: string | undefined,
  log: Logger,
  environment: NodeJS.ProcessEnv = process.env,
): AlertSink {
  const proxy = createProxy({ connectMs, environment });
  return {
    send: async (alert, signal, attempt) => {
      if (attempt === 1) log[logLevels[alert.severity]]({ alert }, alert.summary);
      else log.warn(repeated(alert, attempt), `Attempt ${attempt} to deliver an alert: ${alert.summary}`);
      if (webhook !== undefined) await post(new URL(webhook), alert, proxy, signal);
    },
  };
}

/** Without the alert itself, so that nobody who counts alerts in the log counts it twice. */
function repeated({ kind, connection, stream, workflowId, runId }: Alert, attempt: number): object {
  return { kind, connection, stream, workflowId, runId, attempt };
}

/**
 * Tells the attempts of one alert from another alert, so that a receiver can drop repeats. A run may send two of a kind:
 * a warning of gaps that it repairs, and an error where that was in vain.
 */
function idempotencyKey({ kind, severity, workflowId, runId }: Alert): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, severity, workflowId, runId]))
    .digest('hex');
}

/** Path and query of the URL may be its secret: no message has more of it than the host. */
async function post(url: URL, alert: Alert, proxy: Proxy, signal: AbortSignal): Promise<void> {
  const status = await statusOf(url, alert, proxy, signal);
  if (status >= 200 && status < 300) return;
  if (status >= 500 || status === 408 || status === 429) {
    throw new TidemarkError('UpstreamUnavailable', `The alerts webhook on ${url.host} answered ${status}.`, {
      status,
      remedy: 'It is tried again.',
    });
  }
  throw new TidemarkError('InvalidConfig', `The alerts webhook on ${url.host} answered ${status}.`, {
    status,
    remedy: 'Check alerts.webhook: it must take a POST with a JSON body, without a redirect.',
  });
}

async function statusOf(url: URL, alert: Alert, proxy: Proxy, signal: AbortSignal): Promise<number> {
  const tunnel = proxy(url);
  try {
    const { statusCode } = await got.post(url, {
      ...(tunnel === undefined ? {} : { agent: { https: tunnel } }),
      json: alert,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'tidemark',
        'idempotency-key': idempotencyKey(alert),
      },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      timeout: { request: timeoutMs },
      signal,
    });
    return statusCode;
  } catch (error) {
    signal.throwIfAborted();
    // The client's own error is dropped on purpose: it holds the URL.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause';
    throw new TidemarkError(
      'UpstreamUnavailable',
      `The alerts webhook on ${url.host} gave no answer (${code}).`,
      {
        remedy:
          'It is tried again; if it stays, check alerts.webhook, name resolution, HTTPS_PROXY and NO_PROXY.',
      },
    );
  }
}
