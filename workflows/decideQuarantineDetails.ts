/** The Markdown that explains decisions about quarantine in the Temporal UI. */
import { pauseLines, type ControlState } from './control.js';
import type { DecideQuarantineResult } from './decideQuarantine.js';
import { tableCell } from './details.js';

/** The UI shows this text on every refresh. */
const shownWindows = 40;

export function decideQuarantineDetails(result: DecideQuarantineResult, pause: ControlState): string {
  const { connection, stream, decision, decided, left, requests, windows, unknown } = result;
  const hidden = Math.max(0, windows.length - shownWindows);
  return [
    `### ${connection} / ${stream}: ${decision} pages in quarantine`,
    `**Pages** ${decided}, **windows left** ${left}, **requests** ${requests}`,
    ...pauseLines(pause),
    '',
    '| window | outcome |',
    '|---|---|',
    ...(hidden > 0 ? [`| ${hidden} before | |`] : []),
    ...windows
      .slice(hidden)
      .map(
        ({ start, end, outcome, message }) =>
          `| ${start} to ${end} | ${outcome}${message === null ? '' : `: ${tableCell(message)}`} |`,
      ),
    ...(unknown.length > 0 ? ['', `- Not in quarantine: ${unknown.join(', ')}`] : []),
  ].join('\n');
}
