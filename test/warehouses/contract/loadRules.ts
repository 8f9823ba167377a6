import { describe, expect, it } from 'vitest';
import type { TableCounts } from '../../../warehouses/warehouse.js';
import type { Dump, OpenTarget, ScratchTarget } from './target.js';
import { evaluation, hour, type EvaluationSample } from './sampleEvaluation.js';

const held = (scratch: ScratchTarget) =>
  scratch.rows(
    'SELECT evaluation_id, total_score, batch_id, is_deleted FROM evaluations ORDER BY evaluation_id',
  );
const counts = (staged: number, inserted: number, updated: number, softDeleted: number): TableCounts => {
  return { staged, inserted, updated, softDeleted };
};

const byTable = (evaluations: number, groups: number, answers: number, history: number) => ({
  evaluations,
  evaluation_group_scores: groups,
  evaluation_answers: answers,
  evaluation_history: history,
});

export function loadRules(open: OpenTarget): void {
  describe('a first load', () => {
    it('inserts everything and writes the audit row', async () => {
      const scratch = await open();
      const result = await scratch.load('b1', evaluation(), evaluation({ id: 'e2', questions: [] }));
      expect(result).toMatchObject({
        alreadyLoaded: false,
        tables: {
          evaluations: counts(2, 2, 0, 0),
          evaluation_group_scores: counts(1, 1, 0, 0),
          evaluation_answers: counts(2, 2, 0, 0),
          evaluation_history: counts(2, 2, 0, 0),
        },
      });
      const { load_audit: audit, evaluations } = await scratch.dump();
      expect(audit).toEqual([
        {
          connection: 'acme',
          source_system: 'genesys',
          stream: 'evaluations',
          batch_id: 'b1',
          window_start: '2026-11-01T00:00:00.000Z',
          window_end: '2026-11-02T00:00:00.000Z',
          closes_window: true,
          workflow_id: 'w',
          run_id: 'r',
          staged_rows: byTable(2, 1, 2, 2),
          inserted_rows: byTable(2, 1, 2, 2),
          updated_rows: byTable(0, 0, 0, 0),
          deleted_rows: byTable(0, 0, 0, 0),
          redacted: 1,
          gone: 2,
          pages: 3,
          requests: 4,
          notes: ["it's fine"],
          loaded_at: result.loadedAt,
        },
      ]);
      expect(evaluations).toEqual([
        expect.objectContaining({
          evaluation_id: 'e1',
          is_deleted: false,
          deleted_at: null,
          is_archived: false,
        }),
        expect.objectContaining({
          evaluation_id: 'e2',
          first_seen_at: result.loadedAt,
          loaded_at: result.loadedAt,
        }),
      ]);
    });

    it('loads a batch without files: the window is complete and empty', async () => {
      const scratch = await open();
      expect(await scratch.load('b1')).toMatchObject({ alreadyLoaded: false, tables: {} });
      expect(await scratch.rows('SELECT batch_id FROM load_audit')).toEqual([{ batch_id: 'b1' }]);
    });
  });

  describe('the same again', () => {
    it('changes nothing for the same batch, even when its staged files are gone, and reports the first counts', async () => {
      const scratch = await open();
      const first = await scratch.load('b1', evaluation());
      const before = await scratch.dump();
      const batch = await scratch.stage('b1', evaluation({ score: 1 }));
      await scratch.store.remove('b1/');
      expect(await scratch.warehouse.load(batch, AbortSignal.timeout(10_000))).toEqual({
        ...first,
        alreadyLoaded: true,
      });
      expect(await scratch.dump()).toEqual(before);
    });

    it('moves nothing but extracted_at for the same content in another batch', async () => {
      const scratch = await open();
      await scratch.load('b1', evaluation());
      const before = await scratch.dump();
      const result = await scratch.load('b2', evaluation({ extracted: hour(12) }));
      expect(result.tables).toMatchObject({
        evaluations: counts(1, 0, 0, 0),
        evaluation_answers: counts(2, 0, 0, 0),
        evaluation_history: counts(1, 0, 0, 0),
      });
      const after = await scratch.dump();
      expect(after['evaluations']).toEqual([{ ...before['evaluations']?.[0], extracted_at: hour(12) }]);
      for (const table of ['evaluation_answers', 'evaluation_group_scores', 'evaluation_history']) {
        expect(after[table]).toEqual(before[table]);
      }
    });
  });

  describe('the stale guard', () => {
    it('compares with a copy changed at 8 and read at 9', async () => {
      const cases: [string, EvaluationSample, 'replaced' | 'kept' | 'refreshed'][] = [
        ['newer change, read later', { stamp: hour(10), extracted: hour(11) }, 'replaced'],
        ['newer change, read earlier', { stamp: hour(10), extracted: hour(1) }, 'replaced'],
        ['older change, read later', { stamp: hour(7), extracted: hour(11) }, 'kept'],
        ['older by a microsecond', { stamp: '2026-11-01T07:59:59.999999Z', extracted: hour(11) }, 'kept'],
        ['same change, other content, read later', { extracted: hour(11) }, 'replaced'],
        ['same change, other content, read at the same time', {}, 'replaced'],
        ['same change, other content, read earlier', { extracted: hour(8) }, 'kept'],
        ['same content, read later', { extracted: hour(11), hash: 'original' }, 'refreshed'],
        [
          'same content, newer change',
          { stamp: hour(10), extracted: hour(11), hash: 'original' },
          'refreshed',
        ],
      ];
      const scratch = await open();
      await scratch.load('b1', ...cases.map(([id]) => evaluation({ id, score: 80, hash: 'original' })));
      const before = await scratch.dump();
      const { tables } = await scratch.load(
        'b2',
        ...cases.map(([id, sample]) => evaluation({ id, score: 90, questions: ['q2', 'q3'], ...sample })),
      );
      const after = await scratch.dump();
      expect(tables['evaluations']).toEqual(counts(9, 0, 4, 0));
      expect(tables['evaluation_answers']).toEqual(counts(18, 4, 4, 4));
      expect(tables['evaluation_history']).toMatchObject({ staged: 9, updated: 0 });
      for (const [id, sample, outcome] of cases) {
        const of = (dump: Dump, table: string) =>
          (dump[table] ?? []).filter((row) => row['evaluation_id'] === id);
        if (outcome === 'replaced') {
          expect(of(after, 'evaluations'), id).toMatchObject([{ total_score: 90, batch_id: 'b2' }]);
          expect(of(after, 'evaluation_answers'), id).toMatchObject([
            { question_id: 'q1', score: 80, is_deleted: true },
            { question_id: 'q2', score: 90, is_deleted: false },
            { question_id: 'q3', score: 90, is_deleted: false },
          ]);
          continue;
        }
        const moved =
          outcome === 'kept' ? {} : { extracted_at: sample.extracted, change_stamp: sample.stamp ?? hour(8) };
        expect(of(after, 'evaluations'), id).toEqual([{ ...of(before, 'evaluations')[0], ...moved }]);
        expect(of(after, 'evaluation_answers'), id).toEqual(of(before, 'evaluation_answers'));
      }
    });

    it('records every version in history, stale ones too', async () => {
      const scratch = await open();
      await scratch.load('b1', evaluation({ stamp: hour(8), score: 80 }));
      await scratch.load('b2', evaluation({ stamp: hour(7), score: 70 }));
      const stamps = await scratch.rows('SELECT total_score FROM evaluation_history ORDER BY change_stamp');
      expect(stamps).toEqual([{ total_score: 70 }, { total_score: 80 }]);
    });

    it('gives the same current rows in whatever order versions arrive', async () => {
      const versions = [
        evaluation({ stamp: hour(1), extracted: hour(2), score: 10, questions: ['a'] }),
        evaluation({ stamp: hour(3), extracted: hour(4), score: 30, questions: ['a', 'b'] }),
        evaluation({ stamp: hour(3), extracted: hour(5), score: 40, questions: ['b'] }),
      ];
      const current = async (order: number[]) => {
        const scratch = await open();
        for (const index of order) await scratch.load(`b${index}`, versions[index] ?? {});
        return [
          await held(scratch),
          await scratch.rows(
            'SELECT question_id, score FROM evaluation_answers WHERE NOT is_deleted ORDER BY question_id',
          ),
          await scratch.rows('SELECT total_score FROM evaluation_history ORDER BY total_score'),
        ];
      };
      const inOrder = await current([0, 1, 2]);
      for (const order of [[2, 1, 0]]) expect(await current(order)).toEqual(inOrder);
    });
  });

  describe('parts', () => {
    it("that the new version no longer has are soft-deleted, and nobody else's", async () => {
      const scratch = await open();
      const cases: [string, string[], string[]][] = [
        ['one is gone', ['q1'], ['q2']],
        ['reopened with new ids', ['r1', 'r2'], ['q1', 'q2']],
        ['no answers are left', [], ['q1', 'q2']],
      ];
      await scratch.load('b1', evaluation({ id: 'other' }), ...cases.map(([id]) => evaluation({ id })));
      const { loadedAt } = await scratch.load(
        'b2',
        ...cases.map(([id, questions]) =>
          evaluation({ id, questions, stamp: hour(10), extracted: hour(11) }),
        ),
      );
      const parts = await scratch.rows(
        'SELECT evaluation_id AS id, question_id AS question, is_deleted, deleted_at FROM evaluation_answers',
      );
      const expected = [...cases, ['other', ['q1', 'q2'], []] as const].flatMap(([id, kept, gone]) => [
        ...gone.map((question) => ({ id, question, is_deleted: true, deleted_at: loadedAt })),
        ...kept.map((question) => ({ id, question, is_deleted: false, deleted_at: null })),
      ]);
      expect(parts).toHaveLength(expected.length);
      expect(parts).toEqual(expect.arrayContaining(expected));
    });

    it('takes back a part that returns and keeps when it was first seen', async () => {
      const scratch = await open();
      const { loadedAt } = await scratch.load('b1', evaluation());
      await scratch.load('b2', evaluation({ questions: ['q1'], stamp: hour(10) }));
      await scratch.load('b3', evaluation({ questions: ['q1', 'q2'], score: 5, stamp: hour(11) }));
      expect(
        await scratch.rows(
          'SELECT DISTINCT first_seen_at, is_deleted, deleted_at, score FROM evaluation_answers',
        ),
      ).toEqual([{ first_seen_at: loadedAt, is_deleted: false, deleted_at: null, score: 5 }]);
    });

    it('keeps the month of the first load, for the owner and for all parts ever', async () => {
      const scratch = await open();
      await scratch.load(
        'b1',
        evaluation({ month: '2026-10-01' }),
        evaluation({ id: 'e2', month: '2026-09-01' }),
      );
      const moved = { month: '2026-11-01', stamp: hour(10), score: 90 };
      await scratch.load(
        'b2',
        evaluation({ ...moved, questions: ['q2', 'q3'] }),
        evaluation({ ...moved, id: 'e3' }),
      );
      await scratch.load('b3', evaluation({ ...moved, stamp: hour(11), questions: ['q3'], score: 91 }));
      const months = (table: string) =>
        scratch.rows(
          `SELECT DISTINCT evaluation_id AS id, evaluation_month AS month FROM ${table} ORDER BY id`,
        );
      for (const table of ['evaluations', 'evaluation_answers', 'evaluation_group_scores']) {
        expect(await months(table)).toEqual([
          { id: 'e1', month: '2026-10-01' },
          { id: 'e2', month: '2026-09-01' },
          { id: 'e3', month: '2026-11-01' },
        ]);
      }
      expect(
        await scratch.rows(
          `SELECT question_id, is_deleted FROM evaluation_answers WHERE evaluation_id = 'e1' ORDER BY question_id`,
        ),
      ).toEqual([
        { question_id: 'q1', is_deleted: true },
        { question_id: 'q2', is_deleted: true },
        { question_id: 'q3', is_deleted: false },
      ]);
    });
  });
}
