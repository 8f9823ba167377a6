import { IllegalStateError } from '@temporalio/common';
import {
  Worker,
  type ActivityInterceptorsFactory,
  type NativeConnection,
  type WorkerOptions,
} from '@temporalio/worker';
import {
  createApiActivities,
  createLocalActivities,
  createWarehouseActivities,
} from '../activities/index.js';
import type { Dependencies } from '../activities/dependencies.js';
import { ErrorInterceptor } from '../activities/errorInterceptor.js';
import { TidemarkError } from '../model/errors.js';
import { taskQueues } from '../workflows/taskQueues.js';
import { createAlertSink } from './alerts.js';
import type { Configuration } from './configuration.js';
import { connectionOf } from './connections.js';
import { openSources } from './openSources.js';
import { openConfigured } from './openConfigured.js';
import { createSpansUnderWay } from './spansUnderWay.js';
import type { Logger } from './log.js';
import { workflowBundle } from './workflowBundle.js';

/** Which task queues a process serves; a large installation runs each in processes of its own. */
export const workerRoles = ['workflows', 'api', 'warehouse'] as const;
export type WorkerRole = (typeof workerRoles)[number];

interface Cluster {
  connection: NativeConnection;
  namespace: string;
}

export interface RunningWorker {
  /** Settles when the worker has stopped, by `stop` or by an error. */
  stopped: Promise<void>;
  /** Lets running activities finish for up to 30 s, then cancels them. */
  stop(): void;
}

/** What activities of a configuration work with. */
async function createDependencies(
  configuration: Configuration,
  cluster: Cluster,
  log: Logger,
): Promise<Dependencies> {
  const taskQueue = taskQueues(configuration.temporal.taskQueue).workflows;
  return {
    ...openSources(configuration),
    vendor: (connection) => connectionOf(configuration, connection).vendor,
    ...(await openConfigured(configuration)),
    underWay: createSpansUnderWay({ ...cluster, taskQueue }, log),
    alerts: createAlertSink(configuration.alerts.webhook, log),
  };
}

/**
 * Starts workers for the given roles in this process; resolves when they poll.
 * @throws what the cluster refuses, as its client says it
 */
export async function startWorker(
  options: Cluster & {
    configuration: Configuration;
    log: Logger;
    roles?: readonly WorkerRole[];
    /** Around activities, within the one that casts their errors: tracing, faults of tests. */
    activityInterceptors?: readonly ActivityInterceptorsFactory[];
  },
): Promise<RunningWorker> {
  const { configuration, connection, namespace } = options;
  // Asked first: a worker of the SDK that is refused leaves a thread behind, which no process outlives.
  await connection.workflowService.describeNamespace({ namespace });
  const roles = new Set(options.roles ?? workerRoles);
  const queues = taskQueues(configuration.temporal.taskQueue);
  const dependencies = await createDependencies(configuration, { connection, namespace }, options.log);
  const common: Pick<
    WorkerOptions,
    'connection' | 'namespace' | 'shutdownGraceTime' | 'shutdownForceTime' | 'interceptors'
  > = {
    connection,
    namespace,
    shutdownGraceTime: '30 seconds',
    shutdownForceTime: '60 seconds',
    interceptors: {
      activity: [() => ({ inbound: new ErrorInterceptor() }), ...(options.activityInterceptors ?? [])],
    },
  };
  const workers: Worker[] = [];
  if (roles.has('workflows')) {
    workers.push(
      await Worker.create({
        ...common,
        taskQueue: queues.workflows,
        workflowBundle: await workflowBundle(),
        activities: createLocalActivities(dependencies),
        maxConcurrentActivityTaskExecutions: 2,
        // A killed worker is still asked first for its workflows: no longer than this, then any other is.
        stickyQueueScheduleToStartTimeout: '3 seconds',
      }),
    );
  }
  if (roles.has('api')) {
    workers.push(
      await Worker.create({
        ...common,
        taskQueue: queues.api,
        activities: createApiActivities(dependencies),
        maxConcurrentActivityTaskExecutions: 20,
      }),
    );
  }
  if (roles.has('warehouse')) {
    workers.push(
      await Worker.create({
        ...common,
        taskQueue: queues.warehouse,
        activities: createWarehouseActivities(dependencies),
        maxConcurrentActivityTaskExecutions: dependencies.warehouse.concurrency,
      }),
    );
  }
  return supervise(workers, async () => dependencies.warehouse.close());
}

/** One worker that fails takes the others down with it: half a worker would look alive and do nothing. */
function supervise(workers: readonly Worker[], close: () => Promise<void>): RunningWorker {
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runs = workers.map(async (worker) => {
    try {
      await unlessStuck(worker);
    } finally {
      stop();
    }
  });
  const stopped = (async () => {
    const results = await Promise.allSettled(runs);
    await close();
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  })();
  return { stopped, stop };
}

/** One that has failed comes down in less, where it does at all. */
const secondsToComeDown = 10;

/**
 * Runs a worker. Where its polls are refused, the SDK may wait for its end for ever, or complain of what is still in use
 * in place of the refusal; which of them is a matter of moments.
 */
async function unlessStuck(worker: Worker): Promise<void> {
  let watch: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    let seconds = 0;
    watch = setInterval(() => {
      if (worker.getState() === 'FAILED' && ++seconds >= secondsToComeDown) reject(failedWorker());
    }, 1_000);
  });
  try {
    await Promise.race([worker.run(), stuck]);
  } catch (error) {
    throw error instanceof IllegalStateError ? failedWorker(error) : error;
  } finally {
    clearInterval(watch);
  }
}

function failedWorker(cause?: IllegalStateError): TidemarkError {
  return new TidemarkError('UpstreamUnavailable', 'A worker has failed and does not come down.', {
    remedy: 'The log says why it failed: mend that, and start it again.',
    ...(cause === undefined ? {} : { cause }),
  });
}
