/** What customers and supervisors of a drawn organisation said. */
import type { CanonicalRows, Row } from '../../../model/tables.js';
import { tombstone } from '../contract/sampleEvaluation.js';
import { at, type Draws } from './draws.js';
import { feedbackEntry, survey } from './sampleVoices.js';

export interface DrawnVoices {
  first: CanonicalRows[];
  second: CanonicalRows[];
  /** Those that the source still has. */
  surveys: Row<'surveys'>[];
  feedback: Row<'feedback'>[];
}

const surveyForms = [
  { form_id: 'w1-v1', form_context_id: 'w1', form_name: 'How was it?' },
  { form_id: 'w1-v2', form_context_id: 'w1', form_name: 'How did we do?' },
  { form_id: 'w1-v2', form_context_id: null, form_name: 'How did we do?' },
  { form_id: 'w2-v1', form_context_id: 'w2', form_name: 'How was it?' },
  { form_id: 'w3-v1', form_context_id: null, form_name: 'How was it?' },
  { form_id: 'w4-v1', form_context_id: null, form_name: null },
  { form_id: null, form_context_id: null, form_name: null },
];

/** Around the begin of a month in UTC, which is another month elsewhere. */
const moments = [
  '2026-09-30T23:59:59.999Z',
  '2026-10-01T00:00:00.000Z',
  '2026-10-31T23:30:00.000Z',
  '2026-11-01T00:00:00.000Z',
  null,
];

export function drawVoices(draws: Draws): DrawnVoices {
  const [first, second]: [CanonicalRows[], CanonicalRows[]] = [[], []];

  const drawSurvey = (id: string, evaluationId: string | null): Row<'surveys'>[] => {
    const agent = draws.pick(['ada', 'bob', null]);
    const rows = survey(id, {
      ...draws.pick(surveyForms),
      evaluation_id: evaluationId,
      conversation_id: draws.chance(0.85) ? `c${draws.whole(1, 25)}` : null,
      status: draws.pick(['FINISHED', 'FINISHED', 'FINISHED', 'SENT', 'INREVIEW']),
      agent_id: agent,
      agent_name: agent === null ? null : agent.toUpperCase(),
      conversation_start: draws.pick(moments),
      // No two at the same moment, as nobody says which of them is the last one.
      completed_at: draws.chance(0.9)
        ? new Date(Date.UTC(2026, 9, 20, 0, 0, first.length)).toISOString()
        : null,
      csat_value: draws.chance(0.6) ? draws.whole(1, 5) : null,
      nps_score: draws.chance(0.6) ? draws.whole(0, 10) : null,
      total_score: draws.chance(0.8) ? draws.whole(0, 100) : null,
    });
    first.push(rows);
    if (!draws.chance(0.1)) return rows.surveys ?? [];
    second.push(tombstone(id, at(12), 'surveys'));
    return [];
  };
  const surveys = [
    ...Array.from({ length: 40 }, (_, index) => drawSurvey(`s${index}`, null)),
    // Carried by evaluations, by some that are not loaded, and by calibrations.
    ...Array.from({ length: 50 }, (_, index) => drawSurvey(`e${2 * index}`, `e${2 * index}`)),
    ...Array.from({ length: 6 }, (_, index) => drawSurvey(`k${index}`, `k${index}`)),
  ].flat();

  const feedback = Array.from({ length: 20 }, (_, index) => {
    const id = `f${index}`;
    const rows = feedbackEntry(id, {
      kind: draws.pick(['feedback', 'coaching_appointment', 'coaching_annotation']),
      status: draws.pick(['published', 'completed', 'draft']),
      is_archived: draws.chance(0.2),
      is_private: draws.pick([true, false, null]),
      content: draws.pick(['Well done', '', null]),
      agent_id: draws.pick(['ada', 'bob', null]),
    });
    first.push(rows);
    if (!draws.chance(0.2)) return rows.feedback ?? [];
    second.push(tombstone(id, at(12), 'feedback'));
    return [];
  }).flat();

  return { first, second, surveys, feedback };
}
