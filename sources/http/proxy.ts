/** The way out of networks that let nothing out but through a proxy, by the variables that other programs read, too. */
import type { ClientRequest } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { TidemarkError } from '../../model/errors.js';
import { isLoopbackUrl } from './sameOrigin.js';

/** The agent that leads to a URL through the proxy; undefined where the way there is direct. */
export type Proxy = (url: URL) => Tunnel | undefined;

export interface ProxyOptions {
  /** For the proxy to connect, milliseconds: no time-out of a request counts before there is a connection. */
  connectMs: number;
  keepAlive?: boolean;
  environment?: NodeJS.ProcessEnv;
}

/**
 * The proxy that HTTPS_PROXY names, or else HTTP_PROXY, for all hosts but this machine, names without a dot and those
 * of NO_PROXY.
 * Throws InvalidConfig for what is no proxy's URL.
 */
export function createProxy({
  connectMs,
  keepAlive = false,
  environment = process.env,
}: ProxyOptions): Proxy {
  const setting = settingOf(environment, 'HTTPS_PROXY') ?? settingOf(environment, 'HTTP_PROXY');
  if (setting === undefined) return () => undefined;
  const tunnel = new Tunnel(proxyUrl(setting), connectMs, keepAlive);
  const isExcepted = exceptions(settingOf(environment, 'NO_PROXY')?.value ?? '');
  // Plain http is for this machine alone, and needs no proxy.
  return (url) => (url.protocol !== 'https:' || isNear(url) || isExcepted(url) ? undefined : tunnel);
}

/** This machine, or one whose name means something in its own network only, as that of a container. */
const isNear = ({ href, hostname }: URL): boolean => isLoopbackUrl(href) || !/[.:]/u.test(hostname);

interface Setting {
  name: string;
  value: string;
}

function settingOf(environment: NodeJS.ProcessEnv, variable: string): Setting | undefined {
  return [variable, variable.toLowerCase()]
    .map((name) => ({ name, value: environment[name]?.trim() ?? '' }))
    .find(({ value }) => value !== '');
}

/** Its value is in no message: it may hold a password. */
function proxyUrl({ name, value }: Setting): URL {
  const text = /^[a-z][a-z\d+.-]*:\/\//iu.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) && isDecodable(text) ? new URL(text) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol) && url.hostname !== '') return url;
  const what =
    url === undefined ? 'is not the URL of a proxy' : `names a proxy of another kind (${url.protocol})`;
  throw new TidemarkError('InvalidConfig', `The environment variable ${name} ${what}.`, {
    remedy:
      'Write it as http://host:port or http://user:password@host:port, with other signs than letters and digits of the ' +
      'password percent-encoded, or unset it.',
  });
}

/** A % of a password that nobody encoded is told here, not with each request. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** By NO_PROXY: names with all below them, addresses and their ranges, each also with a port; * for all. */
function exceptions(list: string): (url: URL) => boolean {
  const addresses = new BlockList();
  const names: string[] = [];
  for (const entry of list.toLowerCase().split(/[\s,]+/u)) {
    const range = /^([\da-f.:]+)\/(\d{1,3})$/u.exec(entry);
    if (range?.[1] !== undefined && addRange(addresses, range[1], Number(range[2]))) continue;
    if (entry !== '') names.push(entry.replace(/^\*(?=.)/u, '').replace(/^\./u, ''));
  }
  return ({ hostname, port }) => {
    const host = hostname.replace(/^\[|\]$/gu, '');
    const family = isIP(host);
    if (family !== 0 && addresses.check(host, family === 6 ? 'ipv6' : 'ipv4')) return true;
    const spellings = [host, hostname, `${hostname}:${port === '' ? '443' : port}`];
    return names.some(
      (name) =>
        name === '*' ||
        spellings.some((spelling) => spelling === name || (family === 0 && spelling.endsWith(`.${name}`))),
    );
  };
}

function addRange(addresses: BlockList, address: string, bits: number): boolean {
  const family = isIP(address);
  if (family === 0 || bits > (family === 6 ? 128 : 32)) return false;
  addresses.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  return true;
}

/** Says in its code what went wrong at the proxy, where other failures of connections say ECONNREFUSED and the like. */
class ProxyFailure extends Error {
  readonly code: string;

  constructor(proxy: URL, what: string) {
    const said = `the proxy ${proxy.host} ${what}`;
    super(said);
    this.code = said;
  }
}

/**
 * Connections through the proxy, pooled as those of any agent. What the proxy answers instead of connecting would
 * otherwise pass for the vendor's own answer, and a proxy that is silent for the vendor's silence.
 */
class Tunnel extends HttpsProxyAgent<string> {
  constructor(
    proxy: URL,
    private readonly connectMs: number,
    keepAlive: boolean,
  ) {
    super(proxy, { keepAlive });
  }

  override async connect(
    request: ClientRequest,
    options: Parameters<HttpsProxyAgent<string>['connect']>[1],
  ): Promise<Socket> {
    const { proxy, connectMs } = this;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), connectMs);
    let status = 200;
    request.once('proxyConnect', (answer: { statusCode: number }) => (status = answer.statusCode));
    try {
      // One of its own, as only its options can end it before it has a connection.
      const attempt = new HttpsProxyAgent(proxy, { signal: late.signal });
      const socket = await attempt.connect(request, options);
      if (status === 200) return socket;
      socket.destroy();
    } catch (error) {
      if (late.signal.aborted) throw new ProxyFailure(proxy, `did not connect within ${connectMs} ms`);
      throw new ProxyFailure(proxy, `failed: ${codeOrMessage(error)}`);
    } finally {
      clearTimeout(timer);
    }
    throw new ProxyFailure(proxy, `answered ${status}`);
  }
}

function codeOrMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown cause';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
