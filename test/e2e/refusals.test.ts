/** Commands that cannot do what they are asked: they end, say why and what helps, and show no stack. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { processDirectory } from '../support/scratchDirectory.js';
import { runCommand } from './support/command.js';

const acme = `connections:
  acme:
    vendor: genesys
    apiUrl: http://127.0.0.1:9
    loginUrl: http://127.0.0.1:9
    clientId: \${UNUSED}
    clientSecret: \${UNUSED}
    streams: { evaluations: { startFrom: 2026-09-01 } }
temporal: { uiPort: 0 }
`;
const withoutCertificate =
  'warehouse: { kind: postgres, url: "postgres://user@127.0.0.1/quality?sslrootcert=/missing.pem" }\n';

let directory: string;

beforeAll(async () => {
  directory = await processDirectory();
  await writeFile(join(directory, 'tidemark.yaml'), acme);
  await writeFile(join(directory, 'certificate.yaml'), `${acme}${withoutCertificate}`);
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
