/**
 * A server in front of a simulated vendor that keeps its answers, so that thousands of cases cost no simulation, and
 * changes the one answer that it is told to.
 */
import http from 'node:http';
import { sendJson, startServer, type Received } from '../../sources/http/testServer.js';

/** What goes out in place of an answer: text as it is, anything else as JSON. */
export type Rewrite = (body: unknown) => { json: unknown } | { text: string };

export interface Replay {
  url: string;
  /**
   * The next answers, counted without sign-ins: the one of this number is rewritten. `lasting`: whenever the same is
   * asked for after that, too, but for jobs, which would never be done.
   */
  arm(number: number, rewrite: Rewrite, lasting?: boolean): void;
  /** Answers since it was armed. */
  answered(): number;
  /** What was asked for since. */
  paths(): readonly string[];
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body: unknown;
}

/** Enough of a list to have a first, a middle and a last. */
const longestList = 3;

const plenty = {
  'x-ratelimit-limit': '1000000',
  'x-ratelimit-remaining': '999999',
  'x-ratelimit-reset': '60',
  'inin-ratelimit-allowed': '1000000',
  'inin-ratelimit-count': '1',
  'inin-ratelimit-reset': '60',
};

export async function openReplay(target: string): Promise<Replay> {
  const kept = new Map<string, Answer>();
  let number = 0;
  let paths: string[] = [];
  let arms = 0;
  let armed: { number: number; rewrite: Rewrite; lasting: boolean; key: string | null } | undefined;
  const server = await startServer(async (request, response) => {
    server.received.length = 0;
    const isSignIn = request.url.startsWith('/oauth/token');
    const { arm, ...received } = isSignIn ? { ...request, arm: arms } : ofArm(request);
    // What a call before has left behind may arrive now, and must not be taken for this one's.
    const isStray = arm !== arms;
    // By its arrival: others may be answered first.
    const own = isSignIn || isStray ? 0 : ++number;
    if (own > 0) paths.push(request.url);
    const change = armed;
    const key = `${request.method} ${request.url}\n${request.body}`;
    const answer = kept.get(key) ?? (await ask(target, received));
    if (isFinal(answer)) kept.set(key, answer);
    if (isSignIn) return sendJson(response, answer.status, forArm(answer.body, arm), plenty);
    if (isStray || change === undefined || (change.number !== own && change.key !== key)) {
      return sendJson(response, answer.status, answer.body, plenty);
    }
    if (change.lasting && !request.url.includes('/jobs')) change.key = key;
    const changed = change.rewrite(answer.body);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...plenty });
    response.end('text' in changed ? changed.text : JSON.stringify(changed.json));
  });
  return {
    url: server.url,
    arm: (at, rewrite, lasting = false) => {
      arms += 1;
      number = 0;
      paths = [];
      armed = { number: at, rewrite, lasting, key: null };
    },
    answered: () => number,
    paths: () => paths,
    close: server.close,
  };
}

/** A token says for which arming it was given: sources are opened, and sign in, after it. */
const forArm = (body: unknown, arm: number) => {
  const token: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'access_token') : undefined;
  return typeof token === 'string' ? { ...(body as object), access_token: `${token}~${arm}` } : body;
};

function ofArm(request: Received): Received & { arm: number } {
  const [authorization, arm] = (request.headers.authorization ?? '').split('~');
  return { ...request, headers: { ...request.headers, authorization }, arm: Number(arm) };
}

/** What is asked for again until it is ready is not kept while it is not. */
function isFinal({ body }: Answer): boolean {
  const state: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'state') : undefined;
  return state === undefined || state === 'FULFILLED';
}

const agent = new http.Agent({ keepAlive: true });

async function ask(target: string, { method, url, headers, body }: Received): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host: _, 'accept-encoding': __, ...own } = headers;
    const request = http.request(new URL(url, target), { method, headers: own, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        const shown: unknown = text === '' ? null : JSON.parse(text);
        resolve({ status: response.statusCode ?? 500, body: shortened(shown) });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The same with the first of each list at its top. */
function shortened(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      Array.isArray(value) ? (value as unknown[]).slice(0, longestList) : value,
    ]),
  );
}
