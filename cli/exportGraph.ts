/** The steps by which a stream is exported, interval by interval. */
import type { GraphStep } from './streamGraph.js';

const steps: readonly GraphStep[] = [
  {
    name: 'schedule',
    kind: 'schedule',
    queue: null,
    does: 'starts a run each interval; skips while one is under way',
    next: [{ to: 'exportStream' }],
  },
  {
    name: 'exportStream',
    kind: 'workflow',
    queue: 'workflows',
    does: 'from the high-water mark to the nominal time less the safety lag',
    next: [
      { to: 'listHeld' },
      { to: 'extractDirectory' },
      { to: 'planWindows' },
      { to: 'checkForms', when: 'at the end' },
    ],
  },
  {
    name: 'listHeld',
    kind: 'activity',
    queue: 'warehouse',
    does: 'evaluations held back, as their scores were still being calculated',
    next: [{ to: 'loadWindow', when: 'any' }],
  },
  {
    name: 'extractDirectory',
    kind: 'activity',
    queue: 'api',
    does: 'users, queues, divisions, where the source lists them',
    next: [{ to: 'loadWindow' }],
  },
  {
    name: 'planWindows',
    kind: 'activity',
    queue: 'api',
    does: 'cuts the span into windows of bounded size',
    next: [{ to: 'loadWindow', when: 'for each window' }],
  },
  {
    name: 'loadWindow',
    kind: 'workflow',
    queue: 'workflows',
    does: 'one window, batch by batch; resumes at the page where it stopped',
    next: [{ to: 'planJobs' }, { to: 'extractPages' }],
  },
  {
    name: 'planJobs',
    kind: 'activity',
    queue: 'api',
    does: 'files of the window that are not in staging yet',
    next: [{ to: 'runExtractionJobs', when: 'any' }, { to: 'shapeExtract' }],
  },
  {
    name: 'runExtractionJobs',
    kind: 'workflow',
    queue: 'workflows',
    does: 'the one line of jobs of a tenant: one at a time, apart by the pace',
    next: [{ to: 'submitJob' }],
  },
  {
    name: 'submitJob',
    kind: 'activity',
    queue: 'api',
    does: 'starts a job; tried anew only after the pause',
    next: [{ to: 'collectJob', when: 'by timers' }],
  },
  {
    name: 'collectJob',
    kind: 'activity',
    queue: 'api',
    does: 'asks for the job, and takes its file into staging at once',
    next: [
      { to: 'submitJob', when: 'next job, or lost' },
      { to: 'shapeExtract', when: 'all there' },
    ],
  },
  {
    name: 'shapeExtract',
    kind: 'activity',
    queue: 'workflows',
    does: 'joins the files into pages',
    next: [{ to: 'extractPages' }],
  },
  {
    name: 'extractPages',
    kind: 'activity',
    queue: 'api',
    does: 'pages into staging, each durable before the next is asked for',
    next: [{ to: 'selectChanged' }, { to: 'extractPages', when: 'next batch, meanwhile' }],
  },
  {
    name: 'selectChanged',
    kind: 'activity',
    queue: 'warehouse',
    does: 'what lists left open and the warehouse does not hold',
    next: [{ to: 'readRecords' }],
  },
  {
    name: 'readRecords',
    kind: 'activity',
    queue: 'api',
    does: 'reads by id, where the source can',
    next: [{ to: 'fetchForms' }],
  },
  {
    name: 'fetchForms',
    kind: 'activity',
    queue: 'api',
    does: 'form versions of the batch, by version id',
    next: [{ to: 'fetchConversations' }, { to: 'normalizeBatch' }],
  },
  {
    name: 'fetchConversations',
    kind: 'activity',
    queue: 'api',
    does: 'conversations that the records are about, many at once',
    next: [{ to: 'normalizeBatch' }],
  },
  {
    name: 'normalizeBatch',
    kind: 'activity',
    queue: 'workflows',
    does: 'canonical Parquet, one file a table',
    next: [{ to: 'loadBatch' }],
  },
  {
    name: 'loadBatch',
    kind: 'activity',
    queue: 'warehouse',
    does: 'checks, merge, soft delete, audit in one transaction',
    next: [{ to: 'mark', when: 'window complete' }],
  },
  {
    name: 'checkForms',
    kind: 'activity',
    queue: 'api',
    does: 'whether form versions still are what rows were made with',
    next: [{ to: 'reextractForm', when: 'drift' }, { to: 'recordRuns' }],
  },
  {
    name: 'reextractForm',
    kind: 'workflow',
    queue: 'workflows',
    does: 'reads the evaluations of a changed version again, and no others',
    next: [{ to: 'loadWindow' }],
  },
  {
    name: 'recordRuns',
    kind: 'activity',
    queue: 'warehouse',
    does: 'what became of the interval, into interval_runs',
    next: [],
  },
  {
    name: 'mark',
    kind: 'state',
    queue: null,
    does: 'the end of the window, remembered by the schedule',
    next: [{ to: 'schedule', when: 'next run starts here' }],
  },
];

/** Steps that only evaluations have: what was held back is taken up, drift is looked for. */
const ofEvaluations: ReadonlySet<string> = new Set(['listHeld', 'checkForms', 'reextractForm']);

/** Steps that bring files, where a vendor makes them by jobs. */
const ofJobs: ReadonlySet<string> = new Set([
  'planJobs',
  'runExtractionJobs',
  'submitJob',
  'collectJob',
  'shapeExtract',
]);

/** The graph of a stream as it is configured; a step that it does not have is passed over. */
export function exportGraph(stream: {
  holdsEvaluations: boolean;
  withConversations: boolean;
  byJobs: boolean;
}): GraphStep[] {
  const isLeftOut = (name: string) =>
    (!stream.holdsEvaluations && ofEvaluations.has(name)) ||
    (!stream.withConversations && name === 'fetchConversations') ||
    (!stream.byJobs && ofJobs.has(name));
  const isShortcut = (name: string, to: string) =>
    (stream.withConversations && name === 'fetchForms' && to === 'normalizeBatch') ||
    (stream.byJobs && name === 'loadWindow' && to === 'extractPages');
  return steps
    .filter(({ name }) => !isLeftOut(name))
    .map((step) => ({
      ...step,
      next: [
        ...step.next.filter(({ to }) => !isLeftOut(to) && !isShortcut(step.name, to)),
        ...(step.name === 'exportStream' && !stream.holdsEvaluations
          ? [{ to: 'recordRuns', when: 'at the end' }]
          : []),
      ],
    }));
}
