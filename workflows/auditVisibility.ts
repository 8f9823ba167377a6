import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { RecordedVisibility } from '../activities/auditContracts.js';
import type { Interval } from '../model/interval.js';
import { lastDays } from '../model/lastDays.js';
import { isHidden, subjectText, type VisibilityChange, type VisibilityFinding } from '../model/visibility.js';
import { activityStubs } from './activityStubs.js';
import { tableCell } from './details.js';
import type { StreamSettings } from './exportRun.js';
import { nominalTime } from './nominalTime.js';
import { raiseAlert } from './raiseAlert.js';

export interface AuditVisibilityWorkflowInput {
  connection: string;
  stream: string;
  /** Looked at are the whole UTC days that it touches; null: the last 31. */
  window: Interval | null;
  settings: Pick<StreamSettings, 'priority' | 'outageTolerance'>;
}

type AuditedInput = AuditVisibilityWorkflowInput & { window: Interval };

export interface AuditVisibilityResult {
  v: 1;
  connection: string;
  stream: string;
  window: Interval;
  /** There was no audit before to compare with. */
  isFirst: boolean;
  findings: VisibilityFinding[];
  changes: VisibilityChange[];
  /** Whether people were told; null when there was no reason to. */
  alerted: boolean | null;
  requests: number;
}

/** Asks the source what it hides from the client, keeps the answers, and raises an alert when they have changed. */
export async function auditVisibility(input: AuditVisibilityWorkflowInput): Promise<AuditVisibilityResult> {
  const { connection, stream, settings } = input;
  const window = input.window ?? lastDays(31, nominalTime());
  const { workflowId, runId } = workflowInfo();
  const stubs = activityStubs(settings.priority, settings.outageTolerance);
  const { findings, requests } = await stubs.api.auditVisibility.executeWithOptions(
    { summary: `${window.start} to ${window.end}` },
    [{ connection, stream, window, priority: settings.priority }],
  );
  setCurrentDetails(details({ ...input, window }, findings, null));
  const auditedAt = new Date().toISOString();
  const recorded = await stubs.warehouse.recordVisibility.executeWithOptions(
    { summary: `${findings.length} findings` },
    [{ connection, stream, auditId: `${workflowId}/${runId}`, auditedAt, findings }],
  );
  setCurrentDetails(details({ ...input, window }, findings, recorded));
  const { isFirst, changes } = recorded;
  const alerted = changes.length === 0 ? null : await alert(stubs, { ...input, window }, changes);
  return { v: 1, connection, stream, window, isFirst, findings, changes, alerted, requests };
}

async function alert(
  stubs: Parameters<typeof raiseAlert>[0],
  { connection, stream, window }: AuditedInput,
  changes: readonly VisibilityChange[],
): Promise<boolean> {
  const named = (change: VisibilityChange['change']) =>
    changes.filter((each) => each.change === change).map(subjectText);
  const [hidden, visible, untold] = [named('hidden'), named('visible'), named('untold')];
  const parts = [
    ...(hidden.length > 0 ? [`now hidden: ${shortList(hidden)}`] : []),
    ...(visible.length > 0 ? [`visible again: ${shortList(visible)}`] : []),
    ...(untold.length > 0 ? [`no longer known: ${shortList(untold)}`] : []),
  ];
  return raiseAlert(stubs, {
    kind: 'visibility',
    severity: hidden.length > 0 ? 'error' : 'warning',
    connection,
    stream,
    summary: `What ${connection} shows of ${stream} has changed: ${parts.join('; ')}.`,
    details: {
      from: window.start,
      to: window.end,
      changes: changes.map(({ aspect, subjectId, subjectName, records, change }) => ({
        ...{ aspect, subjectId, subjectName, records, change },
      })),
    },
  });
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function details(
  { connection, stream, window }: AuditedInput,
  findings: readonly VisibilityFinding[],
  recorded: RecordedVisibility | null,
): string {
  const changed = new Map(
    recorded?.changes.map((change) => [JSON.stringify([change.aspect, change.subjectId]), change.change]),
  );
  const hidden = findings.filter(isHidden).length;
  return [
    `### Visibility: ${connection} / ${stream}`,
    `**Window** ${window.start} to ${window.end}, **hidden** ${hidden} of ${findings.length}`,
    ...(recorded?.isFirst === true ? ['', '> The first audit: there is nothing to compare with.'] : []),
    '',
    '| what | visible | records | since the audit before | note |',
    '|---|---|---:|---|---|',
    ...findings.map((finding) => {
      const { aspect, subjectId, records, isVisible, note } = finding;
      const change = changed.get(JSON.stringify([aspect, subjectId])) ?? '';
      const visible = isVisible === null ? 'unknown' : isVisible ? 'yes' : '**no**';
      return `| ${tableCell(subjectText(finding))} | ${visible} | ${records ?? ''} | ${change} | ${tableCell(note)} |`;
    }),
  ].join('\n');
}

/** Names of divisions are people's own. */
