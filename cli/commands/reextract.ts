import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { TidemarkError } from '../../model/errors.js';
import type { HeldSelection } from '../../activities/contracts.js';
import type { Configuration } from '../../workers/configuration.js';
import { evaluationsOf } from '../../workers/connections.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type { reextractForm, ReextractFormResult } from '../../workflows/reextractForm.js';
import { notingJobs } from '../jobLine.js';
import { configOption, jsonOption, parseMoment, readConfiguration } from '../options.js';
import { renderTable, write, writeJson, writeNote } from '../output.js';
import { openSession, type Session } from '../session.js';
import { resultOf, startStreamWorkflow } from '../streamWorkflow.js';

interface ReextractOptions {
  form?: string;
  version?: string;
  evaluations?: string;
  from?: string;
  to?: string;
  dryRun?: boolean;
  config: string;
  json?: boolean;
}

export function addReextractCommand(program: Command): void {
  program
    .command('reextract')
    .description(
      'Read evaluations of the warehouse again, by form, form version or list, and load what changed',
    )
    .argument('<connection>', 'connection of the configuration')
    .argument('<stream>', 'stream of the connection, e.g. evaluations')
    .option('--form <context-id>', 'of this form, in all its versions')
    .option('--version <form-id>', 'of this version of a form')
    .option('--evaluations <file>', 'of this list: one evaluation id a line; - reads standard input')
    .addOption(
      new Option('--from <moment>', 'submitted from then on (UTC); needs --to').argParser(parseMoment),
    )
    .addOption(
      new Option('--to <moment>', 'submitted before then (UTC); needs --from').argParser(parseMoment),
    )
    .option('--dry-run', 'only count what would be read')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (connection: string, stream: string, options: ReextractOptions) => {
      const configuration = await readConfiguration(options.config);
      evaluationsOf(configuration, connection, stream);
      const selection = await selectionOf(options);
      const session = await openSession(configuration, { work: true });
      try {
        if (session.uiUrl !== null) writeNote(`Temporal UI: ${session.uiUrl}`);
        const result = await reextract(session, configuration, {
          connection,
          stream,
          selection,
          dryRun: options.dryRun ?? false,
        });
        if (options.json) writeJson(result);
        else write(humanResult(result));
        const { notHeld, quarantined, unusable } = result;
        if (notHeld.length > 0 || quarantined > 0 || unusable > 0) process.exitCode = 1;
      } finally {
        await session.close();
      }
    });
}

async function selectionOf({
  form,
  version,
  evaluations,
  from,
  to,
}: ReextractOptions): Promise<HeldSelection> {
  if (form === undefined && version === undefined && evaluations === undefined) {
    throw new TidemarkError('InvalidConfig', 'Nothing says which evaluations are to be read again.', {
      remedy: 'Give --form, --version or --evaluations; --from and --to narrow them down.',
    });
  }
  if ((from === undefined) !== (to === undefined) || (from !== undefined && to !== undefined && from >= to)) {
    throw new TidemarkError(
      'InvalidConfig',
      `--from ${from ?? '(missing)'} and --to ${to ?? '(missing)'} are no span.`,
      {
        remedy: 'Give both or none; --from is included, --to is not and comes after it.',
      },
    );
  }
  return {
    ...(form === undefined ? {} : { formContextId: form }),
    ...(version === undefined ? {} : { formId: version }),
    ...(evaluations === undefined ? {} : { evaluationIds: await readIds(evaluations) }),
    ...(from === undefined || to === undefined ? {} : { submitted: { start: from, end: to } }),
  };
}

/** A Temporal cluster refuses inputs above 2 MB; codecs that encrypt make them longer. */
const mostIdBytes = 1_500_000;

async function readIds(file: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (cause) {
    throw new TidemarkError('InvalidConfig', `--evaluations "${file}" cannot be read.`, {
      remedy: 'Name a file with one evaluation id a line.',
      cause,
    });
  }
  const lines = text.split(/\r\n|\n|\r/u).map((line) => line.trim());
  const odd = lines.findIndex((line) => /["'\s,;]/u.test(line));
  if (odd !== -1) {
    throw new TidemarkError(
      'InvalidConfig',
      `--evaluations "${file}" has ${lines[odd]?.slice(0, 80)} in line ${odd + 1}, which is no id.`,
      { remedy: 'Write one evaluation id a line, without quotes, columns or a header.' },
    );
  }
  const ids = [...new Set(lines)].filter((line) => line !== '');
  if (ids.length === 0) {
    throw new TidemarkError('InvalidConfig', `--evaluations "${file}" holds no id.`, {
      remedy: 'Write one evaluation id a line.',
    });
  }
  const bytes = Buffer.byteLength(JSON.stringify(ids));
  if (bytes <= mostIdBytes) return ids;
  const fitting = Math.floor((ids.length * mostIdBytes) / bytes / 1_000) * 1_000;
  throw new TidemarkError(
    'InvalidConfig',
    `--evaluations "${file}" holds ${ids.length} ids, more than one re-extraction can be given.`,
    { remedy: `Give ${fitting} at a time, in files of their own, or select them by --form or --version.` },
  );
}

async function reextract(
  session: Session,
  configuration: Configuration,
  wanted: { connection: string; stream: string; selection: HeldSelection; dryRun: boolean },
): Promise<ReextractFormResult> {
  const { connection, stream } = wanted;
  const configured = evaluationsOf(configuration, connection, stream);
  const settings = streamSettings(configured, 3);
  const handle = await startStreamWorkflow<typeof reextractForm>(session, configuration, {
    type: 'reextractForm',
    connection,
    stream,
    workflowId: `reextract/${connection}/${stream}/${new Date().toISOString()}`,
    summary: `${connection}: ${stream} read again`,
    args: [{ ...wanted, settings }],
  });
  return notingJobs(
    session.client,
    { connection, stream, ...configured },
    resultOf(handle, 'What it loaded is kept; the same command reads all of it again.'),
  );
}

function humanResult(result: ReextractFormResult): string {
  return [
    renderTable(
      ['form version', 'evaluations'],
      result.byForm.map(({ formId, evaluations }) => [formId ?? 'none', evaluations]),
    ),
    result.dryRun
      ? `${result.asked} evaluations would be read` +
        (result.windows === null ? ', with about as many API requests.' : ' again with their windows.')
      : `${result.asked} evaluations read again with ${result.requests} API requests: ` +
        `${result.changed} changed, ${result.unchanged} unchanged, ${result.gone} gone.`,
    ...(result.asked === 0 && result.notHeld.length === 0
      ? [
          'Nothing that is held fits: --form is form_context_id and --version form_id in the table evaluations; ' +
            'where a contract has no ids of forms over their versions, only --version selects.',
        ]
      : []),
    ...(result.redacted > 0 ? [`${result.redacted} are hidden from the client for lack of permission.`] : []),
    ...(result.notHeld.length > 0
      ? [
          `Not in the warehouse: ${result.notHeld.slice(0, 10).join(', ')}` +
            `${result.notHeld.length > 10 ? ` and ${result.notHeld.length - 10} more` : ''}. ` +
            'Export the span they were submitted in.',
        ]
      : []),
    ...result.notes,
  ].join('\n');
}
