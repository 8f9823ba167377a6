import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { bigqueryDialect } from '../../../warehouses/sql/dialects/bigquery.js';
import { compareRecords } from '../../../warehouses/sql/comparison.js';
import { createReads, type RunQuery } from '../../../warehouses/sql/reads.js';

const dialect = bigqueryDialect({ project: 'p', dataset: 'd', staged: (table) => table });

/** As many as a command is given at most, one of them twice. */
const ids: string[] = Array.from({ length: 38_000 }, () => randomUUID());
ids.push(ids[0] ?? '');

/** What BigQuery takes of a statement, in bytes. */
const longest = 1_000_000;

it.each<[string, (run: RunQuery) => Promise<unknown>]>([
  ['held evaluations', (run) => createReads(dialect, run).heldEvaluations('acme', { evaluationIds: ids })],
  ['known versions', (run) => createReads(dialect, run).knownVersions('evaluations', 'acme', ids)],
  ['held conversations', (run) => createReads(dialect, run).heldConversations('acme', ids)],
  [
    'a comparison',
    (run) => {
      const staged = ids.map((evaluation_id) => ({ evaluation_id }));
      return compareRecords(dialect, run, 'evaluations', 'acme', staged);
    },
  ],
])('%s of many ids are asked for in statements that every warehouse takes, each id once', async (_, ask) => {
  const asked: string[] = [];
  await ask(async (sql) => {
    expect(sql.length).toBeLessThan(longest);
    asked.push(...(sql.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? []));
    return [];
  });
  expect(asked.toSorted()).toEqual(ids.slice(1).toSorted());
});
