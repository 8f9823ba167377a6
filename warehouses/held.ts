/** What is asked of a warehouse about what it holds, and how it answers. Types only. */
import type { Interval } from '../model/interval.js';
import type { ListedBy } from '../model/reconciliation.js';

/** Which of the evaluations it holds are meant; every condition that is given must hold. */
export interface HeldSelection {
  /** A form over all its versions. */
  formContextId?: string;
  /** One version of a form. */
  formId?: string;
  evaluationIds?: readonly string[];
  /** Submitted in this half-open span; or finished and created in it, where no submission is known. */
  submitted?: Interval;
  /** Made with a form version of another structure than this hash. */
  structureOtherThan?: string;
  /** Held back or loaded while the vendor was still calculating the score; not necessarily in `evaluations`. */
  scorePending?: true;
}

/**
 * Records that lists of a span should show. By submission: submitted in it, or created in it and not finished, no
 * retracted ones; by change: changed last in it; by conversation: finished, and of a conversation that began in it; by
 * creation: created in it.
 */
export type ListedSpan = Interval & { by: ListedBy };

/** A record that the warehouse holds, with what it takes to read it again. What its kind does not have is null. */
export interface HeldRecord {
  id: string;
  /** Empty where there is none. */
  conversationId: string;
  formId: string | null;
  divisionIds: string[];
  isAutomated: boolean | null;
  createdAt: string | null;
  submittedAt: string | null;
  /** In how many complete re-reads it was missed since it was last read. */
  absences: number;
}

/** The same of an evaluation. */
export interface HeldEvaluation extends HeldRecord {
  /** Since when its score has been pending; null when it was not asked for by that. */
  heldBackSince: string | null;
}

/** Evaluations held that were scored on a form version, by the structure of it that their rows were made with. */
export interface HeldFormVersion {
  formId: string;
  structureHash: string | null;
  evaluations: number;
}

/** A conversation that the warehouse holds, as the source sent it. */
export interface HeldConversation {
  conversationId: string;
  extractedAt: string;
  /** JSON text. */
  raw: string;
}

/** Evaluations held, those of calibrations included, by UTC day of creation and division. */
export interface HeldCount {
  day: string;
  /** Empty when the evaluation has none; one of several divisions counts in each. */
  divisionId: string;
  evaluations: number;
}
