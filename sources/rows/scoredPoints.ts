/** Points of an answer, in the terms of scoring. Where a contract scores nothing, it gives no points. */
import type { ScoredQuestion } from '../../model/score.js';

interface Points {
  score?: number | null | undefined;
  maxScore?: number | null | undefined;
  weight?: number | null | undefined;
}

export function scoredQuestion({ score, maxScore, weight }: Points): ScoredQuestion {
  return {
    score: score ?? 0,
    maxScore: maxScore ?? null,
    weight: weight ?? 1,
    // Without points nothing was scored: not applicable, or free text.
    notApplicable: score === null || score === undefined,
  };
}

/** What an answer reads where the question was not applicable. */
const notApplicableText = 'N/A';

/** An option may be called so, too: then there are points. */
export const isNotApplicable = (text: string | null | undefined, score: number | null | undefined): boolean =>
  text === notApplicableText && (score === null || score === undefined);
