/** The manual names every permission and scope that a stream needs, beside that stream, and no other. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { metricsPermissions, permissionsOf } from '../../../sources/genesys/published/permissions.js';
import { scopes, scopesOf } from '../../../sources/genesys/guide/scopes.js';
import type { GenesysStream } from '../../../sources/genesys/streams.js';

const manual = await readFile(new URL('../../../docs/permissions.md', import.meta.url), 'utf8');
const [, published = '', guide = ''] = manual.split(/^## api: /mu);

/** What a part of the manual lists for a stream: `any` is every stream but metrics. */
function listed(part: string, stream: string, more: readonly string[] = []): string[] {
  const rows = [...part.matchAll(/^\| (?<streams>[^|]+?) +\| `(?<permission>[\w:]+)`/gmu)];
  return rows
    .filter(({ groups }) => {
      const streams = groups?.['streams'] ?? '';
      if (more.some((each) => streams.includes(each))) return true;
      if (/conversation|by or for/u.test(streams)) return false;
      return streams === 'any but metrics' ? stream !== 'metrics' : streams.includes(stream);
    })
    .map(({ groups }) => groups?.['permission'] ?? '')
    .sort();
}
const sorted = (all: readonly string[]) => [...new Set(all)].sort();

const streams = {
  evaluations: { name: 'evaluations', discovery: 'lists' },
  csat: { name: 'csat', label: 'csat' },
  feedback: { name: 'feedback', deleted: 'archive' },
  divisions: { name: 'divisions' },
  assessments: { name: 'assessments', divisions: 'all' },
} as const satisfies Record<GenesysStream['name'], GenesysStream>;

test.each(['evaluations', 'csat', 'feedback', 'divisions'] as const)('published: %s', (name) => {
  expect(listed(published, name)).toEqual(sorted(permissionsOf(streams[name])));
  expect(sorted(listed(published, name, ['conversations: true']))).toEqual(
    sorted(permissionsOf({ ...streams[name], conversations: true })),
  );
});

test('published: metrics, and evaluations by their conversations', () => {
  expect(listed(published, 'metrics')).toEqual(sorted(metricsPermissions(['agent'])));
  expect(listed(published, 'metrics', ['each form', 'each queue'])).toEqual(
    sorted(metricsPermissions(['form', 'queue'])),
  );
  expect(listed(published, 'evaluations', ['conversation-details'])).toEqual(
    sorted(permissionsOf({ name: 'evaluations', discovery: 'conversation-details' })),
  );
});

test.each(Object.keys(streams) as (keyof typeof streams)[])('guide: %s', (name) => {
  expect(listed(guide, name)).toEqual(sorted(scopesOf(streams[name])));
  expect(sorted(listed(guide, name, ['conversations: true']))).toEqual(
    sorted(scopesOf({ ...streams[name], conversations: true })),
  );
});

test('guide: metrics', () => {
  expect(listed(guide, 'metrics')).toEqual([scopes.metrics]);
});
