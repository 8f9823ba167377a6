/**
 * A worker that is killed at one point of one activity, once: `before` the activity does anything, or `after` all it
 * does is done and nobody has been told. What a machine does that loses its power.
 * Usage: node faultyWorker.mjs <tidemark.yaml> [<activity> before|after <marker>]
 */
import { closeSync, openSync } from 'node:fs';
import { activityInfo } from '@temporalio/activity';
import { createLog } from '../../../dist/workers/log.js';
import { loadConfiguration } from '../../../dist/workers/loadConfiguration.js';
import { connectWorker, plainTarget } from '../../../dist/workers/temporalTarget.js';
import { installRuntime, startWorker } from '../../../dist/workers/worker.js';

const [configPath, activity, moment, marker] = process.argv.slice(2);

/** The marker outlives the process: the next one does not strike again. */
function strike() {
  try {
    closeSync(openSync(marker, 'wx'));
  } catch {
    return;
  }
  process.kill(process.pid, 'SIGKILL');
  // Nothing is done any more while the signal is on its way.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const faulty = {
  execute: async (input, next) => {
    const isPoint = activityInfo().activityType === activity;
    if (isPoint && moment === 'before') strike();
    const result = await next(input);
    if (isPoint && moment === 'after') strike();
    return result;
  },
};

const log = createLog('warn');
installRuntime(log);
const configuration = await loadConfiguration(configPath, process.env);
const target = plainTarget(process.env.TEMPORAL_ADDRESS, process.env.TEMPORAL_NAMESPACE);
const worker = await startWorker({
  configuration,
  log,
  connection: await connectWorker(target),
  namespace: target.namespace,
  activityInterceptors: activity === undefined ? [] : [() => ({ inbound: faulty })],
});
process.once('SIGTERM', worker.stop);
await worker.stopped;
process.exit(0);
