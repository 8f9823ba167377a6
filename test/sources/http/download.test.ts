import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { download } from '../../../sources/http/download.js';
import { never, startServer, type Script, type TestServer } from './testServer.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

async function serve(script: Script): Promise<TestServer> {
  const server = await startServer(script);
  onTestFinished(() => server.close());
  return server;
}

const urlOf = (server: TestServer) => new URL(`${server.url}/file?X-Amz-Signature=secret-1`);
const purpose = 'Download of an extract (connection acme)';
const timeouts = { connectMs: 1_000, silenceMs: 300 };

const content = Buffer.from('a,b\n1,"ü"\n'.repeat(50_000));

test.each([
  ['as it is', (response: http.ServerResponse) => response.end(content)],
  [
    'with its length',
    (response: http.ServerResponse) =>
      response.writeHead(200, { 'content-length': content.length }).end(content),
  ],
  [
    'compressed on its way',
    (response: http.ServerResponse) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(content)),
  ],
])('a file comes whole, %s, and nothing signs in for it', async (_, answer) => {
  const server = await serve((_request, response) => void answer(response));
  const path = join(directory, 'file');
  expect(await download({ url: urlOf(server), path, purpose }, never)).toBe(content.length);
  expect((await readFile(path)).equals(content)).toBe(true);
  expect(server.received).toHaveLength(1);
  expect(server.received[0]?.headers.authorization).toBeUndefined();
});

test('an empty file is a file', async () => {
  const server = await serve((_, response) => void response.end());
  const path = join(directory, 'file');
  expect(await download({ url: urlOf(server), path, purpose }, never)).toBe(0);
  expect((await readFile(path)).length).toBe(0);
});

test.each([
  ['refuses it', (response: http.ServerResponse) => response.writeHead(403).end('<Error/>'), /answered 403/u],
  [
    'wants no token',
    (response: http.ServerResponse) => response.writeHead(400).end('<Error/>'),
    /answered 400/u,
  ],
  [
    'is hidden by a page of something in between',
    (response: http.ServerResponse) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html></html>'),
    /answered 200 and a web page instead of the file/u,
  ],
  ['is in trouble', (response: http.ServerResponse) => response.writeHead(503).end(), /answered 503/u],
  [
    'leads elsewhere',
    (response: http.ServerResponse) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    /answered 302/u,
  ],
  [
    'breaks off in the middle of a stated length',
    (response: http.ServerResponse) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1_000), () => response.destroy());
    },
    /did not send the whole file/u,
  ],
  [
    'breaks off in the middle of its parts',
    (response: http.ServerResponse) => {
      response.writeHead(200);
      response.write(content.subarray(0, 1_000), () => response.destroy());
    },
    /did not send the whole file/u,
  ],
  [
    'falls silent',
    (response: http.ServerResponse) => {
      response.writeHead(200);
      response.write(content.subarray(0, 1_000));
    },
    /did not send the whole file \(ETIMEDOUT\)/u,
  ],
  ['never answers', () => undefined, /did not send the whole file \(ETIMEDOUT\)/u],
])('a store that %s is tried again later, and leaves nothing', async (_, answer, message) => {
  const server = await serve((_request, response) => void answer(response));
  const path = join(directory, 'file');
  const error: unknown = await download({ url: urlOf(server), path, purpose }, never, timeouts).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ kind: 'UpstreamUnavailable', message: expect.stringMatching(message) });
  expect(error).toMatchObject({ message: expect.stringContaining(`${purpose}: 127.0.0.1:`) });
  expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('secret-1');
  expect(await readdir(directory)).toEqual([]);
  expect(server.received).toHaveLength(1);
});

test('a store that is not there is tried again later', async () => {
  const server = await serve(() => undefined);
  const url = urlOf(server);
  await server.close();
  await expect(download({ url, path: join(directory, 'file'), purpose }, never)).rejects.toMatchObject({
    kind: 'UpstreamUnavailable',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('a path that cannot be written is no fault of the store', async () => {
  const server = await serve((_, response) => void response.end(content));
  const path = join(directory, 'missing', 'file');
  await expect(download({ url: urlOf(server), path, purpose }, never)).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

test('an abort ends it with its reason', async () => {
  const server = await serve((_, response) => {
    response.writeHead(200);
    response.write(content.subarray(0, 1_000));
  });
  const abort = new AbortController();
  const path = join(directory, 'file');
  const work = download({ url: urlOf(server), path, purpose }, abort.signal);
  await delay(50);
  abort.abort(new Error('cancelled'));
  await expect(work).rejects.toThrow('cancelled');
  expect(await readdir(directory)).toEqual([]);
});
