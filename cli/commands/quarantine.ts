import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { TidemarkError } from '../../model/errors.js';
import type { Row } from '../../model/tables.js';
import type { Configuration } from '../../workers/configuration.js';
import { connectionOf, streamOf } from '../../workers/connections.js';
import { openConfigured } from '../../workers/openConfigured.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type {
  DecidedOutcome,
  decideQuarantine,
  DecideQuarantineInput,
  DecideQuarantineResult,
} from '../../workflows/decideQuarantine.js';
import { configOption, jsonOption, readConfiguration } from '../options.js';
import { renderTable, write, writeJson, writeNote } from '../output.js';
import { openSession, type Session } from '../session.js';
import { resultOf, startStreamWorkflow } from '../streamWorkflow.js';

type Page = Row<'quarantined_pages'>;
type Decision = DecideQuarantineResult['decision'];

interface DecideOptions {
  all?: boolean;
  config: string;
  json?: boolean;
}

export function addQuarantineCommand(program: Command): void {
  const quarantine = program
    .command('quarantine')
    .description('Answers of the source that could not be used, and what is to become of them');
  quarantine
    .command('list')
    .description('Show what waits for a decision; reads the warehouse only')
    .argument('[connection]', 'connection of the configuration')
    .argument('[stream]', 'stream of the connection, e.g. evaluations')
    .option('--all', 'also what was decided before')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (connection: string | undefined, stream: string | undefined, options: DecideOptions) => {
      const configuration = await readConfiguration(options.config);
      const pages = await readPages(
        configuration,
        streamsOf(configuration, connection, stream),
        options.all === true ? undefined : 'open',
      );
      if (options.json) writeJson(pages);
      else write(humanList(pages));
    });
  addDecision(quarantine, 'skip', 'Let the windows of these pages count as loaded completely without them');
  addDecision(quarantine, 'release', 'Read the windows of these pages again, completely');
}

function addDecision(quarantine: Command, decision: Decision, description: string): void {
  quarantine
    .command(decision)
    .description(description)
    .argument('<connection>', 'connection of the configuration')
    .argument('<stream>', 'stream of the connection, e.g. evaluations')
    .argument('[ids...]', 'ids as "quarantine list" shows them')
    .option('--all', 'all that are open')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (connection: string, stream: string, ids: string[], options: DecideOptions) => {
      const configuration = await readConfiguration(options.config);
      streamOf(configuration, connection, stream);
      const quarantineIds = chosenIds(ids, options.all === true);
      const session = await openSession(configuration, { work: true });
      try {
        if (session.uiUrl !== null) writeNote(`Temporal UI: ${session.uiUrl}`);
        const result = await decide(session, configuration, { connection, stream, quarantineIds, decision });
        if (options.json) writeJson(result);
        else write(humanResult(result));
        const { left, outcomes, unknown } = result;
        const { complete: _, ...open } = outcomes;
        const isDone = left === 0 && Object.values(open).every((count) => count === 0);
        if (!isDone || unknown.length > 0) process.exitCode = 1;
      } finally {
        await session.close();
      }
    });
}

function streamsOf(
  configuration: Configuration,
  connection: string | undefined,
  stream: string | undefined,
): { connection: string; stream: string }[] {
  if (connection !== undefined) {
    if (stream === undefined) connectionOf(configuration, connection);
    else streamOf(configuration, connection, stream);
  }
  return Object.entries(configuration.connections)
    .flatMap(([name, { streams }]) =>
      Object.keys(streams).map((each) => ({ connection: name, stream: each })),
    )
    .filter(
      (each) =>
        (connection === undefined || each.connection === connection) &&
        (stream === undefined || each.stream === stream),
    );
}

async function readPages(
  configuration: Configuration,
  streams: readonly { connection: string; stream: string }[],
  state: 'open' | undefined,
): Promise<Page[]> {
  const { warehouse } = await openConfigured(configuration);
  try {
    const pages: Page[] = [];
    for (const { connection, stream } of streams) {
      pages.push(...(await warehouse.quarantinedPages(connection, stream, state)));
    }
    return pages;
  } finally {
    await warehouse.close();
  }
}

/** null: all that are open. */
function chosenIds(ids: readonly string[], all: boolean): string[] | null {
  if (all === ids.length > 0) {
    throw new TidemarkError(
      'InvalidConfig',
      all ? 'Ids and --all are given.' : 'Nothing says which pages are meant.',
      { remedy: 'Give ids as "tidemark quarantine list" shows them, or --all.' },
    );
  }
  return all ? null : [...new Set(ids)];
}

async function decide(
  session: Session,
  configuration: Configuration,
  wanted: Pick<DecideQuarantineInput, 'connection' | 'stream' | 'quarantineIds' | 'decision'>,
): Promise<DecideQuarantineResult> {
  const { connection, stream, decision, quarantineIds } = wanted;
  const which = quarantineIds === null ? 'all' : quarantineIds.length;
  const handle = await startStreamWorkflow<typeof decideQuarantine>(session, configuration, {
    type: 'decideQuarantine',
    connection,
    stream,
    workflowId: `quarantine/${connection}/${stream}/${decision}/${new Date().toISOString()}`,
    summary: `${connection}: ${decision} ${which} pages of ${stream}`,
    args: [
      {
        ...wanted,
        by: userName(),
        settings: streamSettings(streamOf(configuration, connection, stream), 3),
      },
    ],
  });
  return resultOf(handle, 'What it decided is kept; the same command goes on with the rest.');
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have no name.
    return 'unknown';
  }
}

function humanList(pages: readonly Page[]): string {
  if (pages.length === 0) return 'Nothing is in quarantine.';
  const time = (iso: string) => iso.slice(0, 16).replace('T', ' ');
  return [
    renderTable(
      ['id', 'stream', 'window (UTC)', 'position', 'since', 'state'],
      pages.map((page) => [
        page.quarantine_id,
        `${page.connection} ${page.stream}`,
        `${time(page.window_start)} to ${time(page.window_end)}`,
        page.position,
        time(page.quarantined_at),
        page.decided_by === null ? page.state : `${page.state} by ${page.decided_by}`,
      ]),
    ),
    ...pages.map(({ quarantine_id: id, reason, staged_object: staged }) =>
      staged === null ? `${id}: ${reason}` : `${id}: ${reason} Kept in staging as ${staged}.`,
    ),
  ].join('\n');
}

const outcomeTexts: Record<DecidedOutcome, string> = {
  complete: 'counts as loaded completely',
  incomplete: 'is not complete yet: it has other open pages, or its load did not get to its end',
  quarantined: 'was read again and is not complete',
  failed: 'could not be read again',
};

function humanResult(result: DecideQuarantineResult): string {
  const { decision, decided, outcomes, windows, left, unknown, requests } = result;
  const others = Object.values(outcomes).reduce((sum, count) => sum + count, 0) - windows.length;
  return [
    decision === 'skip'
      ? `${decided} pages skipped.`
      : `${decided} pages released, with ${requests} API requests.`,
    ...(others > 0
      ? [`${others} windows more; of all ${outcomes.complete} count as loaded completely.`]
      : []),
    ...windows.map(
      ({ start, end, outcome, message }) =>
        `${start} to ${end} ${outcomeTexts[outcome]}${message === null ? '.' : `: ${message}`}`,
    ),
    ...(left > 0
      ? [
          `${left} windows were not tried, as two in a row could not be read: the same command goes on with them.`,
        ]
      : []),
    ...(unknown.length > 0 ? [`Not in quarantine: ${unknown.join(', ')}.`] : []),
  ].join('\n');
}
