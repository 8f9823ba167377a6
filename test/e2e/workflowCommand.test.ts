/** Steering workflows by their ids: what runs, what has ended, what cannot be paused, and where nobody works. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { developmentSearchAttributes } from '../../cli/session.js';
import { startDevelopmentServer, type DevelopmentServer } from '../../workers/developmentServer.js';
import { connectClient, plainTarget } from '../../workers/temporalTarget.js';
import { processDirectory } from '../support/scratchDirectory.js';
import { main, nowhere, runCommand } from './support/command.js';
import { until } from './support/scenario.js';

const settings = { priority: 3, outageTolerance: 86_400_000 };
const [audit, backfill] = ['audit-visibility/acme/evaluations', 'backfill/acme/evaluations'];

let directory: string;
let server: DevelopmentServer;
let client: Client;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  directory = await processDirectory();
  await writeFile(join(directory, 'tidemark.yaml'), nowhere);
  server = await startDevelopmentServer({ ui: false, searchAttributes: developmentSearchAttributes() });
  client = await connectClient(plainTarget(server.address));
  const span = { start: '2026-09-01T00:00:00.000Z', end: '2026-09-03T00:00:00.000Z' };
  const stream = { connection: 'acme', stream: 'evaluations', settings };
  const start = async (type: string, workflowId: string, input: object) =>
    client.workflow.start(type, { workflowId, taskQueue: 'tidemark', args: [{ ...stream, ...input }] });
  await start('auditVisibility', audit, { window: span });
  await start('backfillStream', backfill, {
    span,
    intervalMillis: 86_400_000,
    reprocess: 'none',
    maxActive: 1,
  });
});

afterAll(async () => {
  if (worker !== undefined && worker.exitCode === null) {
    const gone = once(worker, 'exit');
    worker.kill('SIGKILL');
    await gone;
  }
  await client?.connection.close();
  await server?.close();
});

const environment = () => ({ UNUSED: 'unused', TEMPORAL_ADDRESS: server.address });
const workflow = async (...args: string[]) => runCommand(['workflow', ...args], directory, environment());

it('says that a worker is missing where nobody answers', async () => {
  const { code, stderr } = await workflow('state', backfill);
  expect(stderr).toMatch(/error Failed to query Workflow: .*"tidemark worker"/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
});

it('pauses what can be paused, and refuses what cannot', async () => {
  // What asks the source waits: nobody serves that.
  worker = spawn(process.execPath, [main, 'worker', '--roles', 'workflows,warehouse'], {
    cwd: directory,
    env: { ...process.env, ...environment() },
    stdio: 'ignore',
  });
  expect((await workflow('pause', backfill, '--note', 'maintenance')).stdout).toBe(`paused ${backfill}\n`);
  const state = async () => (await workflow('state', backfill)).stdout;
  await until('the pause', async () => /^paused since .* \(maintenance\) /.test(await state()));
  expect((await workflow('resume', backfill)).stdout).toBe(`resumed ${backfill}\n`);
  await until('the end of the pause', async () => (await state()) === `running ${backfill}\n`);

  expect((await workflow('state', audit)).stdout).toBe(`running ${audit}\n`);
  const refused = await workflow('pause', audit);
  expect(refused.stderr).toContain(
    `The workflow "${audit}" (auditVisibility) can be neither paused nor resumed.`,
  );
  expect(refused).toMatchObject({ code: 1, stdout: '' });
});

it('says how a workflow ended, though it still answers, and what was never there', async () => {
  await client.workflow.getHandle(backfill).terminate();
  expect((await workflow('state', backfill)).stdout).toBe(`terminated ${backfill}\n`);
  for (const action of ['state', 'pause']) {
    expect((await workflow(action, 'absent')).stderr).toContain('No workflow "absent" is running.');
  }
  const { code, stderr } = await workflow('resume', backfill);
  expect(stderr).toContain(`No workflow "${backfill}" is running.`);
  expect(code).toBe(1);
});
