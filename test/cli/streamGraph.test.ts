/** Graphs of streams: what people are shown is of one piece, whatever the stream has. */
import { describe, expect, test } from 'vitest';
import { exportGraph } from '../../cli/exportGraph.js';
import { toMermaid, type GraphStep } from '../../cli/streamGraph.js';
import { watchGraph } from '../../cli/watchGraph.js';

const graphs: [string, readonly GraphStep[]][] = [
  ['evaluations', exportGraph({ holdsEvaluations: true, withConversations: false, byJobs: false })],
  [
    'evaluations with conversations',
    exportGraph({ holdsEvaluations: true, withConversations: true, byJobs: false }),
  ],
  ['feedback', exportGraph({ holdsEvaluations: false, withConversations: false, byJobs: false })],
  ['csat', exportGraph({ holdsEvaluations: false, withConversations: true, byJobs: false })],
  [
    'evaluations that come as files',
    exportGraph({ holdsEvaluations: true, withConversations: false, byJobs: true }),
  ],
  ['metrics', watchGraph({ every: 900_000 })],
];

describe.each(graphs)('the graph of %s', (_, graph) => {
  const names = graph.map(({ name }) => name);

  test('leads only to steps that it has, and to each of them from the schedule', () => {
    for (const { next } of graph) for (const { to } of next) expect(names).toContain(to);
    const reached = new Set<string>();
    const visit = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      for (const { to } of graph.find((step) => step.name === name)?.next ?? []) visit(to);
    };
    visit('schedule');
    expect([...reached].sort()).toEqual([...names].sort());
  });

  test('is a flowchart with every step', () => {
    const chart = toMermaid(graph, 'acme');
    for (const name of names) expect(chart).toContain(`"${name}<br/>`);
  });
});

test('conversations and files are read where there are any, and drift is looked for where there are forms', () => {
  const has = (graph: readonly GraphStep[]) =>
    ['fetchConversations', 'checkForms', 'runExtractionJobs'].map((name) =>
      graph.some((step) => step.name === name),
    );
  expect(graphs.slice(0, 5).map(([, graph]) => has(graph))).toEqual([
    [false, true, false],
    [true, true, false],
    [false, false, false],
    [true, false, false],
    [false, true, true],
  ]);
});

test.each([
  [900_000, 'every 15m;'],
  [5_400_000, 'every 1h 30m;'],
])('metrics are read as often as the configuration says: %d ms', (every, text) => {
  expect(watchGraph({ every })[0]?.does).toContain(text);
});
