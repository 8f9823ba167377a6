import { SingleBar } from 'cli-progress';
import { Option, type Command } from 'commander';
import type { WorkflowHandle } from '@temporalio/client';
import { dataIntervals, reprocessBehaviours, type ReprocessBehaviour } from '../../model/backfillPlan.js';
import { TidemarkError } from '../../model/errors.js';
import type { Configuration } from '../../workers/configuration.js';
import { streamOf } from '../../workers/connections.js';
import type { StreamConfiguration } from '../../workers/streamConfiguration.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type { backfillStream, BackfillProgress } from '../../workflows/backfillStream.js';
import { noteJob, shownBehind, watchJobLine } from '../jobLine.js';
import {
  checkSpan,
  configOption,
  jsonOption,
  parseDuration,
  parseMoment,
  parseWhole,
  readConfiguration,
} from '../options.js';
import { renderTable, write, writeJson, writeNote } from '../output.js';
import { openSession, type Session } from '../session.js';
import { resultOf, startStreamWorkflow } from '../streamWorkflow.js';

interface BackfillOptions {
  from: string;
  to: string;
  interval: number;
  reprocess: ReprocessBehaviour;
  maxActive: number;
  reverse?: boolean;
  dryRun?: boolean;
  config: string;
  json?: boolean;
}

export function addBackfillCommand(program: Command): void {
  program
    .command('backfill')
    .description('Load a span as data intervals, beside the schedule and after it in the API budget')
    .argument('<connection>', 'connection of the configuration')
    .argument('<stream>', 'stream of the connection, e.g. evaluations')
    .addOption(
      new Option('--from <moment>', 'begin, inclusive (UTC)').argParser(parseMoment).makeOptionMandatory(),
    )
    .addOption(
      new Option('--to <moment>', 'end, exclusive (UTC)').argParser(parseMoment).makeOptionMandatory(),
    )
    .addOption(
      new Option('--interval <duration>', 'length of a data interval, e.g. 1h, 1d or 7d')
        .argParser(parseDuration)
        .default(86_400_000, '1d'),
    )
    .addOption(
      new Option('--reprocess <behaviour>', 'intervals to load besides those that never ran')
        .choices(reprocessBehaviours)
        .default('none'),
    )
    .addOption(
      new Option('--max-active <n>', 'intervals loaded at once').argParser(parseWhole(1, 20)).default(1),
    )
    .option('--reverse', 'newest interval first')
    .option('--dry-run', 'only count the intervals')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (connection: string, stream: string, options: BackfillOptions) => {
      const configuration = await readConfiguration(options.config);
      check(configuration, connection, stream, options);
      const session = await openSession(configuration, { work: true });
      try {
        if (session.uiUrl !== null) writeNote(`Temporal UI: ${session.uiUrl}`);
        const result = await backfill(session, configuration, connection, stream, options);
        if (options.json) writeJson(result);
        else write(humanResult(result, streamOf(configuration, connection, stream)));
        if (result.failed > 0 || result.quarantined > 0) process.exitCode = 1;
      } finally {
        await session.close();
      }
    });
}

function check(
  configuration: Configuration,
  connection: string,
  stream: string,
  { from, to, interval }: BackfillOptions,
): void {
  const { safetyLag, maxWindow } = streamOf(configuration, connection, stream);
  checkSpan({ from, to }, safetyLag);
  if (interval > maxWindow) {
    throw new TidemarkError(
      'InvalidConfig',
      `--interval of ${interval / 3_600_000} hours is longer than maxWindow of the stream.`,
      { remedy: `Choose at most ${maxWindow / 3_600_000}h, or raise maxWindow in the configuration.` },
    );
  }
  try {
    dataIntervals({ start: from, end: to }, interval);
  } catch (cause) {
    throw new TidemarkError('InvalidConfig', (cause as RangeError).message, { cause });
  }
}

async function backfill(
  session: Session,
  configuration: Configuration,
  connection: string,
  stream: string,
  options: BackfillOptions,
): Promise<BackfillProgress> {
  const { from, to, interval, reprocess, maxActive } = options;
  const dryRun = options.dryRun ?? false;
  const handle = await startStreamWorkflow<typeof backfillStream>(session, configuration, {
    type: 'backfillStream',
    connection,
    stream,
    // The same span again joins the backfill under way; a dry run stands beside it.
    workflowId: `backfill/${connection}/${stream}/${from}_${to}${dryRun ? '/dry-run' : ''}`,
    summary: `${connection}: ${stream} from ${from} to ${to}`,
    startedWith: {
      '--interval': `${interval / 1_000}s`,
      '--reprocess': reprocess,
      '--max-active': String(maxActive),
      '--reverse': String(options.reverse ?? false),
    },
    args: [
      {
        connection,
        stream,
        span: { start: from, end: to },
        intervalMillis: interval,
        reprocess,
        reverse: options.reverse ?? false,
        maxActive,
        dryRun,
        settings: streamSettings(streamOf(configuration, connection, stream), 4),
      },
    ],
  });
  return follow(session, handle, { connection, stream, ...streamOf(configuration, connection, stream) });
}

async function follow(
  { client }: Session,
  handle: WorkflowHandle<typeof backfillStream>,
  stream: Parameters<typeof watchJobLine>[1],
): Promise<BackfillProgress> {
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: '{bar} {value} of {total} intervals, {failed} failed{waits}',
        stream: process.stderr,
      })
    : null;
  bar?.start(1, 0, { failed: 0, waits: '' });
  const line = watchJobLine(client, stream, bar === null ? noteJob : undefined);
  let finished = false;
  const watching = (async () => {
    while (bar !== null && !finished) {
      // While no worker answers, or one run of it hands over to the next, there is nothing to show.
      const now = await handle.query<BackfillProgress>('progress').catch(() => null);
      const waits = shownBehind(line.text());
      if (now === null) bar.update({ waits });
      else {
        bar.setTotal(Math.max(1, now.planned));
        bar.update(now.done + now.failed, { failed: now.failed, waits });
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  try {
    return await resultOf(
      handle,
      'Complete intervals are kept; the same command goes on with those that are not.',
    );
  } finally {
    finished = true;
    await Promise.all([watching, line.stop()]);
    bar?.stop();
  }
}

function humanResult(result: BackfillProgress, { jobs, maxWindow }: StreamConfiguration): string {
  const { before } = result;
  const summary = `${before.completed} intervals were complete, ${before.failed} had failed, ${before.none} never ran.`;
  if (result.dryRun) {
    // Jobs of a tenant stand in one line: their number is what a backfill takes.
    const hint = `Each takes jobs of its own, ${(jobs?.between ?? 0) / 1_000} s apart: --interval up to ${maxWindow / 3_600_000}h makes them fewer.`;
    return `${summary} ${result.planned} would be loaded.${jobs === undefined ? '' : ` ${hint}`}`;
  }
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
    `${summary} ${result.done} loaded, ${result.failed} failed, with ${result.requests} API requests.`,
    ...(result.redacted > 0
      ? [`${result.redacted} records are hidden from the client for lack of permission.`]
      : []),
    ...result.failures
      .slice(0, 10)
      .map(({ start, end, message }) => `failed: ${start} to ${end}: ${message}`),
    ...result.notes,
  ].join('\n');
}
