import { describe, it } from 'vitest';
import type { Row } from '../../../model/tables.js';
import type { BatchManifest } from '../../../warehouses/warehouse.js';
import { evaluation, hour, tombstone } from './sampleEvaluation.js';
import { expectRefusedWithoutTrace, withSecondBatch } from './secondBatch.js';
import type { OpenTarget } from './target.js';

const answer = (values: Partial<Row<'evaluation_answers'>>) => {
  const [row] = evaluation({ questions: ['q9'] }).evaluation_answers ?? [];
  return { evaluation_answers: row === undefined ? [] : [{ ...row, ...values }] };
};

export function refusedBatches(open: OpenTarget): void {
  describe('a batch that breaks a promise', () => {
    it('is refused for duplicate keys, by name and example', async () => {
      const { scratch } = await withSecondBatch(open);
      await expectRefusedWithoutTrace(
        scratch,
        await scratch.stage('twice', evaluation({ questions: ['q1', 'q1'] })),
        /evaluation_answers: the key \(connection, evaluation_id, question_id\) is not unique .*\(acme, e1, q1\) is there 2 times/,
      );
    });

    it('is refused for parts without their owner', async () => {
      const { scratch } = await withSecondBatch(open);
      const message =
        /evaluation_answers: rows of \(acme, nobody\) are staged without their row of evaluations/;
      const orphan = answer({ evaluation_id: 'nobody' });
      await expectRefusedWithoutTrace(scratch, await scratch.stage('o1', orphan), message);
      await expectRefusedWithoutTrace(scratch, await scratch.stage('o2', evaluation(), orphan), message);
    });

    it('is refused for a wrong count, a wrong hash, no Parquet, a missing file', async () => {
      const { scratch, second } = await withSecondBatch(open);
      const { evaluations } = second.files;
      if (evaluations === undefined) throw new Error('not staged');
      const withEvaluations = (changes: Partial<typeof evaluations>): BatchManifest => {
        return { ...second, files: { ...second.files, evaluations: { ...evaluations, ...changes } } };
      };
      const text = await scratch.store.put('b2/text', Buffer.from('no parquet'), 2);
      await expectRefusedWithoutTrace(
        scratch,
        withEvaluations({ rows: 7 }),
        /evaluations: the manifest says 7 rows, but the staged file has 2/,
      );
      await expectRefusedWithoutTrace(
        scratch,
        withEvaluations({ sha256: '0' }),
        /is not the file that was staged/,
      );
      await expectRefusedWithoutTrace(scratch, withEvaluations(text), /"b2\/text" is no Parquet file/);
      await expectRefusedWithoutTrace(scratch, withEvaluations({ name: 'b2/gone' }), /"b2\/gone" is missing/);
      const answers = second.files.evaluation_answers;
      if (answers === undefined) throw new Error('not staged');
      await expectRefusedWithoutTrace(
        scratch,
        withEvaluations(answers),
        /evaluations: the staged file and the column registry disagree about the column conversation_id|evaluation_context_id/,
      );
    });

    it('is refused for rows of another batch or connection, and for unknown entities', async () => {
      const { scratch, second } = await withSecondBatch(open);
      await expectRefusedWithoutTrace(scratch, { ...second, batchId: 'b3' }, /batch_id is not "b3"/);
      await expectRefusedWithoutTrace(
        scratch,
        { ...second, connection: 'other' },
        /connection is not "other"/,
      );
      await expectRefusedWithoutTrace(
        scratch,
        // No mapper can write it; a file of another version may hold it.
        await scratch.stage('t', tombstone('e1', hour(12), 'evaluation_answers' as 'evaluations')),
        /tombstones.entity "evaluation_answers" is no table/,
      );
    });
  });
}
