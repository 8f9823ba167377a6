/** Servers that speak the protocols of S3 and of Cloud Storage, for tests: moto and fake-gcs-server. */
import { fileURLToPath } from 'node:url';
import type { FindOptions } from '../../workers/binaryCache.js';
import { freePort } from './freePort.js';
import { findGoBinary } from './goBinary.js';
import { pythonTool } from './pythonTools.js';
import { answersAt, startServerProcess } from './serverProcess.js';

export interface StorageServer {
  url: string;
  /** What a process needs in its environment to use the server. */
  environment: Record<string, string>;
  makeBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

const fakeGcsServer = {
  name: 'fake-gcs-server',
  module: fileURLToPath(new URL('fake-gcs-server', import.meta.url)),
  mainPackage: 'github.com/fsouza/fake-gcs-server',
  packagesInAll: 470,
};

/** Gets the servers' programs, so that no test waits minutes for them. */
export async function prepareStorageServers(options: FindOptions): Promise<void> {
  await pythonTool('moto_server', options);
  await findGoBinary(fakeGcsServer, options);
}

/** @param openRequests how many requests are answered before signatures and policies are checked; by default all. */
export async function startS3(openRequests?: number): Promise<StorageServer> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const checked = openRequests === undefined ? {} : { INITIAL_NO_AUTH_ACTION_COUNT: String(openRequests) };
  const { stop } = await startServerProcess(
    await pythonTool('moto_server'),
    ['-H', '127.0.0.1', '-p', new URL(url).port],
    { ...process.env, ...checked },
    () => answersAt(`${url}/moto-api/data.json`),
  );
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL_S3: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test-key',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
    },
    makeBucket: async (name) => request(`${url}/${name}`, { method: 'PUT' }),
    stop,
  };
}

export async function startGcs(): Promise<StorageServer> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const { stop } = await startServerProcess(
    await findGoBinary(fakeGcsServer),
    ['-scheme', 'http', '-host', '127.0.0.1', '-port', new URL(url).port, '-backend', 'memory'].concat([
      '-external-url',
      url,
    ]),
    process.env,
    () => answersAt(`${url}/_internal/healthcheck`),
  );
  return {
    url,
    environment: { STORAGE_EMULATOR_HOST: url },
    makeBucket: async (name) =>
      request(`${url}/storage/v1/b`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      }),
    stop,
  };
}

async function request(url: string, init: RequestInit): Promise<void> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
