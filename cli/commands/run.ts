import { Option, type Command } from 'commander';
import { SingleBar } from 'cli-progress';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { TidemarkError } from '../../model/errors.js';
import { exportRunFailed, parseFailedRun, type ExportResult, type FailedRun } from '../../model/mark.js';
import type { Configuration } from '../../workers/configuration.js';
import { streamOf } from '../../workers/connections.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type { exportStream } from '../../workflows/exportStream.js';
import { noteJob, shownBehind, watchJobLine } from '../jobLine.js';
import { checkSpan, configOption, jsonOption, parseMoment, readConfiguration } from '../options.js';
import { renderTable, write, writeJson, writeNote } from '../output.js';
import { recordsSoFar, shareDone, snapshot, type ExportHandle } from '../runProgress.js';
import { openSession, type Session } from '../session.js';
import { endedError, startStreamWorkflow } from '../streamWorkflow.js';

interface RunOptions {
  from: string;
  to: string;
  config: string;
  anew?: boolean;
  json?: boolean;
}

export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('Export a span of a stream now, beside its schedule; the mark of the schedule is not moved')
    .argument('<connection>', 'connection of the configuration')
    .argument('<stream>', 'stream of the connection, e.g. evaluations')
    .addOption(
      new Option('--from <moment>', 'begin, inclusive (UTC)').argParser(parseMoment).makeOptionMandatory(),
    )
    .addOption(
      new Option('--to <moment>', 'end, exclusive (UTC)').argParser(parseMoment).makeOptionMandatory(),
    )
    .option('--anew', 'from the begin, also when an earlier run of the span failed on its way')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (connection: string, stream: string, options: RunOptions) => {
      const configuration = await readConfiguration(options.config);
      checkSpan(options, streamOf(configuration, connection, stream).safetyLag);
      const session = await openSession(configuration, { work: true });
      try {
        if (session.uiUrl !== null) writeNote(`Temporal UI: ${session.uiUrl}`);
        const handle = await startExport(session, configuration, {
          connection,
          stream,
          anew: false,
          ...options,
        });
        const waiting = { connection, stream, ...streamOf(configuration, connection, stream) };
        const result = await follow(session, handle, waiting).catch((error: unknown) => {
          if (options.json && error instanceof RunFailure) writeJson(failedResult(options.from, error.run));
          throw error;
        });
        if (options.json) writeJson(machineResult(result));
        else write(humanResult(result));
        if (result.highWaterMark !== options.to || result.quarantined > 0) process.exitCode = 1;
      } finally {
        await session.close();
      }
    });
}

interface Wanted {
  connection: string;
  stream: string;
  from: string;
  to: string;
  anew: boolean;
}

/** How far an earlier run of the same span got before it failed; null when there is none. */
async function failedRun({ client }: Session, workflowId: string): Promise<FailedRun | null> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const { status } = await handle.describe();
    if (status.name !== 'FAILED') return null;
    await handle.result();
    return null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    if (error instanceof WorkflowFailedError) return detailsOf(error);
    throw error;
  }
}

function detailsOf({ cause }: WorkflowFailedError): FailedRun | null {
  return cause instanceof ApplicationFailure && cause.type === exportRunFailed
    ? parseFailedRun(cause.details?.[0])
    : null;
}

/** Starts the run, or joins the one that loads the same span already. */
async function startExport(
  session: Session,
  configuration: Configuration,
  { connection, stream, from, to, anew }: Wanted,
): Promise<ExportHandle> {
  const workflowId = `run/${connection}/${stream}/${from}_${to}`;
  const earlier = anew ? null : await failedRun(session, workflowId);
  if (earlier !== null)
    writeNote(`Going on where the failed run stopped, at ${earlier.highWaterMark ?? from}.`);
  return startStreamWorkflow<typeof exportStream>(session, configuration, {
    type: 'exportStream',
    connection,
    stream,
    workflowId,
    summary: `${connection}: ${stream} from ${from} to ${to}`,
    startedWith: { '--from': earlier?.highWaterMark ?? from },
    // Whoever does not ask for the begin joins one that goes on, too.
    joinedWith: anew ? { '--from': from } : {},
    args: [
      {
        connection,
        stream,
        from: earlier?.highWaterMark ?? from,
        to,
        ...(earlier?.resume ? { resume: earlier.resume } : {}),
        settings: streamSettings(streamOf(configuration, connection, stream)),
      },
    ],
  });
}

async function follow(
  { client }: Session,
  handle: ExportHandle,
  stream: Parameters<typeof watchJobLine>[1],
): Promise<ExportResult> {
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: '{bar} {percentage}% of windows, {records} records{waits}',
        stream: process.stderr,
      })
    : null;
  bar?.start(100, 0, { records: 0, waits: '' });
  const line = watchJobLine(client, stream, bar === null ? noteJob : undefined);
  let finished = false;
  const watching = (async () => {
    while (bar !== null && !finished) {
      const now = await snapshot(client, handle);
      const waits = shownBehind(line.text());
      if (now === null) bar.update({ waits });
      else bar.update(Math.floor(shareDone(now) * 100), { records: recordsSoFar(now), waits });
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  try {
    const result = await handle.result();
    bar?.update(100, { waits: '' });
    return result;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw new RunFailure(handle.workflowId, error);
  } finally {
    finished = true;
    await Promise.all([watching, line.stop()]);
    bar?.stop();
  }
}

/** A run that did not load all of its span, and how far it got. */
class RunFailure extends TidemarkError {
  readonly run: FailedRun | null;

  constructor(workflowId: string, failure: WorkflowFailedError) {
    const remedy = 'Running the same command again goes on where it stopped.';
    const { kind, message } = endedError('The run', workflowId, failure, remedy);
    super(kind, message, { cause: failure });
    const details =
      failure.cause instanceof ApplicationFailure && failure.cause.type === exportRunFailed
        ? failure.cause.details?.[0]
        : undefined;
    this.run = (details ?? null) as FailedRun | null;
  }
}

/** The same object as of a run that succeeded, as far as the failed one got. */
function failedResult(from: string, run: FailedRun | null) {
  const totals = run?.totals ?? {
    rows: {},
    requests: 0,
    redacted: 0,
    gone: 0,
    deferred: 0,
    quarantined: 0,
    notes: [],
  };
  return machineResult({ ...totals, highWaterMark: run?.highWaterMark ?? from, unsupported: [] });
}

/** Rows written (new and changed) by table, and how far the span is loaded. */
function machineResult(
  result: Pick<
    ExportResult,
    | 'rows'
    | 'requests'
    | 'highWaterMark'
    | 'quarantined'
    | 'unsupported'
    | 'redacted'
    | 'gone'
    | 'deferred'
    | 'notes'
  >,
) {
  return {
    rows: Object.fromEntries(
      Object.entries(result.rows).map(([table, counts]) => [table, counts.inserted + counts.updated]),
    ),
    requests: result.requests,
    highWaterMark: result.highWaterMark,
    quarantined: result.quarantined,
    unsupported: result.unsupported,
    redacted: result.redacted,
    gone: result.gone,
    deferred: result.deferred,
    softDeleted: Object.fromEntries(
      Object.entries(result.rows).map(([table, counts]) => [table, counts.softDeleted]),
    ),
    notes: result.notes,
  };
}

function humanResult(result: ExportResult): string {
  return [
    renderTable(
      ['table', 'new', 'changed', 'soft-deleted'],
      Object.entries(result.rows).map(([table, counts]) => [
        table,
        counts.inserted,
        counts.updated,
        counts.softDeleted,
      ]),
    ),
    `Loaded through ${result.highWaterMark} with ${result.requests} API requests.`,
    ...(result.redacted > 0
      ? [`${result.redacted} records are hidden from the client for lack of permission.`]
      : []),
    ...result.notes,
  ].join('\n');
}
