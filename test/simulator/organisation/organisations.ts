/** Organisations for tests, at presents that can be moved, and what is asked of them again and again. */
import { createOrganisation } from '../../../simulator/organisation/createOrganisation.js';
import type { Organisation, TruthTable, Viewer } from '../../../simulator/organisation/organisation.js';

export const hour = 3_600_000;
export const day = 24 * hour;
export const from = Date.parse('2026-10-01T00:00:00Z');
export const to = Date.parse('2026-10-31T00:00:00Z');
export const later = Date.parse('2027-01-15T00:00:00Z');
export const everyone: Viewer = { divisionIds: 'all' };

/** An organisation with a present that can be moved. */
export function organisation(evaluations = 600, now = later, seed = 11) {
  const clock = { now };
  const of = createOrganisation({ seed, evaluations, from, to, now: () => clock.now });
  return { of, clock };
}

export const at = (now: number, evaluations = 600) => organisation(evaluations, now).of;
export const everything = (of: Organisation, table: TruthTable) => [...of.truth(table, everyone)];
export const allSurveys = (of: Organisation) => [
  ...new Map([...of.surveyEvents(-Infinity, Infinity)].map(({ survey }) => [survey.id, survey])).values(),
];
export const allFeedback = (of: Organisation) => [...of.feedbackBy('dateCreated', -Infinity, Infinity)];
export const sorted = (ids: string[]) => [...ids].sort();
export const first = <T>(items: readonly T[], matches: (item: T) => boolean): T => {
  const found = items.find(matches);
  if (found === undefined) throw new Error('none matches');
  return found;
};
