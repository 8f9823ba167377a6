/** Passes HTTP on to a server and lets requests down, as networks do: object storage, for its clients. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

export type RelayFault =
  /** The connection breaks before the server hears of the request. */
  | 'unheard'
  /** The server gets half of what is sent, and then nothing. */
  | 'torn'
  /** The server has done it, and its answer is lost. */
  | 'answer lost'
  /** Half of the answer comes. */
  | 'answer torn'
  /** The server is overloaded. */
  | 'refused';

export interface HttpRelay {
  url: string;
  /** Kinds of requests so far, and how often each came: method and what it is about. */
  kinds(): ReadonlyMap<string, number>;
  /** Lets the nth request of a kind down, counted from now on, once; one request of each kind may be armed. */
  breakOnce(kind: string, nth: number, fault: RelayFault): void;
  /** Nobody is reached until it is over. */
  outage(isOn: boolean): void;
  /** Requests that were let down. */
  struck(): number;
  close(): Promise<void>;
}

export async function startHttpRelay(serverUrl: string): Promise<HttpRelay> {
  const target = new URL(serverUrl);
  const kinds = new Map<string, number>();
  const armed = new Map<string, { left: number; fault: RelayFault }>();
  let isOut = false;
  let struck = 0;

  const faultOf = (kind: string): RelayFault | null => {
    if (isOut) return 'unheard';
    const point = armed.get(kind);
    if (point === undefined) return null;
    point.left -= 1;
    if (point.left > 0) return null;
    armed.delete(kind);
    return point.fault;
  };

  const server = createServer((incoming, outgoing) => {
    const passing = bodyOf(incoming).then(async (body) => {
      const kind = kindOf(incoming);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const fault = faultOf(kind);
      if (fault !== null) struck += 1;
      await pass(incoming, body, outgoing, fault);
    });
    // What else breaks is the client's to notice.
    passing.catch(() => incoming.socket.destroy());
  });

  async function pass(
    incoming: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse,
    fault: RelayFault | null,
  ): Promise<void> {
    if (fault === 'unheard') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (fault === 'refused') {
      outgoing.writeHead(503).end();
      return;
    }
    const upstream = request({
      ...{ host: target.hostname, port: target.port, method: incoming.method, path: incoming.url },
      headers: incoming.headers,
    });
    // Of what is broken on purpose; anything else is thrown below, too.
    upstream.on('error', () => incoming.socket.destroy());
    if (fault === 'torn') {
      upstream.write(body.subarray(0, Math.floor(body.length / 2)), () => {
        upstream.destroy();
        incoming.socket.resetAndDestroy();
      });
      return;
    }
    upstream.end(body);
    const [answer] = (await once(upstream, 'response')) as [IncomingMessage];
    const content = await bodyOf(answer);
    if (fault === 'answer lost') {
      incoming.socket.resetAndDestroy();
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, {
      ...answer.headers,
      // A session of an upload goes on here, too.
      ...(answer.headers.location === undefined
        ? {}
        : { location: answer.headers.location.replace(target.origin, url) }),
    });
    if (fault !== 'answer torn') {
      outgoing.end(content);
      return;
    }
    outgoing.write(content.subarray(0, Math.floor(content.length / 2)), () => incoming.socket.destroy());
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    url,
    kinds: () => kinds,
    breakOnce: (kind, nth, fault) => {
      armed.set(kind, { left: nth, fault });
    },
    outage: (isOn) => {
      isOut = isOn;
    },
    struck: () => struck,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A list is asked for by a query, an object by its name. */
function kindOf({ method, url = '' }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, 'http://storage');
  const about = searchParams.has('delete')
    ? 'many'
    : searchParams.has('prefix') || searchParams.has('list-type')
      ? 'list'
      : pathname.startsWith('/upload/')
        ? 'upload'
        : 'object';
  return `${method} ${about}`;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
