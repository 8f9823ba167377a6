/** Alerts on their way out: the log, and a webhook that answers as webhooks do. */
import { Writable } from 'node:stream';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Alert } from '../../model/alert.js';
import { createAlertSink } from '../../workers/alerts.js';
import { startProxy, startSecureServer } from '../sources/http/proxyServer.js';
import { never, startServer } from '../sources/http/testServer.js';

const alert: Alert = {
  v: 1,
  kind: 'visibility',
  severity: 'error',
  connection: 'acme',
  stream: 'evaluations',
  summary: 'What acme shows of evaluations has changed: now hidden: division Closed.',
  details: { from: '2026-10-01T00:00:00.000Z', changes: [{ aspect: 'division', subjectId: 'd-2' }] },
  at: '2026-11-01T05:00:00.000Z',
  workflowId: 'audit-visibility/acme/evaluations/2026-11-01',
  runId: 'run-1',
};
const secret = 'hook-5f2c';

/** A webhook that answers with one status after the other, and what was logged. */
async function webhook(...statuses: number[]) {
  const server = await startServer((_, response, index) => {
    response.writeHead(statuses[index] ?? 200, { location: 'http://127.0.0.1:1/elsewhere' }).end();
  });
  onTestFinished(() => server.close());
  const { sink, logged } = logging(`${server.url}/${secret}?token=${secret}`);
  return { sink, server, logged };
}

function logging(url: string | undefined, environment: NodeJS.ProcessEnv = {}) {
  const logged: Record<string, unknown>[] = [];
  const lines = new Writable({
    write: (line: Buffer, _, done) => {
      logged.push(JSON.parse(line.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { sink: createAlertSink(url, pino({ base: null }, lines), environment), logged };
}

describe('an alert', () => {
  it('is posted as JSON, with a key that is its own', async () => {
    const { sink, server } = await webhook();
    await sink.send(alert, never, 1);
    await sink.send(alert, never, 1);
    await sink.send({ ...alert, runId: 'run-2' }, never, 1);
    await sink.send({ ...alert, kind: 'coverage' }, never, 1);
    // As an audit of intervals does that repairs, before the error that repairs were in vain.
    await sink.send({ ...alert, severity: 'warning' }, never, 1);
    const [first, ...others] = server.received;
    expect(first).toMatchObject({
      method: 'POST',
      url: `/${secret}?token=${secret}`,
      headers: { 'content-type': 'application/json', 'user-agent': 'tidemark' },
    });
    expect(JSON.parse(first?.body ?? '')).toEqual(alert);
    const key = first?.headers['idempotency-key'];
    expect(key).toMatch(/^[\da-f]{64}$/);
    const keys = others.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toBe(key);
    expect(new Set([key, ...keys]).size).toBe(4);
  });

  it('goes into the log by its severity, with or without a webhook', async () => {
    const { sink, logged } = logging(undefined);
    await sink.send(alert, never, 1);
    await sink.send({ ...alert, severity: 'warning' }, never, 1);
    expect(logged).toMatchObject([
      { level: 50, msg: alert.summary, alert },
      { level: 40, msg: alert.summary },
    ]);
  });

  it.each([500, 503, 429])('that the webhook answers with %i can be sent again', async (status) => {
    const { sink, server, logged } = await webhook(status);
    await expect(sink.send(alert, never, 1)).rejects.toMatchObject({ kind: 'UpstreamUnavailable', status });
    await sink.send(alert, never, 2);
    const [first, second] = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(server.received).toHaveLength(2);
    expect(second).toBe(first);
    expect(logged.filter((line) => 'alert' in line)).toMatchObject([{ level: 50, msg: alert.summary }]);
    expect(logged[1]).toMatchObject({
      level: 40,
      msg: `Attempt 2 to deliver an alert: ${alert.summary}`,
      ...{ kind: alert.kind, workflowId: alert.workflowId, runId: alert.runId, attempt: 2 },
    });
    expect(logged).toHaveLength(2);
  });

  it.each([302, 400, 404])(
    'that the webhook answers with %i is a matter of configuration, told without the secret',
    async (status) => {
      const { sink, server, logged } = await webhook(status);
      const error = await sink.send(alert, never, 1).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ kind: 'InvalidConfig', status });
      expect(String(error)).toContain(new URL(server.url).host);
      expect(`${String(error)} ${JSON.stringify(error)} ${JSON.stringify(logged)}`).not.toContain(secret);
      expect(server.received).toHaveLength(1);
    },
  );

  it('that nobody takes can be sent again, and its error holds no secret', async () => {
    const { sink, server } = await webhook();
    await server.close();
    const error = await sink.send(alert, never, 1).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'UpstreamUnavailable' });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).toContain('ECONNREFUSED');
    expect(String(error)).not.toContain(secret);
  });

  it('goes through the proxy that the environment names, and what that refuses is not the answer', async () => {
    const received: string[] = [];
    const server = await startSecureServer((request, response) => {
      received.push(request.url ?? '');
      response.end();
    });
    const proxy = await startProxy(server.port);
    const to = (host: string) =>
      logging('https://hooks.vendor.test/hook', { HTTPS_PROXY: host }).sink.send(alert, never, 1);
    await to(proxy.host);
    expect(proxy.asked).toHaveLength(1);
    expect(received).toEqual(['/hook']);
    const refusing = await startProxy(0, (socket) => void socket.end('HTTP/1.1 204 No\r\n\r\n'));
    await expect(to(refusing.host)).rejects.toMatchObject({
      kind: 'UpstreamUnavailable',
      message: expect.stringContaining(`gave no answer (the proxy ${refusing.host} answered 204)`),
    });
  });

  it('that is given up ends with the reason of that', async () => {
    const server = await startServer(() => undefined);
    onTestFinished(() => server.close());
    const { sink } = logging(server.url);
    const controller = new AbortController();
    const sent = sink.send(alert, controller.signal, 1);
    setTimeout(() => controller.abort(new Error('cancelled')), 50);
    await expect(sent).rejects.toThrow('cancelled');
  });
});
