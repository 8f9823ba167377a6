/** What customers and supervisors said, each with what matters to a test. */
import { jsonText } from '../../../model/jsonText.js';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import { sampleRow } from '../../support/sampleRows.js';

const mine = { connection: 'acme', source_system: 'genesys' } as const;

/** A finished survey about the conversation of the same number as its id: `s1` is about `c1`. */
export const survey = (id: string, values: Partial<Row<'surveys'>> = {}): CanonicalRows => ({
  surveys: [
    sampleRow('surveys', {
      ...mine,
      survey_id: id,
      conversation_id: `c${id.slice(1)}`,
      evaluation_id: null,
      status: 'FINISHED',
      agent_id: 'ada',
      agent_name: 'ADA',
      form_id: 'survey-v1',
      form_context_id: 'survey',
      form_name: 'How was it?',
      conversation_start: '2026-10-05T10:00:00.000Z',
      completed_at: '2026-11-02T10:00:00.000Z',
      csat_value: 4,
      nps_score: 9,
      total_score: 80,
      ...values,
    }),
  ],
});

/** A published note to an agent. */
export const feedbackEntry = (id: string, values: Partial<Row<'feedback'>> = {}): CanonicalRows => ({
  feedback: [
    sampleRow('feedback', {
      ...mine,
      feedback_id: id,
      kind: 'feedback',
      agent_id: 'ada',
      author_id: 'eve',
      content: `Content of ${id}`,
      tags: jsonText(['praise']),
      status: 'published',
      is_private: null,
      conversation_id: 'c1',
      created_at: '2026-11-01T10:00:00.000Z',
      ...values,
    }),
  ],
});

/** The scorecard of an evaluator in a calibration, which never counts. */
export const calibration = (
  id: string,
  values: Partial<Row<'calibration_evaluations'>> = {},
): CanonicalRows => ({
  calibration_evaluations: [
    sampleRow('calibration_evaluations', {
      ...mine,
      evaluation_id: id,
      status: 'FINISHED',
      total_score: 1,
      ...values,
    }),
  ],
});
