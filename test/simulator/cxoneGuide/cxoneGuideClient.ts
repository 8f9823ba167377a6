/** A simulator under the guide contract of CXone; what a client says to it is what one of any guide contract says. */
import { onTestFinished } from 'vitest';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../simulator/server.js';
import type { EvaluationState, FeedbackState } from '../../../simulator/organisation/organisation.js';
import {
  everyEvaluation,
  guideAs,
  isGranted,
  present,
  roomy,
  signIn,
  type Guide,
} from '../guide/guideClient.js';

/** Starts a simulator that the caller closes. */
export async function openCxoneGuide(options: SimulatorOptions = {}): Promise<Guide> {
  return cxoneGuideAs(await startSimulator({ ...roomy, contracts: ['cxone-guide'], ...options }), 'exporter');
}

/** Starts a simulator for one test, which may change it. */
export async function freshCxoneGuide(options: SimulatorOptions = {}): Promise<Guide> {
  const guide = await openCxoneGuide(options);
  onTestFinished(() => guide.simulator.close());
  return guide;
}

/** Signs a client in whose secret is its name with `-secret`. */
export async function cxoneGuideAs(simulator: Simulator, clientId: string): Promise<Guide> {
  const origin = simulator.contracts['cxone-guide']?.apiUrl;
  if (origin === undefined) throw new Error('the guide contract of CXone is not served');
  const { body } = await signIn(origin, `client_id=${clientId}&client_secret=${clientId}-secret`);
  return guideAs(simulator, origin, String(body['access_token']));
}

/** Evaluations of the organisation that are assessments, found another way than by the lists. */
export function everyAssessment(simulator: Simulator): EvaluationState[] {
  return everyEvaluation(simulator).filter(
    ({ calibrationId, status }) => calibrationId === undefined && status !== 'RETRACTED',
  );
}

/** Those that the default client may see. */
export function shownAssessments(simulator: Simulator): EvaluationState[] {
  return everyAssessment(simulator).filter((each) => isGranted(simulator, each));
}

/** Feedback that the default client may see, drafts and deleted entries included. */
export function grantedFeedback(simulator: Simulator): FeedbackState[] {
  return [...simulator.organisation.feedbackBy('dateCreated', 0, Date.parse(present) + 1)].filter((each) =>
    isGranted(simulator, each),
  );
}
