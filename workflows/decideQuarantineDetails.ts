/** The Markdown that explains decisions about quarantine in the Temporal UI. */
import { pauseLines, type ControlState } from './control.js';
import type { DecideQuarantineResult } from './decideQuarantine.js';
import { tableCell } from './details.js';

/** The UI shows this text on every refresh. */
const shownWindows = 40;

export function decideQuarantineDetails(result: DecideQuarantineResult, pause: ControlState): string {
  const { connection, stream, decision, decided, left, requests, outcomes, windows, unknown } = result;
  const counts = Object.entries({ ...outcomes, left }).filter(([, count]) => count > 0);
  const shown = windows.slice(-shownWindows);
  const hidden = Object.values(outcomes).reduce((sum, count) => sum + count, 0) - shown.length;
  return [
    `### ${connection} / ${stream}: ${decision} pages in quarantine`,
    `**Pages** ${decided}, **windows** ${counts.map(([outcome, count]) => `${count} ${outcome}`).join(', ') || 'none'}, ` +
      `**requests** ${requests}`,
    ...pauseLines(pause),
    '',
    '| window | outcome |',
    '|---|---|',
    ...(hidden > 0 ? [`| ${hidden} others | |`] : []),
    ...shown.map(
      ({ start, end, outcome, message }) =>
        `| ${start} to ${end} | ${outcome}${message === null ? '' : `: ${tableCell(message)}`} |`,
    ),
    ...(unknown.length > 0 ? ['', `- Not in quarantine: ${unknown.join(', ')}`] : []),
  ].join('\n');
}
