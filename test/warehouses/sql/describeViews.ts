/** What the views say of a loaded sample, reckoned by hand; the same for every warehouse. */
import { describe, expect, it } from 'vitest';
import { tombstone } from '../contract/sampleEvaluation.js';
import type { OpenTarget, ScratchTarget } from '../contract/target.js';
import { formVersion, formVersions, scorecard } from './sampleQuality.js';

/** @param open a warehouse that has the views */
export function describeViews(name: string, open: OpenTarget): void {
  /** Rows in the order of the columns named. */
  const read = async (target: ScratchTarget, columns: string, view: string, order: string) =>
    target.rows(`SELECT ${columns} FROM ${view} ORDER BY ${order}`);

  describe(`views of ${name}`, () => {
    it('show answers of finished evaluations alone', async () => {
      const target = await open();
      const answers = [
        { question: 'q1-v1', score: 3, of: 4 },
        { question: 'q2-v1', score: 0, of: 5, na: true },
        { question: 'q3-v1', score: null, of: null },
        { question: 'q4-v1', score: 0, of: 0 },
      ];
      await target.load(
        'b1',
        scorecard({ id: 'finished', answers }),
        scorecard({ id: 'pending', answers, values: { status: 'PENDING' } }),
        scorecard({ id: 'retracted', answers, values: { status: 'RETRACTED' } }),
        scorecard({ id: 'deleted', answers }),
      );
      await target.load('b2', tombstone('deleted', '2026-11-02T00:00:00.000Z'));
      const rows = await read(
        target,
        'evaluation_id, question_id, score_percent, agent_name',
        'v_answers_current',
        'question_id',
      );
      expect(rows).toEqual([
        { evaluation_id: 'finished', question_id: 'q1-v1', score_percent: 75, agent_name: 'ADA' },
        { evaluation_id: 'finished', question_id: 'q2-v1', score_percent: null, agent_name: 'ADA' },
        { evaluation_id: 'finished', question_id: 'q3-v1', score_percent: null, agent_name: 'ADA' },
        { evaluation_id: 'finished', question_id: 'q4-v1', score_percent: null, agent_name: 'ADA' },
      ]);
    });

    it('leave out answers that a newer version of their evaluation no longer has', async () => {
      const target = await open();
      await target.load('b1', scorecard({ id: 'e1', answers: [{ question: 'q1-v1', score: 1, of: 4 }] }));
      const again = scorecard({
        id: 'e1',
        answers: [{ question: 'q2-v1', score: 2, of: 4 }],
        values: { change_stamp: '2026-11-03T00:00:00.000Z', content_hash: 'other' },
      });
      await target.load('b2', again);
      expect(await read(target, 'question_id', 'v_answers_current', 'question_id')).toEqual([
        { question_id: 'q2-v1' },
      ]);
    });

    it('sum up agents by month and form', async () => {
      const target = await open();
      await target.load(
        'b1',
        scorecard({ id: 'e1', score: 90, values: { is_automated: true } }),
        scorecard({ id: 'e2', score: 60, version: 'v2', values: { dispute_count: 2 } }),
        scorecard({ id: 'e3', score: 0, values: { any_failed_kill_questions: true, normalized_score: 70 } }),
        scorecard({ id: 'e4', score: null, values: { is_automated: null, dispute_count: null } }),
        scorecard({ id: 'e5', score: 5, values: { status: 'INPROGRESS' } }),
        scorecard({ id: 'e6', score: 40, month: '2026-11-01' }),
        scorecard({ id: 'e7', score: 20, agent: 'bob' }),
      );
      const columns =
        'agent_id, agent_name, evaluation_month, form_versions, evaluations, scored_evaluations, average_score, ' +
        'lowest_score, highest_score, average_normalized_score, failed_fatal_evaluations, automated_evaluations, disputed_evaluations';
      expect(await read(target, columns, 'v_agent_scorecard_monthly', 'agent_id, evaluation_month')).toEqual([
        {
          agent_id: 'ada',
          agent_name: 'ADA',
          evaluation_month: '2026-10-01',
          form_versions: 2,
          evaluations: 4,
          scored_evaluations: 3,
          average_score: 50,
          lowest_score: 0,
          highest_score: 90,
          average_normalized_score: (90 + 60 + 70) / 3,
          failed_fatal_evaluations: 1,
          automated_evaluations: 1,
          disputed_evaluations: 1,
        },
        expect.objectContaining({
          agent_id: 'ada',
          evaluation_month: '2026-11-01',
          evaluations: 1,
          average_score: 40,
        }),
        expect.objectContaining({
          agent_id: 'bob',
          evaluation_month: '2026-10-01',
          evaluations: 1,
          average_score: 20,
        }),
      ]);
    });

    it('keep forms apart where the source gives no id over their versions', async () => {
      const target = await open();
      const alone = { form_context_id: null };
      await target.load(
        'b1',
        scorecard({ id: 'e1', score: 90, values: alone }),
        scorecard({ id: 'e2', score: 60, version: 'v2', values: alone }),
        scorecard({ id: 'e3', score: 30, values: { form_context_id: null, form_id: null } }),
      );
      expect(
        await read(
          target,
          'form_context_id, evaluations, average_score',
          'v_agent_scorecard_monthly',
          'average_score',
        ),
      ).toEqual([
        { form_context_id: null, evaluations: 1, average_score: 30 },
        { form_context_id: 'v2', evaluations: 1, average_score: 60 },
        { form_context_id: 'v1', evaluations: 1, average_score: 90 },
      ]);
    });

    it('call a question that two forms share as each of them does', async () => {
      const target = await open();
      const shared = { context: 'bank-1', score: 1, of: 4 };
      await target.load(
        'b1',
        scorecard({ id: 'e1', answers: [{ ...shared, question: 'q1', text: 'Sales: greeted?' }] }),
      );
      const [answer] =
        scorecard({
          id: 'e2',
          version: 'v2',
          answers: [{ ...shared, question: 'q1', text: 'Care: greeted?' }],
        }).evaluation_answers ?? [];
      const care = { form_context_id: 'care' };
      await target.load('b2', {
        ...scorecard({ id: 'e2', version: 'v2', values: care }),
        evaluation_answers: answer === undefined ? [] : [{ ...answer, ...care }],
      });
      expect(
        await read(target, 'form_context_id, question_text', 'v_question_trend', 'form_context_id'),
      ).toEqual([
        { form_context_id: 'care', question_text: 'Care: greeted?' },
        { form_context_id: 'form', question_text: 'Sales: greeted?' },
      ]);
    });

    it('leave out evaluations whose score is pending', async () => {
      const target = await open();
      const overdue = { score_calculation_status: 'pending' } as const;
      const answer = { question: 'q1-v1', of: 4 };
      await target.load(
        'b1',
        scorecard({ id: 'e1', score: 90, answers: [{ ...answer, score: 4 }] }),
        scorecard({ id: 'e2', score: 70, values: { score_calculation_status: 'failed' } }),
        scorecard({ id: 'e3', score: 10, values: overdue, answers: [{ ...answer, score: 0 }] }),
      );
      const columns = 'evaluations, scored_evaluations, average_score, lowest_score';
      expect(await read(target, columns, 'v_agent_scorecard_monthly', 'average_score')).toEqual([
        { evaluations: 2, scored_evaluations: 2, average_score: 80, lowest_score: 70 },
      ]);
      expect(await read(target, 'evaluation_id', 'v_answers_current', 'evaluation_id')).toEqual([
        { evaluation_id: 'e1' },
      ]);
      expect(await read(target, 'average_score_percent', 'v_question_trend', 'answers')).toEqual([
        { average_score_percent: 100 },
      ]);
    });

    it('keep questions of forms apart where the source gives no ids over versions', async () => {
      const target = await open();
      const on = (form: string, ...samples: Parameters<typeof scorecard>) => {
        const { evaluations = [], evaluation_answers: answers = [] } = scorecard(...samples);
        const alone = { form_id: form, form_context_id: null };
        return {
          evaluations: evaluations.map((row) => ({ ...row, ...alone })),
          evaluation_answers: answers.map((row) => ({ ...row, ...alone })),
        };
      };
      const q1 = { question: 'q1', context: null };
      await target.load(
        'b1',
        on('rubric-sales', { id: 'e1', answers: [{ ...q1, text: 'Greeted?', score: 4, of: 4 }] }),
        on('rubric-billing', { id: 'e2', answers: [{ ...q1, text: 'Refund correct?', score: 0, of: 9 }] }),
      );
      expect(
        await read(
          target,
          'form_context_id, question_context_id, question_text, max_scores, average_score_percent',
          'v_question_trend',
          'form_context_id',
        ),
      ).toEqual([
        {
          form_context_id: 'rubric-billing',
          question_context_id: 'q1',
          question_text: 'Refund correct?',
          max_scores: 1,
          average_score_percent: 0,
        },
        {
          form_context_id: 'rubric-sales',
          question_context_id: 'q1',
          question_text: 'Greeted?',
          max_scores: 1,
          average_score_percent: 100,
        },
      ]);
    });

    it('call a question in each month as the newest version of its form does, where that is loaded', async () => {
      const target = await open();
      const named = (version: 'v1' | 'v2', groupName: string, text: string) => {
        const { forms = [], form_questions: questions = [] } = formVersion(version, [
          { group: 'g1', groupName, question: `q1-${version}`, points: 4 },
        ]);
        return { forms, form_questions: questions.map((row) => ({ ...row, text })) };
      };
      const answer = { score: 1, of: 4 };
      await target.load(
        'b1',
        named('v2', 'Begin', 'Did they greet?'),
        named('v1', 'Opening', 'Greeted?'),
        scorecard({ id: 'e1', answers: [{ ...answer, question: 'q1-v1', text: 'Greeted?' }] }),
        scorecard({
          id: 'e2',
          version: 'v2',
          month: '2026-11-01',
          answers: [{ ...answer, question: 'q1-v2', text: 'Did they greet?' }],
        }),
      );
      const columns = 'evaluation_month, group_name, question_text, answers';
      const row = { group_name: 'Begin', question_text: 'Did they greet?', answers: 1 };
      expect(await read(target, columns, 'v_question_trend', 'evaluation_month')).toEqual([
        { ...row, evaluation_month: '2026-10-01' },
        { ...row, evaluation_month: '2026-11-01' },
      ]);
    });

    it('follow a question over versions of its form', async () => {
      const target = await open();
      await target.load(
        'b1',
        scorecard({ id: 'e1', answers: [{ question: 'q1-v1', text: 'Greeted?', score: 1, of: 4 }] }),
        scorecard({
          id: 'e2',
          version: 'v2',
          answers: [
            { question: 'q1-v2', text: 'Did they greet?', score: 5, of: 5 },
            { question: 'q9-v2', context: null, text: 'Alone', score: 2, of: 4, failed: true },
          ],
        }),
        scorecard({
          id: 'e3',
          version: 'v2',
          answers: [{ question: 'q1-v2', text: 'Did they greet?', score: 0, of: 5, na: true }],
        }),
        scorecard({
          id: 'e4',
          version: 'v2',
          month: '2026-11-01',
          answers: [{ question: 'q1-v2', text: 'Did they greet?', score: 4, of: 5 }],
        }),
      );
      const columns =
        'question_context_id, evaluation_month, question_text, form_versions, max_scores, answers, scored_answers, ' +
        'not_applicable_answers, average_score_percent, failed_fatal_answers';
      expect(
        await read(target, columns, 'v_question_trend', 'question_context_id, evaluation_month'),
      ).toEqual([
        {
          question_context_id: 'c-q1',
          evaluation_month: '2026-10-01',
          question_text: 'Did they greet?',
          form_versions: 2,
          max_scores: 2,
          answers: 3,
          scored_answers: 2,
          not_applicable_answers: 1,
          average_score_percent: 62.5,
          failed_fatal_answers: 0,
        },
        {
          question_context_id: 'c-q1',
          evaluation_month: '2026-11-01',
          question_text: 'Did they greet?',
          form_versions: 1,
          max_scores: 1,
          answers: 1,
          scored_answers: 1,
          not_applicable_answers: 0,
          average_score_percent: 80,
          failed_fatal_answers: 0,
        },
        {
          question_context_id: 'q9-v2',
          evaluation_month: '2026-10-01',
          question_text: 'Alone',
          form_versions: 1,
          max_scores: 1,
          answers: 1,
          scored_answers: 1,
          not_applicable_answers: 0,
          average_score_percent: 50,
          failed_fatal_answers: 1,
        },
      ]);
    });

    it('follow each version of a form on its own', async () => {
      const target = await open();
      const unlocked = { score_version_locked: false };
      const locked = { score_version_locked: true };
      await target.load(
        'b1',
        scorecard({ id: 'e1', score: 90, values: locked }),
        scorecard({ id: 'e2', score: 80, agent: 'bob', values: { ...locked, normalized_score: 70 } }),
        scorecard({ id: 'e3', score: 10, agent: 'bob', values: unlocked }),
        scorecard({ id: 'e4', score: null, values: { ...locked, normalized_score: null } }),
        scorecard({ id: 'e5', score: 60, version: 'v2', values: locked }),
        scorecard({ id: 'e6', score: 50, version: 'v2', month: '2026-11-01', values: unlocked }),
        scorecard({ id: 'e7', score: 1, values: { ...locked, form_id: null } }),
        scorecard({ id: 'e8', score: 1, values: { ...locked, status: 'RETRACTED' } }),
        scorecard({ id: 'e9', score: 1, values: { ...locked, score_calculation_status: 'pending' } }),
      );
      const columns =
        'form_context_id, form_id, evaluation_month, form_name, form_version, agents, evaluations, ' +
        'scored_evaluations, average_score, locked_evaluations, average_normalized_score';
      expect(await read(target, columns, 'v_form_version_trend', 'form_version, evaluation_month')).toEqual([
        {
          form_context_id: 'form',
          form_id: 'v1',
          evaluation_month: '2026-10-01',
          form_name: 'Service',
          form_version: formVersions.v1,
          agents: 2,
          evaluations: 4,
          scored_evaluations: 3,
          average_score: 60,
          locked_evaluations: 2,
          average_normalized_score: 80,
        },
        {
          form_context_id: 'form',
          form_id: 'v2',
          evaluation_month: '2026-10-01',
          form_name: 'Service',
          form_version: formVersions.v2,
          agents: 1,
          evaluations: 1,
          scored_evaluations: 1,
          average_score: 60,
          locked_evaluations: 1,
          average_normalized_score: 60,
        },
        {
          form_context_id: 'form',
          form_id: 'v2',
          evaluation_month: '2026-11-01',
          form_name: 'Service',
          form_version: formVersions.v2,
          agents: 1,
          evaluations: 1,
          scored_evaluations: 1,
          average_score: 50,
          locked_evaluations: 0,
          average_normalized_score: null,
        },
      ]);
    });

    it('say which form versions evaluations were made with', async () => {
      const target = await open();
      await target.load(
        'b1',
        formVersion('v1', [
          { group: 'g1', groupName: 'Opening', question: 'q1-v1', points: 4 },
          { group: 'g1', groupName: 'Opening', question: 'q2-v1', points: 6 },
          { group: 'g1', groupName: 'Opening', question: 'q3-v1', points: null },
        ]),
        scorecard({ id: 'e1' }),
        scorecard({ id: 'e2', month: '2026-11-01', values: { form_structure_hash: 'an older one' } }),
        scorecard({ id: 'e3', values: { form_structure_hash: null, status: 'PENDING' } }),
        scorecard({ id: 'e4', version: 'v2' }),
        scorecard({ id: 'e5', values: { form_id: null } }),
      );
      const columns =
        'form_id, form_name, structure_hash, questions, max_score, evaluations, drifted_evaluations, ' +
        'unpinned_evaluations, first_evaluation_month, last_evaluation_month';
      expect(await read(target, columns, 'v_form_version_drift', 'form_id')).toEqual([
        {
          form_id: 'v1',
          form_name: 'Service',
          structure_hash: 'hash of v1',
          questions: 3,
          max_score: 10,
          evaluations: 3,
          drifted_evaluations: 1,
          unpinned_evaluations: 1,
          first_evaluation_month: '2026-10-01',
          last_evaluation_month: '2026-11-01',
        },
        {
          form_id: 'v2',
          form_name: 'Service',
          structure_hash: null,
          questions: null,
          max_score: null,
          evaluations: 1,
          drifted_evaluations: 0,
          unpinned_evaluations: 1,
          first_evaluation_month: '2026-10-01',
          last_evaluation_month: '2026-10-01',
        },
      ]);
    });
  });
}
