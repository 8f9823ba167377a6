/**
 * A server between the product and a vendor that passes everything on, edited where that is asked for, and keeps what could
 * be used to sign in.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Tap {
  url: string;
  /** Where it passes requests on to; set before the first. */
  target: string;
  /** Tokens that were issued or sent, and what was sent to get them. */
  readonly tokens: Set<string>;
  /** Makes another body of an answer to a path; null: all are passed on as they are. */
  edit: ((path: string, body: string) => string) | null;
  close(): Promise<void>;
}

export async function openTap(): Promise<Tap> {
  const tokens = new Set<string>();
  const server = http.createServer((request, response) => {
    const bearer = /^(?:Bearer|Basic) (\S+)$/iu.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) tokens.add(bearer);
    // The host stays that of the tap, so that links in answers lead here.
    const { method, headers } = request;
    const onward = http.request(new URL(request.url ?? '/', tap.target), { method, headers }, (answer) => {
      const isSignIn = /\/token/u.test(request.url ?? '');
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => isSignIn && parts.push(part));
      answer.on('end', () => {
        if (isSignIn) for (const token of tokensIn(Buffer.concat(parts).toString())) tokens.add(token);
      });
      // What the simulator breaks off is broken off here, too.
      answer.on('error', () => response.destroy());
      const { edit } = tap;
      if (edit === null) {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        return;
      }
      text(answer).then(
        (body) => {
          const { 'content-length': _, ...kept } = answer.headers;
          response.writeHead(answer.statusCode ?? 502, kept).end(edit(request.url ?? '', body));
        },
        () => response.destroy(),
      );
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const tap: Tap = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: '',
    tokens,
    edit: null,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return tap;
}

function tokensIn(body: string): string[] {
  return [...body.matchAll(/"(?:access_token|id_token|refresh_token)":\s*"([^"]+)"/gu)].map(
    ([, token]) => token ?? '',
  );
}
