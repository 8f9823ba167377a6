/** Graphs of streams: what people are shown is of one piece, whatever the stream has. */
import { describe, expect, test } from 'vitest';
import { exportGraph } from '../../cli/exportGraph.js';
import { toMermaid, type GraphStep } from '../../cli/streamGraph.js';
import { watchGraph } from '../../cli/watchGraph.js';

const graphs: [string, readonly GraphStep[]][] = [
  ['evaluations', exportGraph({ holdsEvaluations: true, withConversations: false })],
  ['evaluations with conversations', exportGraph({ holdsEvaluations: true, withConversations: true })],
  ['feedback', exportGraph({ holdsEvaluations: false, withConversations: false })],
  ['csat', exportGraph({ holdsEvaluations: false, withConversations: true })],
  ['metrics', watchGraph],
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

test('conversations are read where that is configured, and drift is looked for where there are forms', () => {
  const has = (graph: readonly GraphStep[]) =>
    ['fetchConversations', 'checkForms'].map((name) => graph.some((step) => step.name === name));
  expect(graphs.slice(0, 4).map(([, graph]) => has(graph))).toEqual([
    [false, true],
    [true, true],
    [false, false],
    [true, false],
  ]);
});
