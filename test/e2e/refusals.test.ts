/** Commands that cannot do what they are asked: they end, say why and what helps, and show no stack. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDevelopmentServer, type DevelopmentServer } from '../../workers/developmentServer.js';
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
});

describe('a command line', () => {
  it('with more ids than a workflow can be given is refused before anything is sent', async () => {
    const ids = Array.from({ length: 60_000 }, () => randomUUID());
    await writeFile(join(directory, 'ids.txt'), ids.join('\n'));
    const args = ['reextract', 'acme', 'evaluations', '--evaluations', 'ids.txt'];
    const { code, stderr } = await tidemark(args, { TEMPORAL_ADDRESS: '127.0.0.1:9' });
    expect(stderr).toMatch(/"ids\.txt" holds 60000 ids, more than .* Give 38000 at a time/);
    expect(code).toBe(1);
  });
});
