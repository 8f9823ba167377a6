import { describe, expect, it } from 'vitest';
import { tableNames } from '../../../model/tables.js';
import { evaluation, hour } from './sampleEvaluation.js';
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
