/** The way through a proxy, as the environment names it, over real sockets. */
import type { ServerResponse } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { download } from '../../../sources/http/download.js';
import { createProxy } from '../../../sources/http/proxy.js';
import { createTransport, type OutgoingRequest } from '../../../sources/http/transport.js';
import { startProxy, startSecureServer } from './proxyServer.js';
import { never, startServer } from './testServer.js';

/** Enough also on a busy machine. */
const connectMs = 3_000;
const timeouts = { connectMs, answerMs: 30_000 };
const answering = (status: number) => (socket: Duplex) =>
  void socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 6\r\n\r\nproxy!`);

const get = (url: string): OutgoingRequest => ({
  method: 'GET',
  url: new URL(url),
  headers: { authorization: 'Bearer token-1' },
  body: undefined,
  purpose: 'GET /api/v2/quality (connection acme)',
});

const leads = (environment: NodeJS.ProcessEnv, url: string): boolean =>
  createProxy({ connectMs: 1_000, environment })(new URL(url)) !== undefined;

describe('a request through a proxy', () => {
  test('reaches a host whose name only the proxy knows, over one connection that is kept', async () => {
    const server = await startSecureServer((_, response) => response.end('{"ok":true}'));
    const proxy = await startProxy(server.port);
    const { send } = createTransport(timeouts, { HTTPS_PROXY: `http://tide:m%40rk@${proxy.host}` });
    for (let time = 0; time < 3; time += 1) {
      const answer = await send(get('https://api.vendor.test/api'), never);
      expect(answer).toMatchObject({ status: 200, body: '{"ok":true}' });
    }
    expect(proxy.asked).toEqual([
      {
        to: 'api.vendor.test:443',
        authorization: `Basic ${Buffer.from('tide:m@rk').toString('base64')}`,
      },
    ]);
    expect(server.connections()).toBe(1);
  });

  test('side by side takes a connection for each, and finds them again', async () => {
    const waiting: ServerResponse[] = [];
    const server = await startSecureServer((_, response) => {
      waiting.push(response);
      // All at once, so that none finds a connection that another one has left.
      if (waiting.length === 4) for (const each of waiting.splice(0)) each.end('{}');
    });
    const proxy = await startProxy(server.port);
    const { send } = createTransport(timeouts, { https_proxy: proxy.host });
    const four = () =>
      Promise.all(Array.from({ length: 4 }, () => send(get('https://vendor.test/a'), never)));
    await four();
    await four();
    expect(proxy.asked).toHaveLength(4);
  });

  test("goes nowhere without a certificate in the vendor's name", async () => {
    const server = await startSecureServer((_, response) => response.end('{}'), { trusted: false });
    const proxy = await startProxy(server.port);
    const { send } = createTransport(timeouts, { HTTPS_PROXY: `http://${proxy.host}` });
    await expect(send(get('https://vendor.test/a'), never)).rejects.toThrow(
      'vendor.test could not be reached (DEPTH_ZERO_SELF_SIGNED_CERT)',
    );
  });

  test.each([
    ['refuses it', answering(407), 'answered 407'],
    ['answers itself', answering(403), 'answered 403'],
    ['breaks off', (socket: Duplex) => void socket.destroy(), 'failed: '],
    ['is silent', () => undefined, `did not connect within ${connectMs} ms`],
  ])('that the proxy %s is no answer of the vendor', async (_, instead, what) => {
    const proxy = await startProxy(0, instead);
    const environment = { HTTPS_PROXY: `http://tide:secret-1@${proxy.host}` };
    const error: unknown = await createTransport(timeouts, environment)
      .send(get('https://vendor.test/a'), never)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      kind: 'UpstreamUnavailable',
      message: expect.stringContaining(`vendor.test could not be reached (the proxy ${proxy.host} ${what}`),
      remedy: expect.stringContaining('HTTPS_PROXY and NO_PROXY'),
    });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('secret-1');
  });

  test('says that nobody is where the proxy should be, and can be given up', async () => {
    const nobody = createTransport(timeouts, { HTTPS_PROXY: 'http://127.0.0.1:1' });
    await expect(nobody.send(get('https://vendor.test/a'), never)).rejects.toThrow(
      '(the proxy 127.0.0.1:1 failed: ECONNREFUSED)',
    );
    const proxy = await startProxy(0, () => undefined);
    const silent = createTransport({ ...timeouts, connectMs: 60_000 }, { HTTPS_PROXY: proxy.host });
    const giveUp = new AbortController();
    const sent = silent.send(get('https://vendor.test/a'), giveUp.signal);
    setTimeout(() => giveUp.abort(new Error('cancelled')), 50);
    await expect(sent).rejects.toThrow('cancelled');
  });

  test('is none to this machine', async () => {
    const server = await startServer((_, response) => void response.end('{}'));
    onTestFinished(() => server.close());
    const { send } = createTransport(timeouts, { HTTPS_PROXY: '127.0.0.1:1', HTTP_PROXY: '127.0.0.1:1' });
    expect(await send(get(server.url), never)).toMatchObject({ status: 200 });
  });
});

describe('a download through a proxy', () => {
  test('comes whole, or says what the proxy did', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-test-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const content = 'a,b\n'.repeat(100_000);
    const server = await startSecureServer((_, response) => response.end(content));
    const path = join(directory, 'file');
    const through = (proxy: { host: string }) =>
      download(
        { url: new URL('https://files.vendor.test/f?signature=1'), path, purpose: 'Download' },
        never,
        { connectMs, silenceMs: 30_000 },
        { HTTPS_PROXY: proxy.host },
      );
    const open = await startProxy(server.port);
    expect(await through(open)).toBe(content.length);
    expect(await readFile(path, 'utf8')).toBe(content);
    expect(open.asked).toHaveLength(1);
    const refusing = await startProxy(0, answering(403));
    await expect(through(refusing)).rejects.toThrow(
      `did not send the whole file (the proxy ${refusing.host} answered 403)`,
    );
    const silent = await startProxy(0, () => undefined);
    await expect(through(silent)).rejects.toThrow(`did not connect within ${connectMs} ms`);
  });
});

describe('the environment', () => {
  test('names the proxy in any of its spellings', () => {
    const url = 'https://api.mypurecloud.de/x';
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) {
      expect(leads({ [name]: 'proxy.example:3128' }, url)).toBe(true);
    }
    expect(leads({}, url)).toBe(false);
    for (const near of ['https://relay/hook', 'https://localhost/', 'https://[::1]/', 'https://127.8.8.8/']) {
      expect(leads({ HTTPS_PROXY: 'proxy.example:3128' }, near)).toBe(false);
    }
    expect(leads({ HTTPS_PROXY: ' ', https_proxy: '' }, url)).toBe(false);
  });

  test.each([
    ['*', 'https://api.mypurecloud.de', true],
    ['mypurecloud.de', 'https://api.mypurecloud.de', true],
    ['.mypurecloud.de', 'https://api.mypurecloud.de', true],
    ['*.MyPureCloud.de', 'https://api.mypurecloud.de', true],
    ['other.example, api.mypurecloud.de', 'https://api.mypurecloud.de', true],
    ['api.mypurecloud.de:443', 'https://api.mypurecloud.de', true],
    ['api.mypurecloud.de:8443', 'https://api.mypurecloud.de', false],
    ['purecloud.de', 'https://api.mypurecloud.de', false],
    ['api.mypurecloud.de', 'https://login.mypurecloud.de', false],
    ['10.0.0.0/8', 'https://10.1.2.3/hook', true],
    ['10.1.2.3', 'https://10.1.2.3:8443/hook', true],
    ['10.0.0.0/8', 'https://11.1.2.3/hook', false],
    ['2.3', 'https://10.1.2.3/hook', false],
    ['fd00::/8', 'https://[fd12::1]/hook', true],
    ['[fd12::1]:443,', 'https://[fd12::1]/hook', true],
    ['10.0.0.0/64 ,,', 'https://10.1.2.3/hook', false],
  ])('excepts by NO_PROXY=%s from the proxy %s: %s', (list, url, excepted) => {
    expect(leads({ HTTPS_PROXY: 'proxy.example:3128', NO_PROXY: list }, url)).toBe(!excepted);
    expect(leads({ HTTPS_PROXY: 'proxy.example:3128', no_proxy: list }, url)).toBe(!excepted);
  });

  test.each([
    ['socks5://tide:secret-1@proxy.example:1080', 'names a proxy of another kind (socks5:)'],
    ['http://tide:secret-1%@proxy.example', 'is not the URL of a proxy'],
    ['http://tide:secret-1@:99999', 'is not the URL of a proxy'],
  ])('that names no proxy to go through is said, without its password', (value, what) => {
    const open = () => createTransport(timeouts, { HTTPS_PROXY: value });
    expect(open).toThrow(`The environment variable HTTPS_PROXY ${what}.`);
    expect(open).not.toThrow('secret-1');
  });
});
