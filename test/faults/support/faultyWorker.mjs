/**
 * A worker that is killed, or stands still, at points of its activities, at each once: `before` the activity does
 * anything, `answered` when the vendor has answered it and it has done nothing with that yet, `during` a little after
 * it began, or `after` all it does is done and nobody has been told. What a machine does that loses its power, or
 * that is put to sleep.
 * Usage: node faultyWorker.mjs <tidemark.yaml> [<point as JSON, with the path of its marker>...]
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { closeSync, openSync } from 'node:fs';
import { activityInfo } from '@temporalio/activity';
import { createLog } from '../../../dist/workers/log.js';
import { loadConfiguration } from '../../../dist/workers/loadConfiguration.js';
import { plainTarget } from '../../../dist/workers/temporalTarget.js';
import { startWorker } from '../../../dist/workers/worker.js';
import { connectWorker, installRuntime } from '../../../dist/workers/workerRuntime.js';

const [configPath, ...told] = process.argv.slice(2);
const points = told.map((text) => JSON.parse(text));
const running = new AsyncLocalStorage();
/** How often each point was passed by this process. */
const passed = new Map();
const duringMillis = 25;

/** The marker outlives the process: the next one does not strike again. */
function strike({ marker, signal = 'SIGKILL' }) {
  try {
    closeSync(openSync(marker, 'wx'));
  } catch {
    return;
  }
  process.kill(process.pid, signal);
  // Nothing is done any more while the signal is on its way.
  if (signal === 'SIGKILL') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Strikes where the activity has come to a point, or comes to it for the nth time. */
function reach(activity, moment) {
  for (const point of points) {
    if (point.moment !== moment || (point.activity ?? activity) !== activity) continue;
    const times = (passed.get(point) ?? 0) + 1;
    passed.set(point, times);
    if (times === (point.nth ?? 1)) strike(point);
  }
}

const faulty = {
  execute: async (input, next) =>
    running.run(activityInfo().activityType, async () => {
      const activity = activityInfo().activityType;
      reach(activity, 'before');
      const timer = setTimeout(() => reach(activity, 'during'), duringMillis);
      try {
        const result = await next(input);
        reach(activity, 'after');
        return result;
      } finally {
        clearTimeout(timer);
      }
    }),
};

// Sign-ins and answers to nobody's activity do not count.
subscribe('http.client.response.finish', () => {
  const activity = running.getStore();
  if (activity !== undefined) reach(activity, 'answered');
});

const log = createLog('warn');
installRuntime(log);
const configuration = await loadConfiguration(configPath, process.env);
const target = plainTarget(process.env.TEMPORAL_ADDRESS, process.env.TEMPORAL_NAMESPACE);
const worker = await startWorker({
  configuration,
  log,
  connection: await connectWorker(target),
  namespace: target.namespace,
  activityInterceptors: points.length === 0 ? [] : [() => ({ inbound: faulty })],
});
process.once('SIGTERM', worker.stop);
await worker.stopped;
process.exit(0);
