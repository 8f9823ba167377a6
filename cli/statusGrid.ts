/** The status of streams for people: a row each, with one sign for each of the newest intervals. */
import colors from 'picocolors';
import { intervalStates, type AuditedState } from '../model/intervalAudit.js';
import { renderTable } from './output.js';
import type { StreamStatus } from './streamStatus.js';

/** Shapes differ as well, for those who do not tell the colours apart; letters are for where there are none. */
const signs = {
  loaded: { letter: 'L', shape: '■', colour: 'green' },
  late: { letter: 'l', shape: '▪', colour: 'yellow' },
  failed: { letter: 'F', shape: '✗', colour: 'red' },
  missed: { letter: 'M', shape: '□', colour: 'magenta' },
  pending: { letter: '.', shape: '·', colour: 'gray' },
} as const satisfies Record<AuditedState, { letter: string; shape: string; colour: string }>;

const meanings = {
  loaded: 'loaded',
  late: 'loaded late',
  failed: 'failed',
  missed: 'missed',
  pending: 'pending',
} as const satisfies Record<AuditedState, string>;

export function renderStatusGrid(
  streams: readonly StreamStatus[],
  options: { intervals: number; colours: boolean },
): string {
  const sign = signer(options.colours);
  return [
    renderTable(
      [
        'stream',
        `last ${options.intervals} intervals`,
        'loaded through',
        'lag',
        'last load',
        'reconciled',
        'quarantine',
        'pages',
        'requests',
      ],
      streams.map((each) => [
        `${each.connection} ${each.stream}`,
        `${' '.repeat(Math.max(0, options.intervals - each.intervals.length))}${each.intervals
          .map(({ state }) => sign(state))
          .join('')}`,
        each.loadedThrough === null ? 'never' : shortTime(each.loadedThrough),
        each.lagSeconds === null ? '' : humanDuration(each.lagSeconds),
        each.lastLoadAt === null ? '' : shortTime(each.lastLoadAt),
        reconciliationText(each.lastReconciliation),
        each.openQuarantine,
        each.pages,
        each.requests,
      ]),
    ),
    `${intervalStates.map((state) => `${sign(state)} ${meanings[state]}`).join('  ')}  (newest on the right; times in UTC)`,
    ...streams.flatMap(failureLine),
  ].join('\n');
}

function signer(colours: boolean): (state: AuditedState) => string {
  const paint = colors.createColors(colours);
  return (state) => {
    const { letter, shape, colour } = signs[state];
    return colours ? paint[colour](shape) : letter;
  };
}

function failureLine({ connection, stream, lastFailure }: StreamStatus): string[] {
  if (lastFailure === null) return [];
  const { at, state, start, end, message } = lastFailure;
  const said = (message ?? '').replaceAll(/\s+/g, ' ').trim();
  return [
    `${connection} ${stream} ${state} ${shortTime(at)}, ${shortTime(start)} to ${shortTime(end)}` +
      `${said === '' ? '' : `: ${said}`}`,
  ];
}

function reconciliationText(reconciliation: StreamStatus['lastReconciliation']): string {
  if (reconciliation === null) return 'never';
  const { at, coverage } = reconciliation;
  // Rounded down: 100% is said only when nothing is missing.
  const percent = coverage === null ? 'nothing to compare' : `${Math.floor(coverage * 100) / 100}%`;
  return `${shortTime(at)} ${percent}`;
}

/** A moment to the minute. */
const shortTime = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;

/** The two largest units: "3d 4h", "1h 20m", "45s". */
export function humanDuration(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const;
  const total = Math.max(0, Math.round(seconds));
  const largest = units.findIndex(([, length]) => total >= length);
  if (largest === -1) return '0s';
  let rest = total;
  const parts = units.slice(largest, largest + 2).map(([unit, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}
