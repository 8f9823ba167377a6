/** The Markdown that explains a reconciliation in the Temporal UI. */
import { faultsCalled } from '../model/reconciliationFaults.js';
import { pauseLines, type ControlState } from './control.js';
import type { ReconcileResult } from './reconcileStream.js';

/** The last of the kept windows in full; the UI shows this text on every refresh. */
const shownWindows = 40;

/** `coverageBelow` is what the faults of the result go by, in percent. */
export function reconciliationDetails(
  result: ReconcileResult,
  coverageBelow: number,
  pause: ControlState,
): string {
  const { kind, span, sums, counted, byConsole, faults } = result;
  return [
    `### Reconciliation: ${result.connection} / ${result.stream}`,
    `**Span** ${span.start} to ${span.end}, ${result.repair ? 'repairing what differs' : 'looking only'}  `,
    `**Coverage** ${percent(result.coverage)} by ids, ` +
      (counted === null
        ? 'not counted by the source'
        : `${counted.warehouse} held of ${counted.source} that the source counts`) +
      (byConsole === null
        ? ''
        : `, ${byConsole.warehouse} held of ${byConsole.source} that the console counts`) +
      `, **requests** ${result.requests}`,
    ...pauseLines(pause),
    // A list: lines of a quote would run together.
    ...faults.map((fault) => `> - ${faultsCalled(kind, coverageBelow)[fault]}`),
    '',
    '| window | source | held | missing | stale | different | scores | absent | hidden |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...result.windows
      .slice(-shownWindows)
      .map(
        (each) =>
          `| ${each.window.start} to ${each.window.end} | ${each.source} | ${each.warehouse} | ${each.missing} ` +
          `| ${each.stale} | ${each.different} | ${each.scoreDifferent} | ${each.absent} | ${each.hidden} |`,
      ),
    `| all ${result.compared} | ${sums.source} | ${sums.warehouse} | ${sums.missing} | ${sums.stale} | ${sums.different} ` +
      `| ${sums.scoreDifferent} | ${sums.absent} | ${result.hidden} |`,
    '',
    ...result.notes.map((note) => `- ${note}`),
  ].join('\n');
}

function percent(value: number | null): string {
  return value === null ? 'nothing to compare' : `${value.toFixed(2)} %`;
}
