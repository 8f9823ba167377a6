/** Customers who answer after their conversation was evaluated, which moves no date of the evaluation. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Simulator } from '../../../simulator/server.js';
import { withOverlap } from '../../../model/windows.js';
import { everything, openSimulator, recordsOf, sourceOf, span } from './simulatedGuide.js';

const day = 86_400_000;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await openSimulator({ evaluations: 300, client: { divisionIds: 'all' } });
});
afterAll(() => simulator.close());

/** An evaluation that was submitted, of a conversation whose customer never answered. */
function unanswered() {
  const { organisation } = simulator;
  for (const row of organisation.truth('evaluations', { divisionIds: 'all' })) {
    const surveys = organisation.surveysOfConversation(String(row['conversation_id']));
    const expired = surveys.find(({ status }) => status === 'Expired');
    const submittedAt = row['submitted_at'];
    if (surveys.length === 1 && expired !== undefined && typeof submittedAt === 'string') {
      return { evaluationId: String(row['evaluation_id']), surveyId: expired.id, submittedAt };
    }
  }
  throw new Error('no survey expired');
}

test('an answer that comes days after the submission is found by the overlap, and only by that', async () => {
  const source = sourceOf(simulator, { name: 'csat', label: 'csat' });
  const { evaluationId, surveyId, submittedAt } = unanswered();
  const idsIn = async (window: typeof span) => (await recordsOf(source, window)).map(({ id }) => id);
  expect(await idsIn(everything)).not.toContain(evaluationId);
  simulator.organisation.apply({ kind: 'completeSurvey', surveyId });

  const submitted = Date.parse(submittedAt);
  const next = {
    start: new Date(submitted + day).toISOString(),
    end: new Date(submitted + 2 * day).toISOString(),
  };
  expect(await idsIn(next)).not.toContain(evaluationId);
  expect(await idsIn(withOverlap(next, 7 * day, span.start))).toContain(evaluationId);
});
