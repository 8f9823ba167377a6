import { describe, expect, it } from 'vitest';
import { jsonText } from '../../../model/jsonText.js';
import { tableNames } from '../../../model/tables.js';
import { evaluation, hour, tombstone } from './sampleEvaluation.js';
import { noSignal, type OpenTarget } from './target.js';

export function schemaRules(open: OpenTarget): void {
  describe('the schema', () => {
    it('is made once, and recorded', async () => {
      const { warehouse } = await open();
      expect(await warehouse.ensureSchema()).toEqual([]);
      const recorded = await warehouse.query('SELECT table_name, column_name, change FROM schema_changes');
      expect(recorded).toHaveLength(tableNames.length);
      expect(recorded).toContainEqual({
        table_name: 'evaluations',
        column_name: null,
        change: 'create_table',
      });
    });

    it('gets a missing column back, nullable; rows loaded before have nothing in it', async () => {
      const scratch = await open();
      await scratch.load('b1', evaluation());
      await scratch.dropColumn('evaluations', 'media_types');
      expect(await scratch.warehouse.ensureSchema()).toEqual([
        { table: 'evaluations', column: 'media_types', change: 'add_column' },
      ]);
      await scratch.load('b2', evaluation({ id: 'e2' }));
      expect((await scratch.dump())['evaluations']).toMatchObject([
        { evaluation_id: 'e1', media_types: null },
        { evaluation_id: 'e2', media_types: {} },
      ]);
    });
  });

  describe('a load', () => {
    it('makes the tables where there are none, also where they were taken away since the last one', async () => {
      const scratch = await open();
      for (const batchId of ['b1', 'b2']) {
        await scratch.empty();
        expect(await scratch.load(batchId, evaluation())).toMatchObject({ alreadyLoaded: false });
        const dump = await scratch.dump();
        expect(dump['load_audit']).toMatchObject([{ batch_id: batchId }]);
        expect(dump['evaluation_answers']).toHaveLength(2);
        expect(dump['schema_changes']).toHaveLength(tableNames.length);
      }
    });

    it('makes a column that went missing since the last one', async () => {
      const scratch = await open();
      await scratch.load('b1', evaluation(), evaluation({ id: 'e2' }));
      await scratch.dropColumn('evaluations', 'assignee_id');
      await scratch.dropColumn('evaluation_answers', 'ai_explanation');
      await scratch.load('b2', evaluation({ score: 5, stamp: hour(10) }));
      const { evaluations, evaluation_answers: answers } = await scratch.dump();
      expect(evaluations).toMatchObject([
        { evaluation_id: 'e1', assignee_id: 'text', total_score: 5 },
        { evaluation_id: 'e2', assignee_id: null },
      ]);
      expect(answers?.map((row) => row['ai_explanation'])).toEqual(['text', 'text', null, null]);
    });
  });

  describe('rows of which nobody says whether they are deleted', () => {
    /** Three evaluations with two answers each, after the column was lost and came back. */
    const withoutFlags = async () => {
      const scratch = await open();
      const values = { division_ids: jsonText([]) };
      await scratch.load('b1', ...['e1', 'e2', 'e3'].map((id) => evaluation({ id, values })));
      for (const table of ['evaluations', 'evaluation_answers', 'evaluation_group_scores'] as const) {
        await scratch.dropColumn(table, 'is_deleted');
      }
      await scratch.warehouse.ensureSchema();
      return scratch;
    };

    it('are deleted by a tombstone, with their parts', async () => {
      const scratch = await withoutFlags();
      const { tables } = await scratch.load('b2', tombstone('e1', hour(12)));
      expect(tables).toMatchObject({
        evaluations: { softDeleted: 1 },
        evaluation_answers: { softDeleted: 2 },
        evaluation_group_scores: { softDeleted: 1 },
      });
    });

    it('lose the parts that a new version no longer has', async () => {
      const scratch = await withoutFlags();
      const { tables } = await scratch.load('b2', evaluation({ stamp: hour(10), questions: ['q1', 'q3'] }));
      expect(tables).toMatchObject({ evaluation_answers: { inserted: 1, updated: 1, softDeleted: 1 } });
    });

    it('are written again when they are read again, so that it is said', async () => {
      const scratch = await withoutFlags();
      const flags = async () => (await scratch.dump())['evaluations']?.map(({ is_deleted: flag }) => flag);
      expect(await flags()).toEqual([null, null, null]);
      await scratch.load('b2', evaluation({ extracted: hour(12) }));
      expect(await flags()).toEqual([false, null, null]);
    });

    it('are held', async () => {
      const { warehouse } = await withoutFlags();
      const ids = ['e1', 'e2', 'e3'];
      const year = { start: '2026-01-01T00:00:00.000Z', end: '2027-01-01T00:00:00.000Z' };
      const held = await warehouse.heldEvaluations('acme', {});
      expect(held.map(({ id }) => id)).toEqual(ids);
      const records = await warehouse.heldRecords('evaluations', 'acme', { ...year, by: 'creation' });
      expect(records.map(({ id }) => id)).toEqual(ids);
      const counted = await warehouse.countHeld('acme', year);
      expect(counted.map(({ evaluations }) => evaluations)).toEqual([3]);
      expect(await warehouse.heldFormVersions('acme')).toMatchObject([{ evaluations: 3 }]);
    });
  });

  describe('a load that is aborted', () => {
    it('leaves everything as it was, or all of it done, and succeeds the next time', async () => {
      const scratch = await open();
      await scratch.load('b1', evaluation());
      const before = await scratch.dump();
      const batch = await scratch.stage('b2', evaluation({ score: 5 }), evaluation({ id: 'e2' }));
      for (const delay of [0, 20, 50]) {
        const abort = new AbortController();
        const reason = new Error('worker is shutting down');
        setTimeout(() => abort.abort(reason), delay);
        const outcome = await scratch.warehouse.load(batch, abort.signal).catch((error: unknown) => error);
        if (outcome !== reason) break;
        expect(await scratch.dump()).toEqual(before);
      }
      await scratch.warehouse.load(batch, noSignal);
      expect((await scratch.dump())['evaluations']).toMatchObject([
        { evaluation_id: 'e1', total_score: 5 },
        { evaluation_id: 'e2', total_score: 80 },
      ]);
    });
  });
}
