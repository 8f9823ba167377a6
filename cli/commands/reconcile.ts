import { Option, type Command } from 'commander';
import { TidemarkError } from '../../model/errors.js';
import type { Interval } from '../../model/interval.js';
import { faultsCalled } from '../../model/reconciliationFaults.js';
import { reconciledStreamOf } from '../../workers/connections.js';
import { reconcileSettings, streamSettings } from '../../workers/streamSettings.js';
import type { reconcileStream, ReconcileResult } from '../../workflows/reconcileStream.js';
import { notingJobs } from '../jobLine.js';
import {
  checkSpan,
  configOption,
  jsonOption,
  parseMoment,
  parseWhole,
  readConfiguration,
} from '../options.js';
import { renderTable, write, writeJson, writeNote } from '../output.js';
import { openSession } from '../session.js';
import { resultOf, startStreamWorkflow } from '../streamWorkflow.js';

interface ReconcileOptions {
  from?: string;
  to?: string;
  repair: boolean;
  consoleTotal?: number;
  config: string;
  json?: boolean;
}

export function addReconcileCommand(program: Command): void {
  program
    .command('reconcile')
    .description('Compare the warehouse with the source, one by one and by counts, and repair what differs')
    .argument('<connection>', 'connection of the configuration')
    .argument('<stream>', 'stream of the connection, e.g. evaluations')
    .addOption(
      new Option('--from <moment>', 'begin (UTC); needs --to; without them the horizon').argParser(
        parseMoment,
      ),
    )
    .addOption(new Option('--to <moment>', 'end, exclusive (UTC); needs --from').argParser(parseMoment))
    .option('--no-repair', 'only look')
    .addOption(
      new Option(
        '--console-total <n>',
        "records of the span that somebody counts in the vendor's console; needs --from and --to",
      ).argParser(parseWhole(1, 1_000_000_000)),
    )
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (connection: string, stream: string, options: ReconcileOptions) => {
      const configuration = await readConfiguration(options.config);
      const configured = reconciledStreamOf(configuration, connection, stream);
      const span = spanOf(options, configured.safetyLag);
      const session = await openSession(configuration, { work: true });
      try {
        if (session.uiUrl !== null) writeNote(`Temporal UI: ${session.uiUrl}`);
        const handle = await startStreamWorkflow<typeof reconcileStream>(session, configuration, {
          type: 'reconcileStream',
          connection,
          stream,
          workflowId: `reconcile/${connection}/${stream}/${new Date().toISOString()}`,
          summary: `${connection}: ${stream} compared with the source`,
          args: [
            {
              connection,
              stream,
              span,
              repair: options.repair,
              settings: streamSettings(configured, 3),
              reconcile: reconcileSettings(configured, configuration.alerts),
              ...(options.consoleTotal === undefined ? {} : { consoleTotal: options.consoleTotal }),
            },
          ],
        });
        const result = await notingJobs(
          session.client,
          { connection, stream, ...configured },
          resultOf(handle, 'What it repaired is kept; the same command compares anew.'),
        );
        if (options.json) writeJson(result);
        else write(humanResult(result, configuration.alerts.coverageBelow));
        if (result.faults.length > 0) process.exitCode = 1;
      } finally {
        await session.close();
      }
    });
}

function spanOf({ from, to, consoleTotal }: ReconcileOptions, safetyLag: number): Interval | null {
  if (from === undefined && to === undefined) {
    if (consoleTotal === undefined) return null;
    throw new TidemarkError('InvalidConfig', `--console-total ${consoleTotal} is of no span.`, {
      remedy: 'Give --from and --to of what the console counts.',
    });
  }
  if (from === undefined || to === undefined) {
    throw new TidemarkError(
      'InvalidConfig',
      `--from ${from ?? '(missing)'} and --to ${to ?? '(missing)'} are no span.`,
      { remedy: 'Give both, or none for the configured horizon.' },
    );
  }
  checkSpan({ from, to }, safetyLag);
  return { start: from, end: to };
}

/** Of many windows those in which nothing differs are left out first. */
function unlisted({ compared, windows }: ReconcileResult): string[] {
  const more = compared - windows.length;
  return more === 0
    ? []
    : [`${more} more windows were compared; the table reconciliations has the figures of all days.`];
}

function humanResult(result: ReconcileResult, coverageBelow: number): string {
  const { sums, counted, byConsole, span, faults } = result;
  return [
    renderTable(
      ['window', 'source', 'held', 'missing', 'stale', 'different', 'scores', 'absent', 'hidden'],
      result.windows.map((each) => [
        `${each.window.start.slice(0, 16)} to ${each.window.end.slice(0, 16)}`,
        each.source,
        each.warehouse,
        each.missing,
        each.stale,
        each.different,
        each.scoreDifferent,
        each.absent,
        each.hidden,
      ]),
    ),
    ...unlisted(result),
    `${span.start} to ${span.end}: ${result.coverage === null ? 'nothing to compare' : `${result.coverage.toFixed(2)} % of ${sums.source} records were held`}` +
      `${counted === null ? '' : `; the source counts ${counted.source}, the warehouse ${counted.warehouse}`}` +
      `${byConsole === null ? '' : `; the console counts ${byConsole.source}, and ${byConsole.warehouse} were held`}.`,
    `${outcomeOf(result)}, with ${result.requests} API requests.`,
    ...faults.map((fault) => faultsCalled(result.kind, coverageBelow)[fault]),
    ...(result.alerted ? ['People were alerted.'] : []),
    ...result.notes,
  ].join('\n');
}

function outcomeOf({ repair, sums: { missing, stale, different, absent } }: ReconcileResult): string {
  if (!repair) return 'Only looked';
  return missing + stale + different + absent > 0 ? 'What differed was loaded' : 'Nothing differed';
}
