/** One export on an installation of bench/installation.mjs, and what it cost. */
import { readFile } from 'node:fs/promises';
import { streamSettings } from '../dist/workers/streamSettings.js';
import { connection, stream } from './installation.mjs';

/** Submissions lie in the first days of the span; what happens to them later, such as a release, still does. */
export const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-30T00:00:00.000Z' };
export const lastSubmission = '2026-09-25T00:00:00.000Z';

/** The simulated organisation of a benchmark; no limit of requests unless more is said. */
export const organisation = ({ evaluations, searchAnswers = 'complete', allowance = 10_000_000 }) => [
  ...['--evaluations', String(evaluations), '--seed', '3', '--from', span.from, '--to', lastSubmission],
  ...['--search-answers', searchAnswers, '--allowance', String(allowance)],
];

/** Starts `exportStream`, over the whole span unless it is said; `settings` wins over those of the configuration. */
export async function startExport(
  { client, configuration },
  { workflowId = 'bench', from = span.from, to = span.to, settings = {} } = {},
) {
  const configured = configuration.connections[connection].streams[stream];
  return client.workflow.start('exportStream', {
    workflowId,
    taskQueue: configuration.temporal.taskQueue,
    args: [{ connection, stream, from, to, settings: { ...streamSettings(configured), ...settings } }],
  });
}

/** Waits for an export: its result, and the wall time as the Temporal server has it. */
export async function finished(handle) {
  const result = await handle.result();
  const { startTime, closeTime } = await handle.describe();
  return { result, wallSeconds: (closeTime.getTime() - startTime.getTime()) / 1_000 };
}

/** Peak memory of a process as Linux counts it (VmHWM), in MB. */
export async function peakMemoryMb(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1_024);
}

/** Processor time that a process has used so far, in seconds. */
export async function cpuSeconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  const ticksPerSecond = 100;
  return (Number(user) + Number(system)) / ticksPerSecond;
}

/** Every event of every workflow on the server, with the workflow's id. */
export async function* histories(client) {
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    yield { workflowId, events };
  }
}
