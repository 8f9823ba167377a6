/** The Markdown that explains an audit of intervals in the Temporal UI. */
import type { AuditIntervalsResult } from './auditIntervals.js';
import { pauseLines, type ControlState } from './control.js';
import { tableCell } from './details.js';

/** The UI shows this text on every refresh. */
const shownGaps = 40;

export function auditIntervalsDetails(result: AuditIntervalsResult, pause: ControlState | null): string {
  const { connection, stream, span, counts, remaining, gaps, gapsLeftOut, repaired } = result;
  const hidden = gapsLeftOut + Math.max(0, gaps.length - shownGaps);
  const failed = repaired.filter((each) => each.failed > 0);
  return [
    `### Intervals: ${connection} / ${stream}`,
    `**Span** ${span.start} to ${span.end}`,
    ...(pause === null ? [] : pauseLines(pause)),
    '',
    '| | loaded | late | failed | missed | pending |',
    '|---|---:|---:|---:|---:|---:|',
    countLine('found', counts),
    ...(remaining === null ? [] : [countLine('after repairs', remaining)]),
    ...(gaps.length === 0 ? [] : ['', '| gap | state | intervals | cause |', '|---|---|---:|---|']),
    ...gaps
      .slice(0, shownGaps)
      .map(
        (gap) => `| ${gap.start} to ${gap.end} | ${gap.state} | ${gap.intervals} | ${tableCell(gap.cause)} |`,
      ),
    ...(hidden > 0 ? [`| and ${hidden} more | | | |`] : []),
    ...(repaired.length === 0
      ? []
      : ['', `**Repaired** ${repaired.length - failed.length}, **in vain** ${failed.length}`]),
    ...failed
      .slice(0, shownGaps)
      .map(({ start, end, message }) => `- ${start} to ${end}: ${message ?? 'failed'}`),
  ].join('\n');
}

function countLine(
  name: string,
  { loaded, late, failed, missed, pending }: AuditIntervalsResult['counts'],
): string {
  return `| ${name} | ${loaded} | ${late} | ${failed} | ${missed} | ${pending} |`;
}

/** Messages of failures come from elsewhere. */
