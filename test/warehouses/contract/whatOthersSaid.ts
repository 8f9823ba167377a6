/** What customers and supervisors said, and the conversations it is about: loaded by the rules of evaluations. */
import { describe, expect, it } from 'vitest';
import { jsonText } from '../../../model/jsonText.js';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import type { TableCounts } from '../../../warehouses/warehouse.js';
import { sampleRow } from '../../support/sampleRows.js';
import { hour, tombstone } from './sampleEvaluation.js';
import type { OpenTarget } from './target.js';

const mine = { connection: 'acme', source_system: 'genesys' } as const;

const counts = (staged: number, inserted: number, updated: number, softDeleted: number): TableCounts => {
  return { staged, inserted, updated, softDeleted };
};

interface Sample {
  hour?: number;
  csat?: number;
  questions?: string[];
  content?: string;
}

/** A survey with its answers, an entry of feedback and a conversation, all changed and read in that hour. */
function voices(id: string, sample: Sample = {}): CanonicalRows {
  const { hour: at = 8, csat = 4, questions = ['q1', 'q2'], content = 'Well done' } = sample;
  const read = { ...mine, extracted_at: hour(at), change_stamp: hour(at) };
  const survey: Partial<Row<'surveys'>> = {
    ...read,
    survey_id: id,
    status: 'FINISHED',
    csat_value: csat,
    total_score: csat * 20,
    content_hash: `${csat}/${questions.join()}`,
  };
  return {
    surveys: [sampleRow('surveys', survey)],
    survey_answers: questions.map((question) =>
      sampleRow('survey_answers', {
        ...mine,
        survey_id: id,
        question_id: question,
        extracted_at: hour(at),
        answer_value: csat,
      }),
    ),
    feedback: [
      sampleRow('feedback', {
        ...read,
        feedback_id: id,
        kind: 'feedback',
        status: 'published',
        content,
        tags: jsonText(['praise']),
        attendee_ids: jsonText(['ada']),
        content_hash: content,
      }),
    ],
    conversations: [
      sampleRow('conversations', {
        ...read,
        conversation_id: id,
        media_types: jsonText(['voice']),
        division_ids: jsonText([]),
        raw: jsonText({ id, said: content }),
        content_hash: content,
      }),
    ],
  };
}

export function whatOthersSaid(open: OpenTarget): void {
  describe('surveys, feedback and conversations', () => {
    it('are inserted, replaced as one with their answers, and not changed by an older copy', async () => {
      const scratch = await open();
      const first = await scratch.load('b1', voices('v1'), voices('v2'));
      expect(first.tables).toEqual({
        surveys: counts(2, 2, 0, 0),
        survey_answers: counts(4, 4, 0, 0),
        feedback: counts(2, 2, 0, 0),
        conversations: counts(2, 2, 0, 0),
      });
      const second = await scratch.load(
        'b2',
        voices('v1', { hour: 10, csat: 2, questions: ['q2', 'q3'], content: 'Not so well' }),
        voices('v2', { hour: 7, csat: 1, questions: ['q9'], content: 'Before' }),
      );
      expect(second.tables).toEqual({
        surveys: counts(2, 0, 1, 0),
        survey_answers: counts(3, 1, 1, 1),
        feedback: counts(2, 0, 1, 0),
        conversations: counts(2, 0, 1, 0),
      });
      const { surveys, survey_answers: answers, feedback, conversations } = await scratch.dump();
      expect(surveys).toMatchObject([
        { survey_id: 'v1', csat_value: 2, total_score: 40, batch_id: 'b2' },
        { survey_id: 'v2', csat_value: 4, batch_id: 'b1' },
      ]);
      expect(answers).toMatchObject([
        { survey_id: 'v1', question_id: 'q1', is_deleted: true, deleted_at: second.loadedAt },
        { survey_id: 'v1', question_id: 'q2', answer_value: 2, is_deleted: false },
        { survey_id: 'v1', question_id: 'q3', answer_value: 2, is_deleted: false },
        { survey_id: 'v2', question_id: 'q1', answer_value: 4, is_deleted: false },
        { survey_id: 'v2', question_id: 'q2', answer_value: 4, is_deleted: false },
      ]);
      expect(feedback).toMatchObject([
        { feedback_id: 'v1', content: 'Not so well', tags: ['praise'], attendee_ids: ['ada'] },
        { feedback_id: 'v2', content: 'Well done', first_seen_at: first.loadedAt },
      ]);
      expect(conversations).toMatchObject([
        { conversation_id: 'v1', content_hash: 'Not so well', media_types: ['voice'] },
        { conversation_id: 'v2', content_hash: 'Well done' },
      ]);
      const held = await scratch.warehouse.heldConversations('acme', ['v2', 'v1', 'never-loaded']);
      expect(held.map(({ raw, ...facts }) => ({ ...facts, body: JSON.parse(raw) as unknown }))).toEqual([
        { conversationId: 'v1', extractedAt: hour(10), body: { id: 'v1', said: 'Not so well' } },
        { conversationId: 'v2', extractedAt: hour(8), body: { id: 'v2', said: 'Well done' } },
      ]);
      expect(await scratch.warehouse.heldConversations('elsewhere', ['v1'])).toEqual([]);
    });

    it('change nothing when the same batch comes twice', async () => {
      const scratch = await open();
      const first = await scratch.load('b1', voices('v1'));
      const before = await scratch.dump();
      const again = await scratch.load('b1', voices('v1', { hour: 12, csat: 1, questions: [] }));
      expect(again).toEqual({ ...first, alreadyLoaded: true });
      expect(await scratch.dump()).toEqual(before);
    });

    it('are soft-deleted by tombstones of their own table, a survey with its answers', async () => {
      const scratch = await open();
      await scratch.load('b1', voices('v1'), voices('v2'));
      const gone = await scratch.load(
        'b2',
        tombstone('v1', hour(12), 'surveys'),
        tombstone('v2', hour(12), 'feedback'),
      );
      expect(gone.tables).toEqual({
        tombstones: counts(2, 2, 0, 0),
        surveys: counts(0, 0, 0, 1),
        survey_answers: counts(0, 0, 0, 2),
        feedback: counts(0, 0, 0, 1),
      });
      const dump = await scratch.dump();
      const deleted = (table: string, id: string) =>
        (dump[table] ?? []).filter((row) => row['is_deleted'] === true).map((row) => row[id]);
      expect(deleted('surveys', 'survey_id')).toEqual(['v1']);
      expect(deleted('survey_answers', 'survey_id')).toEqual(['v1', 'v1']);
      expect(deleted('feedback', 'feedback_id')).toEqual(['v2']);
      expect(deleted('conversations', 'conversation_id')).toEqual([]);
    });

    it('are known by their ids, like evaluations', async () => {
      const scratch = await open();
      await scratch.load('b1', voices('v1'), voices('v2', { hour: 9 }));
      await scratch.load('b2', tombstone('v2', hour(12), 'surveys'));
      expect(await scratch.warehouse.knownVersions('surveys', 'acme', ['v2', 'v1', 'v3'])).toEqual([
        {
          id: 'v1',
          changeStamp: hour(8),
          extractedAt: hour(8),
          status: 'FINISHED',
          totalScore: 80,
          isDeleted: false,
        },
        {
          id: 'v2',
          changeStamp: hour(9),
          extractedAt: hour(9),
          status: 'FINISHED',
          totalScore: 80,
          isDeleted: true,
        },
      ]);
      expect(await scratch.warehouse.knownVersions('feedback', 'acme', ['v1'])).toMatchObject([
        { id: 'v1', status: 'published', totalScore: null, isDeleted: false },
      ]);
    });
  });
}
