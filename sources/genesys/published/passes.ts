/**
 * The passes by which a window is read. Searches cannot ask for "changed since", so several dates are asked for, and
 * people's and automated evaluations apart, as one search shows only one of the two. The last pass reads every
 * evaluation with a data event in the window from analytics: what no date told of, and deletions. The first orders
 * that, as the vendor makes it while the lists are read.
 */
import { toIso, toMillis, type Interval } from '../../../model/interval.js';

export type DateField = 'submittedDate' | 'releaseDate' | 'createdDate';

export interface SearchPass {
  kind: 'search';
  name: string;
  field: DateField;
  systemSubmitted: boolean;
  /** For people. */
  label: string;
  /** Criteria besides the range of the field. */
  narrow: (window: Interval) => Criterion[];
}

/** Starts the job of the last pass. */
export interface OrderPass {
  kind: 'order';
  name: string;
  label: string;
}

export interface EventPass {
  kind: 'events';
  name: string;
  label: string;
}

export type Pass = OrderPass | SearchPass | EventPass;

export interface Criterion {
  type: 'EXACT' | 'DATE_RANGE';
  field: string;
  operator?: 'AND' | 'NOT';
  values?: string[];
  startValue?: string;
  endValue?: string;
}

/** The vendor's date format: milliseconds and Z. */
export const dateRange = (field: DateField, start: number, end: number, operator?: 'NOT'): Criterion => ({
  type: 'DATE_RANGE',
  field,
  startValue: toIso(start),
  endValue: toIso(end),
  ...(operator === undefined ? {} : { operator }),
});

/** What the passes by submission of the same window have found already; a millisecond inside, so nothing falls between. */
const notSubmittedInWindow = ({ start, end }: Interval): Criterion[] =>
  toMillis(end) - toMillis(start) > 2
    ? [dateRange('submittedDate', toMillis(start) + 1, toMillis(end) - 2, 'NOT')]
    : [];

const unfinished = (): Criterion[] => [
  { type: 'EXACT', field: 'evaluationStatus', values: ['PENDING', 'INPROGRESS'] },
];

export const passes: readonly Pass[] = [
  { kind: 'order', name: 'events-ordered', label: 'order of data events' },
  {
    kind: 'search',
    name: 'submitted',
    field: 'submittedDate',
    systemSubmitted: false,
    label: 'submitted by people',
    narrow: () => [],
  },
  {
    kind: 'search',
    name: 'submitted-automated',
    field: 'submittedDate',
    systemSubmitted: true,
    label: 'submitted automatically',
    narrow: () => [],
  },
  {
    kind: 'search',
    name: 'released',
    field: 'releaseDate',
    systemSubmitted: false,
    label: 'released, submitted at another time by people',
    narrow: notSubmittedInWindow,
  },
  {
    kind: 'search',
    name: 'released-automated',
    field: 'releaseDate',
    systemSubmitted: true,
    label: 'released, submitted at another time automatically',
    narrow: notSubmittedInWindow,
  },
  {
    kind: 'search',
    name: 'unfinished',
    field: 'createdDate',
    systemSubmitted: false,
    label: 'created and not finished',
    narrow: unfinished,
  },
  { kind: 'events', name: 'events', label: 'data events' },
];
