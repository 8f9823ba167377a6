/** Passes PostgreSQL's protocol on and breaks connections at chosen statements, as networks do. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Relay {
  /** The server's, through the relay. */
  readonly url: string;
  /** Connections broken so far. */
  readonly cuts: number;
  /** Breaks the connection once, before a message with this text reaches the server. */
  cutBefore(text: string): void;
  /** Breaks it once, after the server did what a message with this text asks, on a connection that sent `earlier`. */
  cutAnswerTo(text: string, earlier: string): void;
  /** The same whenever it happens. */
  cutAnswersTo(text: string, earlier: string): void;
  /** Breaks every connection now, on both sides. */
  cutAll(): void;
  /** Keeps a message with this text back. */
  holdAt(text: string): { reached: Promise<void>; letGo(): void };
}

type Rule = (message: Buffer, seen: readonly string[]) => 'pass' | 'cut' | 'cut answer' | Promise<void>;

/** For one test. The connection must not be encrypted. */
export async function relay(serverUrl: string): Promise<Relay> {
  const target = new URL(serverUrl);
  let rule: Rule = () => 'pass';
  let cuts = 0;
  const sockets = new Set<Socket>();

  const breakAt = (
    matches: (text: string, seen: readonly string[]) => boolean,
    outcome: 'cut' | 'cut answer',
    times: 'once' | 'always',
  ) => {
    rule = (message, seen) => {
      if (!matches(message.toString('latin1'), seen)) return 'pass';
      if (times === 'once') rule = () => 'pass';
      return outcome;
    };
  };
  const cutAnswers = (text: string, earlier: string, times: 'once' | 'always') =>
    breakAt(
      (message, seen) => message.includes(text) && seen.some((each) => each.includes(earlier)),
      'cut answer',
      times,
    );

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const both = [client, upstream];
    const seen: string[] = [];
    let muted = false;
    for (const socket of both) {
      sockets.add(socket);
      // What breaks here is broken on purpose, and the other side is to notice.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        for (const each of both) each.destroy();
      });
    }
    let before = Promise.resolve();
    client.on('data', (message: Buffer) => {
      before = before.then(async () => {
        const verdict = rule(message, seen);
        seen.push(message.toString('latin1'));
        if (verdict === 'cut') {
          cuts += 1;
          client.destroy();
          return;
        }
        if (verdict === 'cut answer') muted = true;
        else if (verdict !== 'pass') await verdict;
        upstream.write(message);
      });
    });
    upstream.on('data', (answer: Buffer) => {
      if (!muted) {
        client.write(answer);
        return;
      }
      cuts += 1;
      client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(typeof address === 'object' && address !== null ? address.port : 0);

  return {
    url: url.href,
    get cuts() {
      return cuts;
    },
    cutBefore: (text) => breakAt((message) => message.includes(text), 'cut', 'once'),
    cutAnswerTo: (text, earlier) => cutAnswers(text, earlier, 'once'),
    cutAnswersTo: (text, earlier) => cutAnswers(text, earlier, 'always'),
    cutAll: () => {
      cuts += 1;
      for (const socket of sockets) socket.destroy();
    },
    holdAt: (text) => {
      let letGo = () => {};
      const gone = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const reached = new Promise<void>((resolve) => {
        rule = (message) => {
          if (!message.toString('latin1').includes(text)) return 'pass';
          rule = () => 'pass';
          resolve();
          return gone;
        };
      });
      return { reached, letGo };
    },
  };
}
