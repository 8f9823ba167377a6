import { describe, expect, it } from 'vitest';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import { sampleRow } from '../../support/sampleRows.js';
import type { TableCounts } from '../../../warehouses/warehouse.js';
import type { OpenTarget, ScratchTarget } from './target.js';
import { evaluation, hour, tombstone, type EvaluationSample } from './sampleEvaluation.js';

const counts = (staged: number, inserted: number, updated: number, softDeleted: number): TableCounts => {
  return { staged, inserted, updated, softDeleted };
};

const state = async (scratch: ScratchTarget, id = 'e1') =>
  (
    await scratch.rows(
      `SELECT E.is_deleted AS owner, count(CASE WHEN NOT A.is_deleted THEN 1 END) AS answers FROM evaluations E
       LEFT JOIN evaluation_answers A ON A.evaluation_id = E.evaluation_id
       WHERE E.evaluation_id = '${id}' GROUP BY E.is_deleted`,
    )
  )[0];

const ofTable = { connection: 'acme', source_system: 'genesys' } as const;

/** The record e1 of each table whose records may come back, with a part where it has any. */
const returning: readonly {
  table: Row<'tombstones'>['entity'];
  part: string | null;
  read: (extracted: string) => CanonicalRows;
}[] = [
  {
    table: 'evaluations',
    part: 'evaluation_answers',
    read: (extracted) => evaluation({ extracted }),
  },
  {
    table: 'self_assessments',
    part: 'self_assessment_answers',
    read: (extracted) => {
      const common = { ...ofTable, evaluation_id: 'e1', extracted_at: extracted };
      return {
        self_assessments: [sampleRow('self_assessments', { ...common, change_stamp: hour(8) })],
        self_assessment_answers: [sampleRow('self_assessment_answers', common)],
      };
    },
  },
  {
    table: 'feedback',
    part: null,
    read: (extracted) => ({
      feedback: [
        sampleRow('feedback', {
          ...ofTable,
          ...{ feedback_id: 'e1', change_stamp: hour(8), extracted_at: extracted },
        }),
      ],
    }),
  },
];

export function tombstones(open: OpenTarget): void {
  describe('tombstones', () => {
    it('soft-delete the row and all its parts', async () => {
      const scratch = await open();
      await scratch.load('b1', evaluation());
      const { tables, loadedAt } = await scratch.load('b2', tombstone('e1', hour(12)));
      expect(tables).toEqual({
        tombstones: counts(1, 1, 0, 0),
        evaluations: counts(0, 0, 0, 1),
        evaluation_answers: counts(0, 0, 0, 2),
        evaluation_group_scores: counts(0, 0, 0, 1),
      });
      expect(await state(scratch)).toEqual({ owner: true, answers: 0 });
      expect(await scratch.rows('SELECT DISTINCT deleted_at FROM evaluation_answers')).toEqual([
        { deleted_at: loadedAt },
      ]);
    });

    it('give way only to copies that were read after the deletion was established', async () => {
      const cases: [string, EvaluationSample, boolean][] = [
        ['same stamp', { extracted: hour(13) }, false],
        ['newer stamp', { stamp: hour(13), extracted: hour(13) }, false],
        ['older stamp', { stamp: hour(7), extracted: hour(13) }, true],
        ['read before the deletion was established', { extracted: hour(11), score: 3 }, true],
        ['a newer version read before that', { stamp: hour(10), extracted: hour(11), score: 3 }, true],
      ];
      const scratch = await open();
      await scratch.load('b1', ...cases.map(([id]) => evaluation({ id })));
      await scratch.load('b2', ...cases.map(([id]) => tombstone(id, hour(12))));
      await scratch.load('b3', ...cases.map(([id, sample]) => evaluation({ id, ...sample })));
      for (const [id, , staysDeleted] of cases) {
        expect(await state(scratch, id), id).toEqual(
          staysDeleted ? { owner: true, answers: 0 } : { owner: false, answers: 2 },
        );
      }
    });

    it('are recorded for a record never loaded, and hold for an older copy that comes later', async () => {
      const scratch = await open();
      await scratch.load('b1', tombstone('e1', hour(12)));
      expect(await scratch.rows('SELECT record_id FROM tombstones')).toEqual([{ record_id: 'e1' }]);
      await scratch.load('b2', evaluation({ extracted: hour(11) }));
      expect(await state(scratch)).toEqual({ owner: true, answers: 0 });
      await scratch.load('b3', evaluation({ extracted: hour(13) }));
      expect(await state(scratch)).toEqual({ owner: false, answers: 2 });
    });

    it.each(returning)('are taken back by the very same record, when it reappears: $table', async (each) => {
      const scratch = await open();
      const states = async () => {
        const tables = [each.table, ...(each.part === null ? [] : [each.part])];
        const found = await Promise.all(
          tables.map((name) => scratch.rows(`SELECT DISTINCT is_deleted, deleted_at FROM ${name}`)),
        );
        return found.flat();
      };
      const all = (expected: object) => (each.part === null ? [expected] : [expected, expected]);
      await scratch.load('b1', each.read(hour(9)));
      const { loadedAt } = await scratch.load('b2', tombstone('e1', hour(12), each.table));
      expect(await states()).toEqual(all({ is_deleted: true, deleted_at: loadedAt }));
      await scratch.load('b3', each.read(hour(13)));
      expect(await states()).toEqual(all({ is_deleted: false, deleted_at: null }));
    });

    it('meet the rows of their own batch', async () => {
      const scratch = await open();
      await scratch.load('b1', evaluation({ extracted: hour(11) }), tombstone('e1', hour(12)));
      expect(await state(scratch)).toEqual({ owner: true, answers: 0 });
    });

    it('do not touch a copy that was read later, nor the same id of another table', async () => {
      const scratch = await open();
      await scratch.load('b1', evaluation({ extracted: hour(13) }));
      await scratch.load(
        'b2',
        tombstone('e1', hour(12)),
        tombstone('e1', hour(14), 'calibration_evaluations'),
      );
      expect(await state(scratch)).toEqual({ owner: false, answers: 2 });
    });
  });
}
