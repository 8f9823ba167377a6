/** Two organisations of two vendors that gave their records the very same ids: nothing of one is about the other. */
import { describe, expect, it } from 'vitest';
import type { CanonicalRows } from '../../../model/tables.js';
import { sampleRow } from '../../support/sampleRows.js';
import { asOf, loadAs } from './asConnection.js';
import { evaluation, hour, tombstone } from './sampleEvaluation.js';
import { noSignal, type OpenTarget, type ScratchTarget } from './target.js';

/** An evaluation, a self-assessment with its answer, and feedback, all with the id e1. */
const everything = (score: number, extracted = hour(9)): CanonicalRows => {
  const of = { evaluation_id: 'e1', evaluation_month: '2026-10-01', extracted_at: extracted };
  const version = { change_stamp: hour(8), content_hash: String(score) };
  return {
    ...evaluation({
      score,
      extracted,
      values: { created_at: hour(4), submitted_at: hour(5), form_id: 'f1' },
    }),
    self_assessments: [sampleRow('self_assessments', { ...of, ...version, total_score: score })],
    self_assessment_answers: [sampleRow('self_assessment_answers', { ...of, question_id: 'q1', score })],
    feedback: [
      sampleRow('feedback', {
        ...{ feedback_id: 'e1', created_at: hour(4), extracted_at: extracted, content: String(score) },
        ...version,
      }),
    ],
  };
};

const records = ['evaluations', 'self_assessments', 'feedback'] as const;
const owners = { evaluation_answers: 'evaluations', self_assessment_answers: 'self_assessments' };

export function connectionsApart(open: OpenTarget): void {
  const ofBoth = async (): Promise<ScratchTarget> => {
    const scratch = await open();
    await loadAs(scratch, 'acme', 'a1', everything(80));
    await loadAs(scratch, 'other', 'o1', everything(40));
    return scratch;
  };
  const deleted = async (scratch: ScratchTarget, table: string) =>
    Object.fromEntries(
      (
        await scratch.rows(
          `SELECT connection, max(CASE WHEN is_deleted THEN 1 ELSE 0 END) AS deleted FROM ${table}
           GROUP BY connection ORDER BY connection`,
        )
      ).map((row) => [String(row['connection']), Number(row['deleted'])]),
    );

  describe('connections whose records have the same ids', () => {
    it('are loaded, replaced and known side by side', async () => {
      const scratch = await ofBoth();
      const before = await scratch.dump();
      await loadAs(scratch, 'other', 'o2', everything(95, hour(12)));
      const after = await scratch.dump();
      for (const table of [
        ...records,
        'evaluation_answers',
        'self_assessment_answers',
        'evaluation_history',
      ]) {
        const of = (dump: typeof before, connection: string) =>
          (dump[table] ?? []).filter((row) => row['connection'] === connection);
        expect(of(after, 'acme'), table).toEqual(of(before, 'acme'));
        expect(of(after, 'other'), table).not.toEqual(of(before, 'other'));
      }
      for (const [connection, score] of [
        ['acme', 80],
        ['other', 95],
      ] as const) {
        for (const table of ['evaluations', 'self_assessments'] as const) {
          expect(await scratch.warehouse.knownVersions(table, connection, ['e1'])).toMatchObject([
            { id: 'e1', totalScore: score },
          ]);
        }
      }
      expect(await scratch.warehouse.knownVersions('feedback', 'third', ['e1'])).toEqual([]);
    });

    it.each(records)('are deleted apart from each other: %s', async (table) => {
      const scratch = await ofBoth();
      await loadAs(scratch, 'other', 'o2', tombstone('e1', hour(12), table));
      for (const each of records) {
        expect(await deleted(scratch, each), each).toEqual({ acme: 0, other: each === table ? 1 : 0 });
      }
      for (const [part, owner] of Object.entries(owners)) {
        expect(await deleted(scratch, part), part).toEqual({ acme: 0, other: owner === table ? 1 : 0 });
      }
    });

    it('are held, counted and compared apart from each other', async () => {
      const scratch = await ofBoth();
      const missed = sampleRow('absences', {
        ...{ entity: 'evaluations', record_id: 'e1', basis: 're-read' },
        observed_at: hour(12),
        extracted_at: hour(12),
      });
      await loadAs(scratch, 'other', 'o2', { absences: [missed] });
      const { warehouse } = scratch;
      const held = async (table: 'evaluations' | 'feedback', connection: string) =>
        (
          await warehouse.heldRecords(table, connection, { start: hour(3), end: hour(10), by: 'creation' })
        ).map(({ id, absences }) => [id, absences]);
      expect(await held('evaluations', 'acme')).toEqual([['e1', 0]]);
      expect(await held('evaluations', 'other')).toEqual([['e1', 1]]);
      expect(await held('feedback', 'other')).toEqual([['e1', 0]]);
      expect(await held('feedback', 'third')).toEqual([]);
      expect(await warehouse.heldFormVersions('acme')).toMatchObject([{ formId: 'f1', evaluations: 1 }]);
      const { files } = await scratch.stage('s1', asOf('other', everything(40, hour(14))));
      if (files.evaluations === undefined || files.feedback === undefined) throw new Error('nothing staged');
      for (const [connection, verdict] of [
        ['acme', 'different'],
        ['other', 'equal'],
        ['third', 'missing'],
      ] as const) {
        expect(await warehouse.compare('evaluations', connection, files.evaluations, noSignal)).toMatchObject(
          [{ id: 'e1', verdict }],
        );
        expect(await warehouse.compare('feedback', connection, files.feedback, noSignal)).toMatchObject([
          { id: 'e1', verdict },
        ]);
      }
    });
  });
}
