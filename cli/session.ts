/**
 * A connection to Temporal for a command: the cluster that the environment names, or the embedded development
 * server with a worker beside it, so that every command works on a laptop by itself.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Configuration } from '../workers/configuration.js';
import { startDevelopmentServer } from '../workers/developmentServer.js';
import { createLog, logLevelOf } from '../workers/log.js';
import {
  connectClient,
  plainTarget,
  targetFromEnvironment,
  type TemporalTarget,
} from '../workers/temporalTarget.js';
import { searchAttributes } from '../workflows/searchAttributes.js';
import { taskQueues } from '../workflows/taskQueues.js';
import { writeNote } from './output.js';

export interface Session {
  client: Client;
  target: TemporalTarget;
  /** Web UI of the embedded server; null on a cluster of one's own. */
  uiUrl: string | null;
  close(): Promise<void>;
}

interface ServerNote {
  address: string;
  uiUrl: string | null;
}

/** Opens a session; with the embedded server, `work: true` starts a worker in this process as well. */
export async function openSession(
  configuration: Configuration,
  options: { work: boolean },
): Promise<Session> {
  const target = targetFromEnvironment();
  const running = target === null ? await runningServer(configuration) : null;
  const elsewhere = target ?? (running === null ? null : plainTarget(running.address));
  if (elsewhere !== null) {
    const session = await sessionOn(elsewhere, running?.uiUrl ?? null, async () => {});
    if (options.work) await noteMissingWorker(session, configuration);
    return session;
  }

  const { stateDirectory, uiPort } = configuration.temporal;
  const server = await startDevelopmentServer({
    stateDirectory,
    ui: true,
    uiPort,
    searchAttributes: developmentSearchAttributes(),
    onProgress: writeNote,
  });
  const note: ServerNote = { address: server.address, uiUrl: server.uiUrl ?? null };
  await writeFile(serverNotePath(configuration), JSON.stringify(note));
  const embedded = plainTarget(server.address, server.namespace);
  const closeServer = async () => {
    await rm(serverNotePath(configuration), { force: true });
    await server.close();
  };
  try {
    const stopWork = options.work ? await startWork(configuration, embedded) : async () => {};
    return await sessionOn(embedded, note.uiUrl, async () => {
      await stopWork();
      await closeServer();
    });
  } catch (error) {
    await closeServer();
    throw error;
  }
}

/** Starts a worker in this process; the function it resolves with stops it. */
async function startWork(configuration: Configuration, target: TemporalTarget): Promise<() => Promise<void>> {
  // On a cluster of one's own most commands do without it, and it takes half a second to load.
  const [{ startWorker }, { connectWorker, installRuntime }] = await Promise.all([
    import('../workers/worker.js'),
    import('../workers/workerRuntime.js'),
  ]);
  const log = createLog(logLevelOf(process.env, 'warn'));
  installRuntime(log);
  const connection = await connectWorker(target);
  try {
    const worker = await startWorker({ configuration, log, connection, namespace: target.namespace });
    worker.stopped.catch((error: unknown) => log.error({ error: String(error) }, 'The worker stopped'));
    return async () => {
      worker.stop();
      await worker.stopped.catch(() => {});
      await connection.close();
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** On a cluster the work is done by workers of its own; without one, a run waits without a word. */
async function noteMissingWorker({ client, target }: Session, configuration: Configuration): Promise<void> {
  const { workflows } = taskQueues(configuration.temporal.taskQueue);
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: target.namespace,
    taskQueue: { name: workflows },
    taskQueueType: workflowTaskQueue,
  });
  if ((pollers ?? []).length > 0) return;
  writeNote(
    `No worker serves task queue ${workflows} on ${target.address}: start one with "tidemark worker".`,
  );
}

/** TASK_QUEUE_TYPE_WORKFLOW in Temporal's API. */
const workflowTaskQueue = 1;

/** The search attributes in the form the development server takes them. */
export function developmentSearchAttributes(): Record<string, DevelopmentAttributeType> {
  return Object.fromEntries(
    Object.values(searchAttributes).map((key) => [key.name, attributeTypes[key.type]]),
  );
}

const attributeTypes = { KEYWORD: 'Keyword', DATETIME: 'Datetime', INT: 'Int' } as const;
type DevelopmentAttributeType = (typeof attributeTypes)[keyof typeof attributeTypes];

async function sessionOn(
  target: TemporalTarget,
  uiUrl: string | null,
  closeServer: () => Promise<void>,
): Promise<Session> {
  try {
    const client = await connectClient(target);
    return {
      client,
      target,
      uiUrl,
      close: async () => {
        await client.connection.close();
        await closeServer();
      },
    };
  } catch (error) {
    await closeServer();
    throw error;
  }
}

const serverNotePath = (configuration: Configuration) =>
  join(configuration.temporal.stateDirectory, 'server.json');

/** An embedded server that another command of the same configuration keeps up; null when there is none. */
async function runningServer(configuration: Configuration): Promise<ServerNote | null> {
  try {
    const note = JSON.parse(await readFile(serverNotePath(configuration), 'utf8')) as ServerNote;
    const probe = await connectClient(plainTarget(note.address));
    await probe.connection.close();
    return note;
  } catch {
    // No note, or one that a killed command left behind: a server of our own is started.
    return null;
  }
}
