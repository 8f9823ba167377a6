/** The steps of an export as a graph, for people: the same names that the Temporal UI shows. */
export interface GraphStep {
  name: string;
  kind: 'schedule' | 'workflow' | 'activity' | 'state';
  queue: 'workflows' | 'api' | 'warehouse' | null;
  does: string;
  next: { to: string; when?: string }[];
}

/** The graph in Mermaid's flowchart language. */
export function toMermaid(steps: readonly GraphStep[], title: string): string {
  const shape = {
    schedule: ['([', '])'],
    workflow: ['[[', ']]'],
    activity: ['[', ']'],
    state: ['[(', ')]'],
  } as const;
  return [
    '---',
    `title: ${title}`,
    '---',
    'flowchart TD',
    ...steps.map(
      ({ name, kind, does }) => `  ${name}${shape[kind][0]}"${name}<br/>${does}"${shape[kind][1]}`,
    ),
    ...steps.flatMap(({ name, next }) =>
      next.map(({ to, when }) => `  ${name} -->${when === undefined ? '' : `|${when}|`} ${to}`),
    ),
  ].join('\n');
}
