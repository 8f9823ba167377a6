/**
 * The score of a scorecard, recomputed from its answers and the form version it was scored on. The formula is the
 * one Genesys publishes: sum of points times weight over sum of possible points times weight, in percent, leaving
 * out whatever is not applicable. Vendor-neutral: adapters translate into these terms.
 */

export interface ScoredQuestion {
  /** Points reached, before weights. */
  score: number;
  /** Points possible, before weights; null for questions that give no points. */
  maxScore: number | null;
  /** Weight that applies to the question: that of its group where the form scales groups, else 1. */
  weight: number;
  /** Marked not applicable, by the evaluator, with its group, or by a visibility condition. */
  notApplicable: boolean;
}

/**
 * 100 * sum(score * weight) / sum(maxScore * weight) over scored questions; null when there are none, or when points
 * are so large that no number holds the sums.
 */
export function normalizedScore(questions: readonly ScoredQuestion[]): number | null {
  // Summed by weight first: whole points stay exact, so the order of questions cannot matter.
  const byWeight = new Map<number, { reached: number; possible: number }>();
  for (const { score, maxScore, weight, notApplicable } of questions) {
    if (notApplicable || maxScore === null) continue;
    const sums = byWeight.get(weight) ?? { reached: 0, possible: 0 };
    sums.reached += score;
    sums.possible += maxScore;
    byWeight.set(weight, sums);
  }
  let reached = 0;
  let possible = 0;
  for (const [weight, sums] of [...byWeight].sort(([a], [b]) => a - b)) {
    reached += sums.reached * weight;
    possible += sums.possible * weight;
  }
  const percent = (100 * reached) / possible;
  return Number.isFinite(percent) ? percent : null;
}

/** How the source's total score relates to the recomputed one. */
export type ScoreParity = 'equal' | 'fatal_zero' | 'different' | 'not_scored';

/** Sources send 32-bit floats; what is closer than this in percent points is the same score. */
const tolerance = 0.01;

/**
 * Compares scores. A source may set the total to zero when a fatal question was failed: that is no deviation, but it
 * is said. Neither score is ever changed.
 */
export function scoreParity(
  source: number | null,
  recomputed: number | null,
  anyFailedFatalQuestion: boolean,
): ScoreParity {
  if (source === null && recomputed === null) return 'not_scored';
  if (source === null || recomputed === null) return 'different';
  if (Math.abs(source - recomputed) <= tolerance) return 'equal';
  return anyFailedFatalQuestion && source === 0 ? 'fatal_zero' : 'different';
}
