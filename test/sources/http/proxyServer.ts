/** A proxy as companies have them, and behind it an API whose name nobody but the proxy can look up. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { onTestFinished, vi } from 'vitest';

export interface ProxyServer {
  /** host:port */
  host: string;
  /** One for each connection that was asked for. */
  asked: { to: string | undefined; authorization: string | undefined }[];
}

/** All that it connects leads to the port. The answer, when given, is what it says instead of connecting. */
export async function startProxy(leadsTo: number, instead?: (socket: Duplex) => void): Promise<ProxyServer> {
  const asked: ProxyServer['asked'] = [];
  const sockets = new Set<Duplex>();
  const server = http.createServer().on('connect', ({ url, headers }, socket: Duplex) => {
    asked.push({ to: url, authorization: headers['proxy-authorization'] });
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (instead !== undefined) return instead(socket);
    const target = net.connect(leadsTo, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** An https server for vendor.test and all below; only where it is trusted by clients that look at its certificate. */
export async function startSecureServer(
  answer: http.RequestListener,
  { trusted = true } = {},
): Promise<{ port: number; connections: () => number }> {
  let connections = 0;
  const own = await certificate();
  const server = https.createServer(own, answer).on('secureConnection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  if (trusted) trust(own.cert);
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

async function certificate(): Promise<{ key: string; cert: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-test-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=vendor.test', '-addext', 'subjectAltName=DNS:vendor.test,DNS:*.vendor.test'],
    ...['-keyout', key, '-out', cert],
  ]);
  const made = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  await rm(directory, { recursive: true });
  return made;
}

/** Makes the certificate one of an authority that this machine trusts, until the test ends. */
function trust(ca: string): void {
  const { createSecureContext } = tls;
  const spy = vi
    .spyOn(tls, 'createSecureContext')
    .mockImplementation((options) => createSecureContext({ ...options, ca: options?.ca ?? ca }));
  onTestFinished(() => spy.mockRestore());
}
