/** What a warehouse must be after any load: whole evaluations, told by what the vendor sent and not by our mapping. */
import { expect } from 'vitest';
import type { Table } from '../../../model/column.js';
import { tableNames, tables } from '../../../model/tables.js';
import { versionedPlans } from '../../../warehouses/sql/mergePlan.js';
import { differences, dump } from '../../faults/support/dump.js';
import { expectTidemarkError } from './judge.js';
import type { Begin, KeptWarehouse, Query } from './keptWarehouse.js';
import type { Contents } from './lanes.js';
import type { PlayedWindow } from './playedWindow.js';

/** Names the vendor's JSON of an evaluation has for its answers, each as often as it is there. */
export type AnswersIn = (content: Record<string, unknown>) => string[];

/** By the path of lists that lead to answers, and the name of the id in each. */
const listed =
  (id: string, ...lists: string[]): AnswersIn =>
  (content) =>
    lists.reduce<unknown[]>(itemsAt, [content]).map((item) => String(Reflect.get(item as object, id)));

export const answersIn: Readonly<Record<string, AnswersIn>> = {
  'published evaluations': listed('questionId', 'answers.questionGroupScores', 'questionScores'),
  'guide evaluations': listed('id', 'sections', 'items'),
  'guide assessments': listed('id', 'questions'),
  'cxone-guide assessments': listed('questionId', 'answers'),
};

/** Tables that hold evaluations, and those of their answers. */
const scorecards = {
  evaluations: 'evaluation_answers',
  calibration_evaluations: 'calibration_answers',
  self_assessments: 'self_assessment_answers',
} as const;

/** Tables in which a record of a kind may be after it was loaded. */
const homes: Readonly<Record<string, readonly [table: string, id: string][]>> = {
  evaluation: [
    ['evaluations', 'evaluation_id'],
    ['calibration_evaluations', 'evaluation_id'],
    ['self_assessments', 'evaluation_id'],
    ['deferred_evaluations', 'evaluation_id'],
  ],
  calibration: [['calibrations', 'calibration_id']],
  survey: [['surveys', 'survey_id']],
  feedback: [['feedback', 'feedback_id']],
};

/** Fails where a key is there twice, a part is without its owner, or an evaluation is not the one its content says. */
export async function expectWhole(query: Query, said: AnswersIn): Promise<void> {
  expect(await query(`${duplicates} UNION ALL ${orphans}`)).toEqual([]);
  for (const [owner, part] of Object.entries(scorecards)) {
    const rows = await query(
      `SELECT O.evaluation_id AS id, any_value(CAST(O.raw AS VARCHAR)) AS raw,
         list(P.question_id ORDER BY P.question_id) FILTER (WHERE P.question_id IS NOT NULL) AS answers
       FROM ${owner} O LEFT JOIN ${part} P
         ON P.connection = O.connection AND P.evaluation_id = O.evaluation_id AND NOT P.is_deleted
       WHERE NOT O.is_deleted GROUP BY ALL`,
    );
    for (const { id, raw, answers } of rows) {
      const content = JSON.parse(String(raw)) as Record<string, unknown>;
      expect([...((answers ?? []) as string[])].sort(), String(id)).toEqual(said(content).sort());
    }
  }
}

/** Where: a path in the answer, a file, a column, an id, or that it is no JSON at all. */
const place =
  / at \S+: | at its top: |\(connection acme\)| must be |: [\w.()]+: |record|page|cursor|file \S+|column "|workflow|question/u;

/**
 * Fails unless all of a window was loaded, but for pages that were set aside, or nothing was changed and the error says
 * where it is wrong.
 *
 * @param before what the warehouse held when the batch began that was the last
 */
export async function judgeLoad(
  kept: Pick<KeptWarehouse, 'isUntouched' | 'look'>,
  { error, totals, loaded }: PlayedWindow,
  { begin, before, said }: { begin: Begin; before: Contents; said: AnswersIn },
): Promise<'loaded' | 'quarantined' | 'refused'> {
  if (error !== undefined) {
    const kinds = ['SchemaMismatch', 'InvalidRequest', 'UpstreamUnavailable'] as const;
    expect(expectTidemarkError(error, kinds).message).toMatch(place);
    if (await kept.isUntouched(begin)) return 'refused';
  }
  await kept.look(async (query) => {
    await expectWhole(query, said);
    await expectThere(query, loaded);
    if (error === undefined) return expectSetAside(query, begin, totals.quarantined);
    const { quarantined_pages: setAside, ...others } = differences(before, await dump({ query }));
    expect(others).toEqual({});
  });
  if (error !== undefined) return 'refused';
  return totals.quarantined > 0 ? 'quarantined' : 'loaded';
}

/** Pages in quarantine stand in the warehouse with their place, and keep the window open. */
async function expectSetAside(query: Query, begin: Begin, quarantined: number): Promise<void> {
  const pages = await query('SELECT position, reason FROM quarantined_pages');
  expect(pages).toHaveLength(quarantined);
  for (const { position, reason } of pages) expect(`${String(position)}: ${String(reason)}`).toMatch(place);
  const [audit] = await query('SELECT count(*) FILTER (closes_window) AS closed FROM load_audit');
  expect(audit).toEqual({ closed: (begin === 'loaded' ? 1 : 0) + (quarantined > 0 ? 0 : 1) });
}

/** Fails where a record that was staged is nowhere. */
async function expectThere(query: Query, loaded: ReadonlySet<string>): Promise<void> {
  const rows = await query(kept);
  const there = new Set(rows.map((row) => String(row['key'])));
  expect([...loaded].filter((key) => !there.has(stored(key)))).toEqual([]);
}

const kept = Object.entries(homes)
  .flatMap(([kind, of]) => of.map(([table, id]) => `SELECT '${kind}:' || ${id} AS key FROM ${table}`))
  .join(' UNION ALL ');

/** Texts as databases keep them. */
const stored = (text: string) => Buffer.from(text).toString('utf8');

function itemsAt(found: unknown[], path: string): unknown[] {
  return found.flatMap((item) => {
    const at = path
      .split('.')
      .reduce<unknown>((value, name) => (isObject(value) ? Reflect.get(value, name) : undefined), item);
    return Array.isArray(at) ? (at as unknown[]) : [];
  });
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const duplicates = tableNames
  .map((name) => {
    const key = (tables[name] as Table).key.join(', ');
    return `SELECT '${name} twice: ' || CAST((${key}) AS VARCHAR) AS wrong FROM ${name} GROUP BY ${key} HAVING count(*) > 1`;
  })
  .join(' UNION ALL ');

const orphans = versionedPlans
  .flatMap(({ name, key, parts }) =>
    parts.map((part) => {
      const same = key.map((column) => `O.${column} = P.${column}`).join(' AND ');
      return `SELECT '${part.name} without ${name}: ' || CAST(P.${key.at(-1)} AS VARCHAR) AS wrong FROM ${part.name} P
        WHERE NOT P.is_deleted AND NOT EXISTS (SELECT 1 FROM ${name} O WHERE ${same} AND NOT O.is_deleted)`;
    }),
  )
  .join(' UNION ALL ');
