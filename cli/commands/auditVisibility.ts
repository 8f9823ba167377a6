import { Option, type Command } from 'commander';
import { isHidden, subjectText } from '../../model/visibility.js';
import { auditedStreamOf } from '../../workers/connections.js';
import { streamSettings } from '../../workers/streamSettings.js';
import type { auditVisibility, AuditVisibilityResult } from '../../workflows/auditVisibility.js';
import { lastDays } from '../../model/lastDays.js';
import { configOption, jsonOption, parseWhole, readConfiguration } from '../options.js';
import { renderTable, write, writeJson, writeNote } from '../output.js';
import { openSession } from '../session.js';
import { resultOf, startStreamWorkflow } from '../streamWorkflow.js';

interface AuditVisibilityOptions {
  days: number;
  config: string;
  json?: boolean;
}

export function addAuditVisibilityCommand(audit: Command): void {
  audit
    .command('visibility')
    .description('Ask the source what it hides from the client, and compare with the audit before')
    .argument('<connection>', 'connection of the configuration')
    .argument('<stream>', 'stream of the connection, e.g. evaluations')
    .addOption(
      new Option('--days <n>', 'whole days to look at, the newest first')
        .argParser(parseWhole(1, 366))
        .default(31),
    )
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (connection: string, stream: string, options: AuditVisibilityOptions) => {
      const configuration = await readConfiguration(options.config);
      const { priority, outageTolerance } = streamSettings(
        auditedStreamOf(configuration, connection, stream),
        3,
      );
      const session = await openSession(configuration, { work: true });
      try {
        if (session.uiUrl !== null) writeNote(`Temporal UI: ${session.uiUrl}`);
        const window = lastDays(options.days, Date.now());
        const handle = await startStreamWorkflow<typeof auditVisibility>(session, configuration, {
          type: 'auditVisibility',
          connection,
          stream,
          workflowId: `audit-visibility/${connection}/${stream}/${new Date().toISOString()}`,
          summary: `${connection}: what is hidden of ${stream}`,
          args: [{ connection, stream, window, settings: { priority, outageTolerance } }],
        });
        const result = await resultOf(handle, 'The same command asks again.');
        if (options.json) writeJson(result);
        else write(humanResult(result));
        if (result.findings.some(isHidden)) process.exitCode = 1;
      } finally {
        await session.close();
      }
    });
}

function humanResult(result: AuditVisibilityResult): string {
  const { findings, changes, isFirst, alerted, window, requests } = result;
  const hidden = findings.filter(isHidden);
  return [
    renderTable(
      ['what', 'visible', 'records'],
      findings.map((finding) => [
        subjectText(finding),
        finding.isVisible === null ? 'unknown' : finding.isVisible ? 'yes' : 'no',
        finding.records ?? '',
      ]),
    ),
    `${window.start} to ${window.end}, asked with ${requests} API requests.`,
    ...[...hidden, ...findings.filter(({ isVisible }) => isVisible === null)].map(
      (finding) => `${subjectText(finding)}: ${finding.note}`,
    ),
    ...(findings.length === 0
      ? ['The source does not tell what it hides: compare with somebody who sees everything.']
      : []),
    ...(isFirst ? ['The first audit: there is nothing to compare with.'] : []),
    ...changes.map((change) => `Since the audit before: ${subjectText(change)} is ${words[change.change]}.`),
    ...(alerted === false ? ['The alert could not be sent: the log says why.'] : []),
  ].join('\n');
}

const words = { hidden: 'now hidden', visible: 'visible again', untold: 'no longer known' } as const;
