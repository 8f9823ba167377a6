/** `tidemark dashboard` as people start it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { duckdbIn, reading } from '../dashboard/readings.js';
import { cells, pageOf, ready, useBrowser } from './support/dashboardPage.js';

useBrowser();

describe('tidemark dashboard', () => {
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

  /** The command in a directory with a configuration whose warehouse holds readings of now. */
  async function start(args: string[], environment: NodeJS.ProcessEnv = {}) {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-dashboard-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const { warehouse, path } = await duckdbIn(directory);
    const now = new Date().toISOString();
    await warehouse.record('agent_metrics', [
      reading({ entity_id: 'ann', window_end: now, business_day: now.slice(0, 10), time_zone: 'UTC' }),
    ]);
    await writeFile(
      join(directory, 'tidemark.yaml'),
      `connections:
  acme:
    vendor: genesys
    region: eu-central-1
    clientId: \${UNUSED}
    clientSecret: \${UNUSED}
    streams: { metrics: { timeZone: UTC, countThreshold: 4 } }
warehouse: { kind: duckdb, path: ${path} }
`,
    );
    const child = spawn(process.execPath, [main, 'dashboard', '--port', '0', ...args], {
      cwd: directory,
      env: { ...process.env, UNUSED: 'unused', ...environment },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  }

  it('serves the page from the installation, says where in a line of JSON, and ends when it is told to', async () => {
    const child = await start(['--json']);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { url, connections } = JSON.parse(line.toString()) as { url: string; connections: string[] };
    expect(connections).toEqual(['acme']);
    const page = await pageOf(url);
    await ready(page);
    expect(await cells(page, 'ann')).toEqual(['Name of ann', '80.0%', '5', '60.0%', '']);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it.each([
    [['--host', '0.0.0.0'], /TIDEMARK_DASHBOARD_TOKEN is not set/],
    [['--connection', 'other'], /--connection "other" is not in the configuration\. It has acme\./],
    [['--cors', '*'], /--cors "\*" is no origin/],
  ])('refuses %j', async (args, message) => {
    const child = await start(args, { TIDEMARK_DASHBOARD_TOKEN: '' });
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    expect((await once(child, 'exit'))[0]).toBe(1);
    expect(text).toMatch(message);
  });
});
