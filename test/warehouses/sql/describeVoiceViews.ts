/** What the views of surveys, feedback and metrics say, reckoned by hand; the same for every warehouse. */
import { describe, expect, it } from 'vitest';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import { reading } from '../contract/metricReadings.js';
import { tombstone } from '../contract/sampleEvaluation.js';
import { noSignal, type OpenTarget, type ScratchTarget } from '../contract/target.js';
import { scorecard } from './sampleQuality.js';
import { calibration, feedbackEntry, survey } from './sampleVoices.js';

const later = '2026-11-05T00:00:00.000Z';

/** @param open a warehouse that has the views */
export function describeVoiceViews(name: string, open: OpenTarget): void {
  const read = async (target: ScratchTarget, columns: string, view: string, order: string) =>
    target.rows(`SELECT ${columns} FROM ${view} ORDER BY ${order}`);

  /** An evaluation of a conversation. */
  const about = (
    conversation: string | null,
    id: string,
    score: number | null = 80,
    values: Partial<Row<'evaluations'>> = {},
  ) => scorecard({ id, score, values: { conversation_id: conversation, ...values } });

  describe(`views of what was said, in ${name}`, () => {
    interface CsatCase {
      what: string;
      rows: CanonicalRows[];
      gone?: CanonicalRows[];
      expected: Record<string, unknown>[];
    }
    const pair = {
      conversation_id: 'c1',
      agent_id: 'ada',
      evaluations: 1,
      quality_score: 80,
      surveys: 1,
      csat_value: 4,
      nps_score: 9,
    };
    const csatCases: CsatCase[] = [
      { what: 'one of each', rows: [about('c1', 'e1'), survey('s1')], expected: [pair] },
      { what: 'no survey', rows: [about('c1', 'e1'), survey('s2')], expected: [] },
      { what: 'no evaluation', rows: [survey('s1')], expected: [] },
      {
        what: 'several surveys: their averages, and nothing is multiplied',
        rows: [
          about('c1', 'e1'),
          survey('s1'),
          survey('s12', { conversation_id: 'c1', csat_value: 1, nps_score: null }),
          survey('s13', { conversation_id: 'c1', csat_value: 1, nps_score: 0 }),
        ],
        expected: [{ ...pair, surveys: 3, csat_value: 2, nps_score: 4.5 }],
      },
      {
        what: 'several evaluations of one agent on one form: their average',
        rows: [about('c1', 'e1', 90), about('c1', 'e2', 50), survey('s1')],
        expected: [{ ...pair, evaluations: 2, quality_score: 70 }],
      },
      {
        what: 'evaluations of several agents: one row each',
        rows: [about('c1', 'e1'), about('c1', 'e2', 50, { agent_id: 'bob' }), survey('s1')],
        expected: [pair, { ...pair, agent_id: 'bob', quality_score: 50 }],
      },
      {
        what: 'an unfinished survey',
        rows: [about('c1', 'e1'), survey('s1', { status: 'SENT' })],
        expected: [],
      },
      {
        what: 'a survey with neither CSAT nor NPS',
        rows: [about('c1', 'e1'), survey('s1', { csat_value: null, nps_score: null })],
        expected: [],
      },
      {
        what: 'NPS alone',
        rows: [about('c1', 'e1'), survey('s1', { csat_value: null })],
        expected: [{ ...pair, csat_value: null }],
      },
      {
        what: 'a deleted survey',
        rows: [about('c1', 'e1'), survey('s1')],
        gone: [tombstone('s1', later, 'surveys')],
        expected: [],
      },
      {
        what: 'a deleted evaluation',
        rows: [about('c1', 'e1'), about('c1', 'e2', 30), survey('s1')],
        gone: [tombstone('e2', later)],
        expected: [pair],
      },
      {
        what: 'retracted, unfinished and unscored evaluations, and one whose score is pending',
        rows: [
          about('c1', 'e1'),
          about('c1', 'e2', 1, { status: 'RETRACTED' }),
          about('c1', 'e3', 1, { status: 'PENDING' }),
          about('c1', 'e4', null),
          about('c1', 'e5', 1, { score_calculation_status: 'pending' }),
          survey('s1'),
        ],
        expected: [pair],
      },
      {
        what: 'a calibration of the conversation',
        rows: [calibration('k1', { conversation_id: 'c1' }), survey('s1')],
        expected: [],
      },
      {
        what: 'answers that the evaluation carries, also without a conversation',
        rows: [
          about('c1', 'e1'),
          survey('e1', { evaluation_id: 'e1', conversation_id: null }),
          about(null, 'e2', 60),
          survey('e2', { evaluation_id: 'e2', conversation_id: null, csat_value: 2 }),
        ],
        expected: [pair, { ...pair, conversation_id: null, quality_score: 60, csat_value: 2 }],
      },
      {
        what: 'the same answers carried by two evaluations of the conversation',
        rows: [
          about('c1', 'e1', 90),
          survey('e1', { evaluation_id: 'e1', completed_at: '2026-11-01T00:00:00.000Z', csat_value: 1 }),
          about('c1', 'e2', 70),
          survey('e2', { evaluation_id: 'e2', conversation_id: 'c1' }),
        ],
        expected: [{ ...pair, evaluations: 2 }],
      },
      {
        what: 'the same answers carried twice, of which one copy has no time',
        rows: [
          about('c1', 'e1'),
          survey('e1', { evaluation_id: 'e1' }),
          about('c1', 'e2'),
          survey('e2', { evaluation_id: 'e2', completed_at: null, csat_value: 1 }),
        ],
        expected: [{ ...pair, evaluations: 2 }],
      },
      {
        what: 'the same answers carried twice, of which the newer copy has no values, or fewer',
        rows: [
          about('c1', 'e1'),
          survey('e1', { evaluation_id: 'e1' }),
          about('c1', 'e2'),
          survey('e2', {
            evaluation_id: 'e2',
            conversation_id: 'c1',
            completed_at: '2026-11-03T10:00:00.000Z',
            csat_value: null,
            nps_score: null,
          }),
          about('c1', 'e3'),
          survey('e3', {
            evaluation_id: 'e3',
            conversation_id: 'c1',
            completed_at: '2026-11-03T10:00:00.000Z',
            csat_value: null,
            nps_score: 1,
          }),
        ],
        expected: [{ ...pair, evaluations: 3 }],
      },
      {
        what: 'the same answers carried by evaluations of two agents',
        rows: [
          about('c1', 'e1'),
          survey('e1', { evaluation_id: 'e1', completed_at: '2026-11-01T00:00:00.000Z', csat_value: 1 }),
          about('c1', 'e2', 50, { agent_id: 'bob' }),
          survey('e2', { evaluation_id: 'e2', agent_id: 'bob' }),
        ],
        expected: [pair, { ...pair, agent_id: 'bob', quality_score: 50 }],
      },
      {
        what: 'answers carried by a retracted evaluation and by a calibration',
        rows: [
          about('c1', 'e1'),
          survey('e1', { evaluation_id: 'e1' }),
          about('c1', 'e2', 1, { status: 'RETRACTED' }),
          survey('e2', { evaluation_id: 'e2', conversation_id: 'c1', csat_value: 1 }),
          calibration('k1', { conversation_id: 'c1' }),
          survey('k1', { evaluation_id: 'k1', csat_value: 1 }),
        ],
        expected: [pair],
      },
      {
        what: 'answers carried by an evaluation whose score is pending',
        rows: [
          about('c1', 'e1'),
          about('c1', 'e2', 10, { score_calculation_status: 'pending' }),
          survey('e2', { evaluation_id: 'e2' }),
        ],
        expected: [pair],
      },
      {
        what: 'answers that were read while their evaluation was in review, which is finished now',
        rows: [about('c1', 'e1'), survey('e1', { evaluation_id: 'e1', status: 'INREVIEW' })],
        expected: [pair],
      },
    ];

    it.each(csatCases)('set CSAT against quality: $what', async ({ rows, gone = [], expected }) => {
      const target = await open();
      await target.load('b1', ...rows);
      if (gone.length > 0) await target.load('b2', ...gone);
      const columns = 'conversation_id, agent_id, evaluations, quality_score, surveys, csat_value, nps_score';
      expect(await read(target, columns, 'v_csat_against_quality', 'quality_score DESC')).toEqual(expected);
    });

    it('set CSAT against quality by form and month', async () => {
      const target = await open();
      await target.load(
        'b1',
        about('c1', 'e1', 90),
        scorecard({ id: 'e2', month: '2026-11-01', score: 70, values: { conversation_id: 'c2' } }),
        scorecard({ id: 'e3', score: 50, values: { conversation_id: 'c1', form_context_id: 'other' } }),
        survey('s1'),
        survey('s2', { total_score: null }),
      );
      const columns =
        'form_context_id, form_name, evaluation_month, agent_name, survey_form_name, survey_score';
      const row = { form_name: 'Service', agent_name: 'ADA', survey_form_name: 'How was it?' };
      expect(
        await read(target, columns, 'v_csat_against_quality', 'evaluation_month, form_context_id'),
      ).toEqual([
        { ...row, form_context_id: 'form', evaluation_month: '2026-10-01', survey_score: 80 },
        { ...row, form_context_id: 'other', evaluation_month: '2026-10-01', survey_score: 80 },
        { ...row, form_context_id: 'form', evaluation_month: '2026-11-01', survey_score: null },
      ]);
    });

    it('set CSAT against quality within a connection', async () => {
      const target = await open();
      await target.load('b1', about('c1', 'e1'));
      const others = await target.stage('b2', survey('s1', { connection: 'other' }));
      await target.warehouse.load({ ...others, connection: 'other' }, noSignal);
      expect(await read(target, 'surveys', 'v_csat_against_quality', 'surveys')).toEqual([]);
      await target.load('b3', survey('s1'));
      expect(await read(target, 'surveys', 'v_csat_against_quality', 'surveys')).toEqual([{ surveys: 1 }]);
    });

    it('sum up CSAT and NPS of agents by month and form', async () => {
      const target = await open();
      const unknown = { conversation_start: null };
      await target.load(
        'b1',
        survey('s1', { csat_value: 5, nps_score: 10, total_score: 100 }),
        survey('s2', { csat_value: 2, nps_score: 6, total_score: 40 }),
        survey('s3', { csat_value: null, nps_score: 7, total_score: null }),
        survey('s4', { csat_value: 5, nps_score: null, conversation_id: 'c1' }),
        survey('s5', { ...unknown, completed_at: '2026-10-31T23:59:59.999Z', nps_score: 0 }),
        survey('s6', { ...unknown, completed_at: '2026-11-01T00:00:00.000Z', nps_score: null }),
        survey('s7', {
          agent_id: 'bob',
          agent_name: 'BOB',
          form_context_id: null,
          form_name: null,
          form_id: null,
        }),
        survey('s8', { status: 'EXPIRED', csat_value: 1 }),
        survey('s9', { csat_value: 1 }),
      );
      await target.load('b2', tombstone('s9', later, 'surveys'));
      const columns =
        'agent_id, agent_name, survey_month, form_name, surveys, conversations, rated_surveys, average_csat, ' +
        'average_score, nps_surveys, promoters, detractors, net_promoter_score';
      expect(await read(target, columns, 'v_agent_csat_monthly', 'agent_id, survey_month')).toEqual([
        {
          agent_id: 'ada',
          agent_name: 'ADA',
          survey_month: '2026-10-01',
          form_name: 'How was it?',
          surveys: 5,
          conversations: 4,
          rated_surveys: 4,
          average_csat: (5 + 2 + 5 + 4) / 4,
          average_score: (100 + 40 + 80 + 80) / 4,
          nps_surveys: 4,
          promoters: 1,
          detractors: 2,
          net_promoter_score: -25,
        },
        expect.objectContaining({
          agent_id: 'ada',
          survey_month: '2026-11-01',
          surveys: 1,
          nps_surveys: 0,
          net_promoter_score: null,
        }),
        expect.objectContaining({
          agent_id: 'bob',
          form_name: null,
          average_csat: 4,
          net_promoter_score: 100,
        }),
      ]);
    });

    it('sum up CSAT that evaluations carry once for a conversation, also where they are not loaded', async () => {
      const target = await open();
      const carried = (id: string, conversation: string | null, csat: number) =>
        survey(id, { evaluation_id: id, conversation_id: conversation, csat_value: csat });
      await target.load(
        'b1',
        carried('e1', 'c1', 1),
        carried('e2', 'c1', 1),
        carried('e3', 'c3', 5),
        carried('e4', null, 2),
        carried('e5', null, 4),
      );
      const columns = 'surveys, conversations, average_csat';
      expect(await read(target, columns, 'v_agent_csat_monthly', 'agent_id')).toEqual([
        { surveys: 4, conversations: 2, average_csat: 3 },
      ]);
    });

    it('keep CSAT of forms without names apart', async () => {
      const target = await open();
      const on = (form: string, csat: number) => ({
        form_context_id: null,
        form_name: null,
        form_id: form,
        csat_value: csat,
      });
      await target.load(
        'b1',
        survey('e1', { evaluation_id: 'e1', ...on('tpl-1to5', 5) }),
        survey('e2', { evaluation_id: 'e2', ...on('tpl-1to10', 10) }),
        about('c3', 'e3', 80, { form_name: 'Care' }),
        survey('e3', { evaluation_id: 'e3', ...on('tpl-3', 3) }),
        about('c4', 'e4', 80, { form_name: 'Care' }),
        survey('e4', { evaluation_id: 'e4', ...on('tpl-4', 1) }),
      );
      const columns = 'form_context_id, form_name, surveys, average_csat';
      expect(await read(target, columns, 'v_agent_csat_monthly', 'average_csat')).toEqual([
        { form_context_id: 'form', form_name: 'Care', surveys: 2, average_csat: 2 },
        { form_context_id: 'tpl-1to5', form_name: 'tpl-1to5', surveys: 1, average_csat: 5 },
        { form_context_id: 'tpl-1to10', form_name: 'tpl-1to10', surveys: 1, average_csat: 10 },
      ]);
    });

    it('unite feedback, coaching and comments', async () => {
      const target = await open();
      await target.load(
        'b1',
        feedbackEntry('f1'),
        feedbackEntry('f2', {
          kind: 'coaching_annotation',
          is_private: true,
          status: 'completed',
          content: null,
        }),
        feedbackEntry('draft', { status: 'draft' }),
        feedbackEntry('archived', { is_archived: true, status: 'deleted' }),
        feedbackEntry('deleted'),
        about('c2', 'e1', 80, {
          evaluator_id: 'eve',
          score_calculation_status: 'pending',
          comments: 'Calm',
          agent_comments: 'Thanks',
          private_comments: 'Too calm',
          submitted_at: '2026-10-07T08:00:00.000Z',
        }),
        about('c2', 'e2', 80, { comments: '', agent_comments: null }),
        about('c2', 'e6', 80, {
          evaluator_id: 'eve',
          comments: 'No submissions here',
          agent_comments: null,
          submitted_at: null,
          created_at: '2026-10-06T08:00:00.000Z',
        }),
        about('c2', 'e3', 80, { comments: 'Retracted', agent_comments: null, status: 'RETRACTED' }),
        about('c2', 'e4', 80, { comments: 'Deleted', agent_comments: null }),
        about('c2', 'e5', 80, { comments: 'Unfinished', agent_comments: null, status: 'INPROGRESS' }),
        calibration('k1', { comments: 'Calibrated' }),
      );
      await target.load('b2', tombstone('deleted', later, 'feedback'), tombstone('e4', later));
      const found = await read(
        target,
        'kind, agent_id, author_id, content, tags, is_private, created_at, conversation_id, feedback_id, evaluation_id',
        'v_agent_feedback',
        'kind, content',
      );
      const comment = {
        agent_id: 'ada',
        tags: '[]',
        is_private: false,
        created_at: '2026-10-07T08:00:00.000Z',
        conversation_id: 'c2',
        feedback_id: null,
        evaluation_id: 'e1',
      };
      const entry = {
        agent_id: 'ada',
        author_id: 'eve',
        tags: '["praise"]',
        created_at: '2026-11-01T10:00:00.000Z',
        conversation_id: 'c1',
        evaluation_id: null,
      };
      expect(found).toEqual([
        { ...comment, kind: 'agent_comment', author_id: 'ada', content: 'Thanks' },
        { ...entry, kind: 'coaching_annotation', content: null, is_private: true, feedback_id: 'f2' },
        { ...comment, kind: 'evaluator_comment', author_id: 'eve', content: 'Calm' },
        {
          ...comment,
          kind: 'evaluator_comment',
          author_id: 'eve',
          content: 'No submissions here',
          created_at: '2026-10-06T08:00:00.000Z',
          evaluation_id: 'e6',
        },
        { ...entry, kind: 'feedback', content: 'Content of f1', is_private: null, feedback_id: 'f1' },
      ]);
    });

    it('show the latest metrics, and no data as such', async () => {
      const target = await open();
      const [at8, at9, at10] = [8, 9, 10].map(
        (hour) => `2026-11-01T${String(hour).padStart(2, '0')}:00:00.000Z`,
      );
      const end = (window: string | undefined) => ({ window_end: window ?? '' });
      await target.warehouse.record('agent_metrics', [
        reading({ ...end(at8), average_score: 60, entity_name: 'Ada' }),
        reading({ ...end(at10), average_score: 75, entity_name: 'Ada L.', evaluation_count: 4 }),
        reading({ ...end(at9), average_score: 90 }),
        reading({ ...end(at9), segment_type: 'form', segment_id: 'f1', average_score: 50 }),
        reading({ ...end(at8), entity_type: 'queue', average_score: 40 }),
        reading({ ...end(at8), entity_id: 'bob', average_score: 99 }),
        reading({ ...end(at9), entity_id: 'bob', evaluation_count: 0, average_score: 0, pass_rate: 0 }),
        reading({ ...end(at8), business_day: '2026-10-31', average_score: 10 }),
        reading({ ...end(at8), connection: 'other', average_score: 11 }),
      ]);
      const found = await read(
        target,
        'connection, business_day, entity_type, entity_id, entity_name, segment_type, evaluation_count, has_data, ' +
          'average_score, pass_rate, lowest_score',
        'v_current_agent_metrics',
        'connection, business_day, entity_type, entity_id, segment_type',
      );
      const row = {
        connection: 'acme',
        business_day: '2026-11-01',
        entity_type: 'agent',
        entity_id: 'ada',
        entity_name: 'Ada',
        segment_type: 'all',
        evaluation_count: 2,
        has_data: true,
        pass_rate: 50,
        lowest_score: 72.5,
      };
      expect(found).toEqual([
        { ...row, business_day: '2026-10-31', average_score: 10 },
        { ...row, entity_name: 'Ada L.', evaluation_count: 4, average_score: 75 },
        { ...row, segment_type: 'form', average_score: 50 },
        {
          ...row,
          entity_id: 'bob',
          evaluation_count: 0,
          has_data: false,
          average_score: null,
          pass_rate: null,
          lowest_score: null,
        },
        { ...row, entity_type: 'queue', average_score: 40 },
        { ...row, connection: 'other', average_score: 11 },
      ]);
    });
  });
}
