/** Commands that cannot do what they are asked: they end, say why and what helps, and show no stack. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { developmentSearchAttributes } from '../../cli/session.js';
import { startStreamWorkflow, type StartOptions } from '../../cli/streamWorkflow.js';
import { startDevelopmentServer, type DevelopmentServer } from '../../workers/developmentServer.js';
import { loadConfiguration } from '../../workers/loadConfiguration.js';
import { connectClient, plainTarget } from '../../workers/temporalTarget.js';
import { startRefusingCluster, type RefusingCluster } from '../support/refusingCluster.js';
import { processDirectory } from '../support/scratchDirectory.js';
import { nowhere, runCommand } from './support/command.js';

const withoutCertificate =
  'warehouse: { kind: postgres, url: "postgres://user@127.0.0.1/quality?sslrootcert=/missing.pem" }\n';

let directory: string;

beforeAll(async () => {
  directory = await processDirectory();
  await writeFile(join(directory, 'tidemark.yaml'), nowhere);
  await writeFile(join(directory, 'certificate.yaml'), `${nowhere}${withoutCertificate}`);
});

const tidemark = async (args: string[], environment: NodeJS.ProcessEnv = {}) =>
  runCommand(args, directory, { UNUSED: 'unused', TEMPORAL_ADDRESS: '', ...environment });

describe('a warehouse that cannot be opened', () => {
  it('ends a worker, and its embedded server with it', async () => {
    const { code, stderr } = await tidemark([
      'worker',
      '--config',
      'certificate.yaml',
      '--log-level',
      'error',
    ]);
    expect(stderr).toMatch(
      /error warehouse\.url names the file \/missing\.pem, which cannot be read: ENOENT/,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  it('is one finding of the doctor among the others', async () => {
    const { code, stdout } = await tidemark(['doctor', '--config', 'certificate.yaml']);
    expect(stdout).toMatch(/^ok {3}configuration: /m);
    expect(stdout).toMatch(/^ok {3}staging: /m);
    expect(stdout).toMatch(/^fail warehouse: warehouse\.url names the file \/missing\.pem/m);
    expect(code).toBe(1);
  });
});

describe('a state directory that cannot be made', () => {
  it.each([[['schedule', 'list']], [['worker', '--log-level', 'error']]])('is named by %j', async (args) => {
    const stateDirectory = join(directory, 'tidemark.yaml', 'state');
    await writeFile(
      join(directory, 'state.yaml'),
      nowhere.replace('uiPort: 0', `uiPort: 0, stateDirectory: ${stateDirectory}`),
    );
    const { code, stderr } = await tidemark([...args, '--config', 'state.yaml']);
    expect(stderr).toContain(`error The state directory ${stateDirectory} cannot be written to: ENOTDIR`);
    expect(stderr).toContain('Choose another one (temporal.stateDirectory)');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });
});

const span = ['acme', 'evaluations', '--from', '2026-09-01', '--to', '2026-09-03'];

describe('a cluster that does not know the search attributes', () => {
  let server: DevelopmentServer;

  beforeAll(async () => {
    server = await startDevelopmentServer({ ui: false, searchAttributes: {} });
  });

  afterAll(async () => server?.close());

  it.each([[['run', ...span]], [['schedule', 'sync']]])(
    'is told so, with the command that registers them, by %j',
    async (args) => {
      const { code, stderr } = await tidemark(args, { TEMPORAL_ADDRESS: server.address });
      expect(stderr).toMatch(/error Failed to (start Workflow|create schedule): .*TidemarkConnection/);
      expect(stderr).toContain(
        'temporal operator search-attribute create --namespace default --name TidemarkConnection --type Keyword',
      );
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(code).toBe(1);
    },
  );

  it('is told so where it lacks the namespace', async () => {
    const { code, stderr } = await tidemark(['schedule', 'sync'], {
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: 'misspelt',
    });
    expect(stderr).toMatch(/error The cluster has no namespace "misspelt"\. Correct TEMPORAL_NAMESPACE/);
    expect(code).toBe(1);
  });

  it('is told so by a worker, which ends, where it lacks the namespace', async () => {
    const { code, stderr } = await tidemark(['worker', '--log-level', 'error'], {
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: 'misspelt',
    });
    expect(stderr).toMatch(/^error .*Namespace misspelt is not found\. Correct TEMPORAL_NAMESPACE/);
    expect(code).toBe(1);
  });
});

describe('a cluster that does not permit it', () => {
  let cluster: RefusingCluster;

  beforeAll(async () => {
    cluster = await startRefusingCluster(['GetSystemInfo']);
  });

  afterAll(async () => cluster?.close());

  const remedy =
    'Give TEMPORAL_API_KEY, or the client certificate, of somebody who may write to the namespace quality.';
  const refused = async (...args: string[]) =>
    tidemark(args, { TEMPORAL_ADDRESS: cluster.address, TEMPORAL_NAMESPACE: 'quality' });

  it.each([
    [['run', ...span], 'Temporal refused it'],
    [['schedule', 'sync'], 'Failed to create schedule'],
    [['workflow', 'state', 'some'], 'Failed to describe workflow'],
  ])('is quoted by %j, with what to give it', async (args, what) => {
    const { code, stderr } = await refused(...args);
    expect(stderr).toBe(`error ${what}: Request unauthorized. ${remedy}\n`);
    expect(code).toBe(1);
  });

  it('ends a worker, with what to give it', async () => {
    const { code, stderr } = await refused('worker', '--log-level', 'error');
    expect(stderr).toBe(`error Temporal refused it: Request unauthorized. ${remedy}\n`);
    expect(code).toBe(1);
  });

  it('is one finding of the doctor, with what to give it', async () => {
    const { code, stdout } = await refused('doctor');
    expect(stdout).toContain(`\nfail Temporal: Temporal refused it: Request unauthorized. ${remedy}\n`);
    expect(stdout).toMatch(/^ok {3}warehouse: /m);
    expect(code).toBe(1);
  });

  it('is quoted where it does not even let clients in', async () => {
    const closed = await startRefusingCluster([]);
    onTestFinished(closed.close);
    const { code, stderr } = await tidemark(['schedule', 'sync'], {
      TEMPORAL_ADDRESS: closed.address,
      TEMPORAL_NAMESPACE: 'quality',
    });
    expect(stderr).toBe(`error Failed to connect to Temporal server: Request unauthorized. ${remedy}\n`);
    expect(code).toBe(1);
  });
});

describe('what is under way with other options', () => {
  let server: DevelopmentServer;

  beforeAll(async () => {
    server = await startDevelopmentServer({ ui: false, searchAttributes: developmentSearchAttributes() });
  });

  afterAll(async () => server?.close());

  /** As the commands do it; nobody works on it, so it stays under way. */
  async function underWay(type: 'backfill' | 'run', startedWith: StartOptions): Promise<string | undefined> {
    const target = plainTarget(server.address);
    const client = await connectClient(target);
    const path = join(directory, 'tidemark.yaml');
    const configuration = await loadConfiguration(path, { UNUSED: 'unused' });
    const session = { client, target, uiUrl: null, close: async () => {} };
    try {
      const handle = await startStreamWorkflow(session, configuration, {
        type: 'exportStream',
        connection: 'acme',
        stream: 'evaluations',
        workflowId: `${type}/acme/evaluations/2026-09-01T00:00:00.000Z_2026-09-03T00:00:00.000Z`,
        summary: 'under way',
        startedWith,
        args: [],
      });
      const { runId } = await handle.describe();
      return runId;
    } finally {
      await client.connection.close();
    }
  }

  it('is not joined by a backfill, but by one with the same', async () => {
    const options = {
      '--interval': '86400s',
      '--reprocess': 'none',
      '--max-active': '1',
      '--reverse': 'false',
    };
    const started = await underWay('backfill', options);
    const { code, stderr } = await tidemark(
      ['backfill', ...span, '--max-active', '4', '--reprocess', 'failed'],
      {
        TEMPORAL_ADDRESS: server.address,
      },
    );
    expect(stderr).toMatch(
      /is under way with other options: --reprocess none instead of failed, --max-active 1 instead of 4\./,
    );
    expect(stderr).toContain('tidemark workflow cancel backfill/acme/evaluations/');
    expect(code).toBe(1);
    expect(await underWay('backfill', options)).toBe(started);
  });

  it('is not joined by a run from the begin where it goes on behind it', async () => {
    await underWay('run', { '--from': '2026-09-02T00:00:00.000Z' });
    const { code, stderr } = await tidemark(['run', ...span, '--anew'], { TEMPORAL_ADDRESS: server.address });
    expect(stderr).toContain('--from 2026-09-02T00:00:00.000Z instead of 2026-09-01T00:00:00.000Z');
    expect(code).toBe(1);
  });
});

describe('a command line', () => {
  it.each<[string[], NodeJS.ProcessEnv, RegExp]>([
    [['worker', '--log-level', 'verbose'], {}, /--log-level <level>' argument 'verbose' is invalid.*info/],
    [['worker'], { TIDEMARK_LOG_LEVEL: 'verbose' }, /'verbose' from env 'TIDEMARK_LOG_LEVEL' is invalid/],
    [
      ['worker', '--metrics', 'localhost:9464'],
      {},
      /cannot be served at "localhost:9464"\. Give --metrics an IP/,
    ],
    [
      ['run', ...span],
      { TIDEMARK_LOG_LEVEL: 'verbose' },
      /TIDEMARK_LOG_LEVEL is "verbose", which is no level of the log\. Set it to one of trace/,
    ],
    [
      ['simulate', '--from', '2999-01-01'],
      {},
      /--from 2999-01-01T00:00:00.000Z is not before --to 2.* end at the last midnight/,
    ],
    [['quarantine', 'list', 'acne'], {}, /There is no connection "acne"\. Configured connections: acme\./],
  ])('of %j with %j is refused by name, with what could be there', async (args, environment, message) => {
    const { code, stderr } = await tidemark(args, environment);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  it.each<[string[], (port: number) => string]>([
    [
      ['simulate', '--evaluations', '10'],
      (port) => `--port ${port} is in use on 127.0.0.1. Name another port`,
    ],
    [
      ['simulate', '--evaluations', '10', '--contract', 'published,guide'],
      (port) => `--port ${port} is in use on 127.0.0.1. Name another port`,
    ],
    [['dashboard'], (port) => `--port ${port} is in use on 127.0.0.1. Name another port`],
    [
      ['simulate', '--evaluations', '10', '--host', '192.0.2.1'],
      (port) => `--host 192.0.2.1, --port ${port}: EADDRNOTAVAIL, cannot listen there. Name an address`,
    ],
    [['simulate', '--host', 'nowhere.invalid'], () => '--host nowhere.invalid: E'],
  ])('of %j names the port or the host that cannot be had', async (args, message) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await tidemark([
      ...args,
      ...['--port', args.includes('published,guide') ? `0,${port}` : String(port)],
    ]);
    expect(stderr).toContain(message(port));
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  it('with a file of ids that is a table is refused by its line, whatever ends it', async () => {
    const args = ['reextract', 'acme', 'evaluations', '--evaluations', 'table.csv'];
    for (const end of ['\n', '\r\n', '\r']) {
      await writeFile(
        join(directory, 'table.csv'),
        `\uFEFF ${randomUUID()} ${end}${end}"e-2","Closed"${end}`,
      );
      const { code, stderr } = await tidemark(args, { TEMPORAL_ADDRESS: '127.0.0.1:9' });
      expect(stderr).toContain(
        '--evaluations "table.csv" has "e-2","Closed" in line 3, which is no id. Write one evaluation id a line',
      );
      expect(code).toBe(1);
    }
  });

  it('with more ids than a workflow can be given is refused before anything is sent', async () => {
    const ids = Array.from({ length: 60_000 }, () => randomUUID());
    await writeFile(join(directory, 'ids.txt'), ids.join('\n'));
    const args = ['reextract', 'acme', 'evaluations', '--evaluations', 'ids.txt'];
    const { code, stderr } = await tidemark(args, { TEMPORAL_ADDRESS: '127.0.0.1:9' });
    expect(stderr).toMatch(/"ids\.txt" holds 60000 ids, more than .* Give 38000 at a time/);
    expect(code).toBe(1);
  });
});
