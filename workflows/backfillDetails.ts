/** The Markdown that explains a backfill in the Temporal UI. */
import type { BackfillProgress } from './backfillStream.js';
import { pauseLines, type ControlState } from './control.js';

/** The UI shows this text on every refresh. */
const shownFailures = 20;

export function backfillDetails(progress: BackfillProgress, pause: ControlState): string {
  const { span, before, failures } = progress;
  return [
    `### Backfill: ${progress.connection} / ${progress.stream}`,
    `**Span** ${span.start} to ${span.end}  `,
    `**Before** ${before.completed} intervals complete, ${before.failed} failed, ${before.none} never loaded`,
    ...(progress.dryRun ? ['> Dry run: nothing is loaded.'] : []),
    ...pauseLines(pause),
    '',
    '| planned | done | running | failed | left | requests |',
    '|---:|---:|---:|---:|---:|---:|',
    `| ${progress.planned} | ${progress.done} | ${progress.running.length} | ${progress.failed} | ${progress.left} ` +
      `| ${progress.requests} |`,
    '',
    ...progress.running.map(({ start, end }) => `- running: ${start} to ${end}`),
    ...failures
      .slice(0, shownFailures)
      .map(({ start, end, message }) => `- failed: ${start} to ${end}: ${message}`),
    ...(failures.length > shownFailures ? [`- and ${failures.length - shownFailures} more`] : []),
    ...progress.notes.map((note) => `- ${note}`),
  ].join('\n');
}
