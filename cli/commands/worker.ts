import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Configuration } from '../../workers/configuration.js';
import { createLog, logLevels, logLevelVariable, type Logger, type LogLevel } from '../../workers/log.js';
import { startWorker, workerRoles, type WorkerRole } from '../../workers/worker.js';
import { connectWorker, installRuntime } from '../../workers/workerRuntime.js';
import { configOption, readConfiguration } from '../options.js';
import { writeNote } from '../output.js';
import { openSession, type Session } from '../session.js';

export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('Run a worker until it is told to stop (SIGINT, SIGTERM)')
    .addOption(configOption())
    .option('--roles <list>', `task queues to serve, comma-separated: ${workerRoles.join(', ')}`, parseRoles)
    .addOption(
      new Option('--log-level <level>', 'what is logged at least')
        .choices(logLevels)
        .default('info')
        .env(logLevelVariable),
    )
    .option('--metrics <address>', 'serve Prometheus metrics there, e.g. 127.0.0.1:9464')
    .action(
      async (options: { config: string; roles?: WorkerRole[]; logLevel: LogLevel; metrics?: string }) => {
        const configuration = await readConfiguration(options.config);
        const log = createLog(options.logLevel);
        installRuntime(log, options.metrics);
        const session = await openSession(configuration, { work: false });
        try {
          if (session.uiUrl !== null) writeNote(`Temporal UI: ${session.uiUrl}`);
          await work(session, configuration, log, options.roles);
        } finally {
          // Also where it could not begin: an embedded server that stays would keep this process.
          await session.close();
          // So would a worker that has failed and does not come down.
          setTimeout(() => process.exit(), 5_000).unref();
        }
      },
    );
}

/** Resolves when the worker has stopped. */
async function work(
  { target }: Session,
  configuration: Configuration,
  log: Logger,
  roles: WorkerRole[] | undefined,
): Promise<void> {
  const connection = await connectWorker(target);
  try {
    const worker = await startWorker({
      configuration,
      log,
      connection,
      namespace: target.namespace,
      ...(roles === undefined ? {} : { roles }),
    });
    log.info({ address: target.address, taskQueue: configuration.temporal.taskQueue }, 'Worker is polling');
    process.once('SIGINT', worker.stop);
    process.once('SIGTERM', worker.stop);
    await worker.stopped;
  } finally {
    // A worker that does not come down holds it; what that ended with is what is told.
    await connection.close().catch(() => {});
  }
}

function parseRoles(text: string): WorkerRole[] {
  return text.split(',').map((part) => {
    const role = workerRoles.find((known) => known === part.trim());
    if (role === undefined)
      throw new InvalidArgumentError(`"${part}" is not one of ${workerRoles.join(', ')}.`);
    return role;
  });
}
