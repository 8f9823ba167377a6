/** Looking back: what was submitted is shown as it was at an instant, whatever scripts did since. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createOrganisation } from '../../../simulator/organisation/createOrganisation.js';
import type { Organisation, ScriptedEvent } from '../../../simulator/organisation/organisation.js';
import { dayMs } from '../../../simulator/common/instants.js';

const from = Date.parse('2026-09-01T00:00:00Z');
const to = from + 10 * dayMs;
const start = to + dayMs;

/** An organisation of the same seed, at a present that can be moved. */
function organisation() {
  const clock = { now: start };
  const of = createOrganisation({ seed: 5, evaluations: 60, from, to, now: () => clock.now });
  return { of, clock };
}

function happen({ of, clock }: ReturnType<typeof organisation>, { at, event }: Step): void {
  clock.now = at;
  try {
    of.apply(event);
  } catch (error) {
    // Some things cannot happen to what was deleted before: that is so in both organisations.
    if (!(error instanceof RangeError)) throw error;
  }
}

function shown(of: Organisation, asOf?: number) {
  return [...of.submissions(from, start + 100 * dayMs, asOf)]
    .map(({ kind, state, deletedAt, segmentId }) => ({
      kind,
      deletedAt,
      segmentId,
      id: state.id,
      status: state.status,
      changedDate: state.changedDate,
      submittedDate: state.submittedDate,
      score: state.scoring?.totalScore,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

const { of: plain } = organisation();
const ids = plain.pick('finished', 8, { divisionIds: 'all' });
const [agent] = plain.users();
const kinds = ['rescore', 'edit', 'delete', 'restore', 'dispute', 'signOff', 'revise', 'reopen'] as const;

interface Step {
  at: number;
  event: ScriptedEvent;
}

const steps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      after: fc.integer({ min: 1, max: 5 * dayMs }),
      event: fc.oneof(
        fc.record({ kind: fc.constantFrom(...kinds), evaluationId: fc.constantFrom(...ids) }),
        fc.constant({ kind: 'submitEvaluation' as const, agentId: agent?.id ?? '' }),
      ),
    }),
    { maxLength: 12 },
  )
  .map((drawn) => {
    let at = start;
    return drawn.map(({ after, event }) => ({ at: (at += after), event }));
  });

it('shows what an organisation shows to which nothing happened since', () => {
  fc.assert(
    fc.property(steps, fc.nat({ max: 12 }), (all, position) => {
      const instant = all[position]?.at ?? start;
      const [later, then] = [organisation(), organisation()];
      for (const step of all) happen(later, step);
      for (const step of all) if (step.at <= instant) happen(then, step);
      later.clock.now = Math.max(later.clock.now, instant) + dayMs;
      then.clock.now = instant;
      expect(shown(later.of, instant)).toEqual(shown(then.of));
    }),
    { numRuns: 60 },
  );
});
