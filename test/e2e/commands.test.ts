/** The commands as people type them: what they print, how they exit, and the embedded server they bring along. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { developmentSearchAttributes } from '../../cli/session.js';
import { startDevelopmentServer } from '../../workers/developmentServer.js';
import { startSimulatorProcess, type ChildHandle, type SimulatorReady } from '../../cli/demo/processes.js';
import { main, runCommand, type Outcome } from './support/command.js';

let directory: string;
let simulator: ChildHandle & { ready: SimulatorReady };
/** In a folder and on a server of its own, and waiting half of its time: beside all other commands. */
let demonstration: Promise<Outcome>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-commands-'));
  simulator = await startSimulatorProcess(
    [
      ...['--evaluations', '300', '--seed', '11'],
      ...['--from', '2026-09-01T00:00:00Z', '--to', '2026-09-25T00:00:00Z'],
    ],
    join(directory, 'simulator.log'),
  );
  await writeFile(
    join(directory, 'tidemark.yaml'),
    `connections:
  acme:
    vendor: genesys
    apiUrl: ${simulator.ready.apiUrl}
    loginUrl: ${simulator.ready.loginUrl}
    clientId: \${SIMULATED_ID}
    clientSecret: \${SIMULATED_SECRET}
    streams: { evaluations: { startFrom: 2026-09-01 } }
temporal: { uiPort: 0 }
`,
  );
  // Whatever cluster the shell names.
  const elsewhere = {
    TEMPORAL_ADDRESS: '127.0.0.1:9',
    TEMPORAL_NAMESPACE: 'quality',
    TEMPORAL_API_KEY: 'key',
  };
  demonstration = tidemark(['demo', '--evaluations', '1200', '--json'], {
    ...elsewhere,
    TEMPORAL_CONFIG_FILE: join(directory, 'not-there.toml'),
  });
});

afterAll(async () => {
  await demonstration;
  await simulator?.stop();
  await rm(directory, { recursive: true, force: true });
});

const secrets = () => ({
  SIMULATED_ID: simulator.ready.clientId,
  SIMULATED_SECRET: simulator.ready.clientSecret,
});

const tidemark = async (args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
  runCommand(args, directory, { ...secrets(), ...environment });

const lastLine = (text: string) => JSON.parse(text.trim().split('\n').at(-1) ?? '') as unknown;
const setPermissions = async (event: object) =>
  fetch(new URL('/_simulator/events', simulator.ready.apiUrl), {
    method: 'POST',
    body: JSON.stringify(event),
  });
const restrict = async () =>
  setPermissions({ kind: 'setPermissions', permissions: ['quality:evaluation:view'] });
const restore = async () => setPermissions({ kind: 'restorePermissions' });

it("--version of a command is the command's, and of a form version here", async () => {
  expect((await tidemark(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { code, stdout, stderr } = await tidemark(['reextract', 'acme', 'evaluations', '--version']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain("option '--version <form-id>' argument missing");
});

describe('tidemark run', () => {
  const span = ['run', 'acme', 'evaluations', '--from', '2026-09-01', '--to', '2026-09-30'];

  it('loads a span with nothing but a configuration, and ends with one object', async () => {
    const { code, stdout, stderr } = await tidemark([...span, '--config', 'tidemark.yaml', '--json']);
    expect(stderr).toMatch(/Temporal UI: http/);
    expect(code).toBe(0);
    expect(lastLine(stdout)).toMatchObject({
      rows: { evaluations: expect.any(Number) as number, evaluation_answers: expect.any(Number) as number },
      requests: expect.any(Number) as number,
      highWaterMark: '2026-09-30T00:00:00.000Z',
      quarantined: 0,
      unsupported: [],
    });
    const { rows } = lastLine(stdout) as { rows: Record<string, number> };
    expect(rows['evaluations']).toBeGreaterThan(250);
    expect(rows['evaluation_answers']).toBeGreaterThan(5_000);
  });

  it('tells people the same as a table, and that nothing was new', async () => {
    const { code, stdout } = await tidemark(span);
    expect(code).toBe(0);
    expect(stdout).toMatch(/evaluations\s+│\s+0 │\s+0 │\s+0/);
    expect(stdout).toMatch(/Loaded through 2026-09-30T00:00:00.000Z with \d+ API requests/);
  });

  it('exits with 1 when the span is not loaded, and says why', async () => {
    await restrict();
    const { code, stdout, stderr } = await tidemark([...span, '--json']);
    await restore();
    expect(code).toBe(1);
    expect(lastLine(stdout)).toMatchObject({ rows: {}, highWaterMark: '2026-09-01T00:00:00.000Z' });
    expect(stderr).toMatch(/The run failed: .*(routing:queue:view|searchAny|evaluationAggregate:view)/);
  });

  it('says so when nobody works on the cluster', async () => {
    const server = await startDevelopmentServer({
      ui: false,
      searchAttributes: developmentSearchAttributes(),
    });
    const command = spawn(process.execPath, [main, ...span], {
      cwd: directory,
      env: { ...process.env, ...secrets(), TEMPORAL_ADDRESS: server.address },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [said] = (await once(command.stderr, 'data')) as [Buffer];
    command.kill('SIGKILL');
    await server.close();
    expect(said.toString()).toMatch(
      /No worker serves task queue tidemark on .*: start one with "tidemark worker"/,
    );
  });

  it.each([
    [['run', 'acme', 'evaluations'], /--from/],
    [['run', 'acme', 'surveys', ...span.slice(3)], /surveys/],
    [['run', 'other', 'evaluations', ...span.slice(3)], /other[^]*acme/],
    [['run', 'acme', 'evaluations', '--from', '2026-09-30', '--to', '2026-09-01'], /is not before --to/],
    [
      ['run', 'acme', 'evaluations', '--from', '2026-09-01', '--to', '2099-01-01'],
      /is later than .*safetyLag/s,
    ],
    [['run', 'acme', 'evaluations', '--from', 'yesterday', '--to', '2026-09-01'], /yesterday/],
    [[...span, '--config', 'elsewhere.yaml'], /"elsewhere\.yaml" cannot be read[^]*tidemark\.example\.yaml/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await tidemark(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});

describe('tidemark status', () => {
  it('neither needs nor makes a warehouse', async () => {
    const path = join(directory, 'elsewhere.yaml');
    const text = await readFile(join(directory, 'tidemark.yaml'), 'utf8');
    await writeFile(path, `${text}warehouse: { kind: duckdb, path: ./not-there.duckdb }\n`);
    const { code, stdout } = await tidemark(['status', '--json', '--config', path]);
    expect(code).toBe(0);
    expect(lastLine(stdout)).toMatchObject({ streams: [{ loadedThrough: null, windows: 0 }] });
    await expect(readFile(join(directory, 'not-there.duckdb'))).rejects.toThrow(/ENOENT/);
  });

  it('tells from the warehouse how far a stream is loaded', async () => {
    const { code, stdout } = await tidemark(['status', '--json']);
    expect(code).toBe(0);
    expect(lastLine(stdout)).toMatchObject({
      streams: [{ connection: 'acme', stream: 'evaluations', loadedThrough: '2026-09-30T00:00:00.000Z' }],
    });
  });
});

describe('tidemark doctor', () => {
  it('finds everything in order but for the hidden divisions', async () => {
    const { code, stdout } = await tidemark(['doctor']);
    expect(stdout).not.toMatch(/^fail/m);
    expect(stdout).toMatch(/warn acme divisions: (Legal, Partners|Partners, Legal) hidden/);
    expect(stdout).toMatch(/ok {3}acme allowance: 300 requests in 60 s/);
    expect(code).toBe(0);
  });

  it('names a wrong secret, a missing permission, a cluster that is not there', async () => {
    // It is waited for, so that takes a while.
    const asking = tidemark(['doctor'], { TEMPORAL_ADDRESS: '127.0.0.1:9' });
    const wrongSecret = await tidemark(['doctor'], { SIMULATED_SECRET: 'wrong' });
    expect(wrongSecret.code).toBe(1);
    expect(wrongSecret.stdout).toMatch(/fail acme sign-in: /);

    await restrict();
    const restricted = await tidemark(['doctor']);
    await restore();
    expect(restricted.code).toBe(1);
    expect(restricted.stdout).toMatch(
      /fail acme evaluations permissions: missing .*quality:evaluation:searchAny/,
    );

    const nowhere = await asking;
    expect(nowhere.code).toBe(1);
    expect(nowhere.stdout).toMatch(/fail Temporal: .*127\.0\.0\.1:9/);
  });
});

describe('tidemark describe', () => {
  it('shows the graph, settings and permissions', async () => {
    const { stdout } = await tidemark(['describe', 'acme', 'evaluations']);
    expect(stdout).toMatch(/extractPages/);
    expect(stdout).toMatch(/tidemark-warehouse/);
    expect(stdout).toMatch(/Permissions needed: .*quality:evaluation:searchAny/);
  });

  it('draws it with Mermaid', async () => {
    const { stdout } = await tidemark(['describe', 'acme', 'evaluations', '--mermaid']);
    expect(stdout).toMatch(/^flowchart|^---[^]*flowchart/);
    expect(stdout).toMatch(/extractPages[^\n]*-->/);
  });
});

describe('tidemark schedule', () => {
  it('is created, paused, resumed and kept by the embedded server', async () => {
    const synced = await tidemark(['schedule', 'sync', '--json']);
    const kinds = ['export', 'reconcile', 'audit-intervals', 'audit-visibility'];
    expect(lastLine(synced.stdout)).toEqual(
      kinds.map((kind) => ({ scheduleId: `${kind}/acme/evaluations`, action: 'created' })),
    );
    const pausedOnes = async () => {
      const { stdout } = await tidemark(['schedule', 'list', '--json']);
      const listed = lastLine(stdout) as { scheduleId: string; paused: boolean }[];
      return listed.filter(({ paused }) => paused).map(({ scheduleId }) => scheduleId);
    };
    await tidemark(['schedule', 'pause', 'acme', 'evaluations']);
    await tidemark(['schedule', 'pause', 'acme', 'evaluations', '--of', 'reconcile']);
    expect(await pausedOnes()).toEqual(['export/acme/evaluations', 'reconcile/acme/evaluations']);
    await tidemark(['schedule', 'resume', 'acme', 'evaluations']);
    expect(await pausedOnes()).toEqual(['reconcile/acme/evaluations']);
  });
});

describe('tidemark demo', () => {
  it('kills a worker in the middle and is equal to the truth', async () => {
    const { code, stdout } = await demonstration;
    expect(lastLine(stdout)).toMatchObject({
      scoreParity: 1,
      resumedAtPage: expect.any(Number) as number,
      truth: { missing: 0, extra: 0, different: 0 },
    });
    const result = lastLine(stdout) as Record<'evaluations' | 'answers' | 'pagesRepeated', number>;
    expect(result.evaluations).toBeGreaterThan(1_050);
    expect(result.answers).toBeGreaterThan(28_000);
    expect(result.pagesRepeated).toBeLessThanOrEqual(1);
    expect(code).toBe(0);
    expect(stdout).toMatch(/killed \(SIGKILL\) in the middle/);
    const warehouse = /Warehouse: (\S+)/.exec(stdout)?.[1] ?? '';
    expect((await readFile(warehouse)).byteLength).toBeGreaterThan(500_000);
  });
});
