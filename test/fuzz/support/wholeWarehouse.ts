/** What a warehouse must be after any load: whole evaluations, told by what the vendor sent and not by our mapping. */
import { expect } from 'vitest';
import type { Table } from '../../../model/column.js';
import { tableNames, tables } from '../../../model/tables.js';
import { versionedPlans } from '../../../warehouses/sql/mergePlan.js';
import type { JsonContract } from './contracts.js';
import type { Query } from './lanes.js';

/** Where the vendor's JSON of an evaluation has its answers, as path of lists, and the id in each. */
const answersOf: Readonly<Record<string, { lists: readonly string[]; id: string }[]>> = {
  'published evaluations': [{ lists: ['answers.questionGroupScores', 'questionScores'], id: 'questionId' }],
  'guide evaluations': [{ lists: ['sections', 'items'], id: 'id' }],
  'guide assessments': [{ lists: ['questions'], id: 'id' }],
  'cxone-guide assessments': [{ lists: ['answers'], id: 'questionId' }],
};

/** Tables that hold evaluations, and those of their answers. */
const scorecards = {
  evaluations: 'evaluation_answers',
  calibration_evaluations: 'calibration_answers',
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
export async function expectWhole(query: Query, contract: JsonContract, stream: string): Promise<void> {
  expect(await query(`${duplicates} UNION ALL ${orphans}`)).toEqual([]);
  const places = answersOf[`${contract} ${stream}`];
  if (places === undefined) return;
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
      const said = places.flatMap(({ lists, id: name }) =>
        lists
          .reduce<unknown[]>(itemsAt, [content])
          .map((item) => Reflect.get(item as object, name) as unknown),
      );
      expect({ id, answers: [...((answers ?? []) as string[])].sort() }).toEqual({
        id: content['id'],
        answers: said.map(String).sort(),
      });
    }
  }
}

/** Fails where a record that was staged is nowhere. */
export async function expectThere(query: Query, loaded: ReadonlySet<string>): Promise<void> {
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
