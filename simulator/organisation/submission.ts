/** Things that were submitted, as the organisation shows them. */
import type { EvaluationState } from './organisation.js';

export interface Submission {
  kind: 'evaluation' | 'calibration' | 'selfAssessment';
  /** As it is, or as it was before it was deleted. */
  state: EvaluationState;
  /** When it was deleted, if anything tells of it; epoch milliseconds. */
  deletedAt: number | undefined;
  /** The recording of its conversation. */
  segmentId: string;
}
