/** The way to a Temporal server where the environment names a proxy: as workers and commands both take it. */
import type { Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startDevelopmentServer, type DevelopmentServer } from '../../workers/developmentServer.js';
import { temporalProxy } from '../../workers/temporalProxy.js';
import { connectClient, plainTarget } from '../../workers/temporalTarget.js';
import { connectWorker } from '../../workers/workerRuntime.js';
import { startProxy } from '../sources/http/proxyServer.js';

let server: DevelopmentServer;
const variables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];

beforeAll(async () => {
  server = await startDevelopmentServer({ ui: false, searchAttributes: {} });
});
afterAll(() => server.close());
afterEach(() => void vi.unstubAllEnvs());

function environment(settings: Record<string, string>): void {
  for (const name of variables) vi.stubEnv(name, settings[name]);
}

const nameOf = async ({ workflowService }: Pick<Connection, 'workflowService'>) =>
  (await workflowService.describeNamespace({ namespace: 'default' })).namespaceInfo?.name;

async function connectBoth(address: string): Promise<(string | null | undefined)[]> {
  const worker = await connectWorker(plainTarget(address));
  onTestFinished(() => worker.close());
  const { connection } = await connectClient(plainTarget(address));
  onTestFinished(() => connection.close());
  return [await nameOf(worker), await nameOf(connection)];
}

describe('a proxy of the environment', () => {
  it.each(['https_proxy', 'HTTPS_PROXY'])('is not asked for the embedded server, by %s', async (name) => {
    environment({ [name]: 'http://127.0.0.1:1' });
    expect(await connectBoth(server.address)).toEqual(['default', 'default']);
    const another = await startDevelopmentServer({ ui: false, searchAttributes: {} });
    await another.close();
  });

  it('leads to a cluster whose name only the proxy knows', async () => {
    const proxy = await startProxy(Number(server.address.split(':')[1]));
    environment({ HTTPS_PROXY: `http://tide:mark@${proxy.host}` });
    expect(await connectBoth('temporal.vendor.test:7233')).toEqual(['default', 'default']);
    const asked = {
      to: 'temporal.vendor.test:7233',
      authorization: `Basic ${Buffer.from('tide:mark').toString('base64')}`,
    };
    expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
    expect(new Set(proxy.asked.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify(asked)]),
    );
  });

  it('that Temporal cannot use is said', () => {
    const open = () => temporalProxy('temporal.vendor.test', { HTTPS_PROXY: 'https://proxy.test' });
    expect(open).toThrow(
      'Temporal at temporal.vendor.test cannot be reached through the proxy proxy.test: its URL begins with https.',
    );
    const excepted = { HTTPS_PROXY: 'https://proxy.test', NO_PROXY: 'vendor.test' };
    expect(temporalProxy('temporal.vendor.test', excepted).client.address).toBe('temporal.vendor.test');
  });
});
