/** The Markdown that explains a run in the Temporal UI. */
import type { ExtractedDirectory } from '../activities/contracts.js';
import type { Interval } from '../model/interval.js';
import type { ExportResult } from '../model/mark.js';
import { pauseLines, type ControlState } from './control.js';
import { changedRows, type Totals } from './totals.js';

/** The last windows of a run in full; older ones are summed up, as the UI shows this text on every refresh. */
const shownWindows = 40;

export interface WindowLine {
  window: Interval;
  totals: Totals;
}

export function runDetails(run: {
  connection: string;
  stream: string;
  span: Interval;
  startReason: string;
  highWaterMark: string;
  windowsPlanned: number;
  done: readonly WindowLine[];
  totals: Totals;
  warnings: readonly string[];
  pause: ControlState | null;
}): string {
  const shown = run.done.slice(-shownWindows);
  const hidden = run.done.length - shown.length;
  return [
    `### ${run.connection} / ${run.stream}`,
    `**Span** ${run.span.start} to ${run.span.end} (${run.startReason})  `,
    `**High-water mark** ${run.highWaterMark}  `,
    `**Windows** ${run.done.length} of ${run.windowsPlanned}, **requests** ${run.totals.requests}, ` +
      `**redacted** ${run.totals.redacted}, **gone** ${run.totals.gone}`,
    ...(run.pause === null ? [] : pauseLines(run.pause)),
    ...run.warnings.map((warning) => `> ${warning}`),
    '',
    '| window | batches | pages | requests | evaluations new | changed | answers new | rows changed |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...(hidden > 0 ? [`| ${hidden} earlier windows | | | | | | | |`] : []),
    ...shown.map(({ window, totals }) => {
      const evaluations = totals.rows['evaluations'];
      const answers = totals.rows['evaluation_answers'];
      return (
        `| ${window.start} to ${window.end} | ${totals.batches} | ${totals.pages} | ${totals.requests} ` +
        `| ${evaluations?.inserted ?? 0} | ${evaluations?.updated ?? 0} | ${answers?.inserted ?? 0} ` +
        `| ${changedRows(totals.rows)} |`
      );
    }),
    '',
    ...noteLines(run.totals),
  ].join('\n');
}

export function windowDetails(
  window: Interval,
  totals: Totals,
  position: string,
  pause: ControlState,
): string {
  return [
    `### ${window.start} to ${window.end}`,
    `**Batches** ${totals.batches}, **pages** ${totals.pages}, **requests** ${totals.requests}  `,
    `**Next** ${position}`,
    ...pauseLines(pause),
    '',
    ...rowTable(totals.rows),
    '',
    ...noteLines(totals),
  ].join('\n');
}

/** Divisions of the organisation that are not seen, as a sentence. */
export function hiddenDivisionNotes(directory: Pick<ExtractedDirectory, 'hiddenDivisions'> | null): string[] {
  const names = (directory?.hiddenDivisions ?? []).map(({ name }) => name);
  return names.length === 0 ? [] : [`The client may not read evaluations of: ${names.join(', ')}.`];
}

function rowTable(rows: ExportResult['rows']): string[] {
  return [
    '| table | staged | inserted | updated | soft-deleted |',
    '|---|---:|---:|---:|---:|',
    ...Object.entries(rows).map(
      ([table, counts]) =>
        `| ${table} | ${counts.staged} | ${counts.inserted} | ${counts.updated} | ${counts.softDeleted} |`,
    ),
  ];
}

function noteLines(totals: Totals): string[] {
  const redacted =
    totals.redacted === 0
      ? []
      : [
          `- ${totals.redacted} records are hidden from the client for lack of permission and were not loaded.`,
        ];
  const quarantined =
    totals.quarantined === 0
      ? []
      : [
          `- ${totals.quarantined} pages could not be used and wait in quarantine; their windows are not complete ` +
            'until they are released or skipped.',
        ];
  return [...redacted, ...quarantined, ...totals.notes.map((note) => `- ${note}`)];
}

/** Text of people or vendors in a cell of a Markdown table. */
export const tableCell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
