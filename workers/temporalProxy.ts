/** The way to a Temporal server: its two clients leave what the environment says of proxies to who calls them, or in part. */
import type { ConnectionOptions } from '@temporalio/client';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { TidemarkError } from '../model/errors.js';
import { createProxy } from '../sources/http/proxy.js';

interface TemporalProxy {
  client: Pick<ConnectionOptions, 'address' | 'channelArgs'>;
  worker: Pick<NativeConnectionOptions, 'proxy'>;
}

/** gRPC for Node knows lower-case variables alone, and would ask a proxy even for this machine. */
const withoutItsOwn = { 'grpc.enable_http_proxy': 0 };

/**
 * What takes connections of commands and workers alike the way that vendor calls take (sources/http/proxy.ts).
 * @throws TidemarkError InvalidConfig for a proxy that Temporal's clients cannot use
 */
export function temporalProxy(address: string, environment: NodeJS.ProcessEnv = process.env): TemporalProxy {
  const url = `https://${address}`;
  const tunnel = URL.canParse(url) ? createProxy({ connectMs: 0, environment })(new URL(url)) : undefined;
  if (tunnel === undefined) return { client: { address, channelArgs: withoutItsOwn }, worker: {} };
  const { protocol, hostname, port, username, password } = tunnel.proxy;
  if (protocol !== 'http:') {
    throw new TidemarkError(
      'InvalidConfig',
      `Temporal at ${address} cannot be reached through the proxy ${tunnel.proxy.host}: its URL begins with https.`,
      { remedy: `Name an http:// proxy in HTTPS_PROXY, or add ${new URL(url).hostname} to NO_PROXY.` },
    );
  }
  const proxyAddress = `${hostname}:${port === '' ? '80' : port}`;
  const authority = /:\d+$/u.test(address) ? address : `${address}:7233`;
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  return {
    client: {
      address: proxyAddress,
      channelArgs: {
        ...withoutItsOwn,
        'grpc.http_connect_target': `dns:${authority}`,
        'grpc.default_authority': authority,
        ...(user === '' ? {} : { 'grpc.http_connect_creds': `${user}:${pass}` }),
      },
    },
    worker: {
      proxy: {
        type: 'http-connect',
        targetHost: proxyAddress,
        ...(user === '' ? {} : { basicAuth: { username: user, password: pass } }),
      },
    },
  };
}
