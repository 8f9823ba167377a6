/** The steps of one poll of the metrics. */
import { humanDuration } from './statusGrid.js';
import type { GraphStep } from './streamGraph.js';

/** `every` in milliseconds. */
export const watchGraph = ({ every }: { every: number }): readonly GraphStep[] => [
  {
    name: 'schedule',
    kind: 'schedule',
    queue: null,
    does: `starts a poll every ${humanDuration(every / 1_000)}; skips while one is under way`,
    next: [{ to: 'watchMetrics' }],
  },
  {
    name: 'watchMetrics',
    kind: 'workflow',
    queue: 'workflows',
    does: 'from the beginning of the business day to the nominal time',
    next: [{ to: 'readMetrics' }],
  },
  {
    name: 'readMetrics',
    kind: 'activity',
    queue: 'api',
    does: 'one request for everybody, and one for each segment',
    next: [{ to: 'recordMetrics' }],
  },
  {
    name: 'recordMetrics',
    kind: 'activity',
    queue: 'warehouse',
    does: 'readings that differ from the last ones, into agent_metrics',
    next: [{ to: 'recordRuns' }],
  },
  {
    name: 'recordRuns',
    kind: 'activity',
    queue: 'warehouse',
    does: 'what became of the poll, into interval_runs',
    next: [],
  },
];
