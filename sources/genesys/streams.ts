/** Streams of a Genesys Cloud connection with the settings that matter to how they are read. */

export interface EvaluationsStream {
  name: 'evaluations';
  /** By lists, or by conversations that started in the window and a read of each of their evaluations. */
  discovery: 'lists' | 'conversation-details';
}

/** All divisions at once, each on its own, or only those of these ids. */
export type ChosenDivisions = 'all' | 'each' | readonly string[];

export interface AssessmentsStream {
  name: 'assessments';
  divisions: ChosenDivisions;
}

export interface CsatStream {
  name: 'csat';
  /** Scorecards whose label contains this, whatever its case. */
  label: string;
  questionIds?: readonly string[] | undefined;
  interactionTypes?: readonly string[] | undefined;
}

export interface FeedbackStream {
  name: 'feedback';
  deleted: 'archive' | 'drop';
  /** Without a choice all. */
  divisions?: ChosenDivisions | undefined;
}

export interface DivisionsStream {
  name: 'divisions';
}

export type GenesysStream = (
  EvaluationsStream | AssessmentsStream | CsatStream | FeedbackStream | DivisionsStream
) & {
  /** The conversations that records are about are read, too. */
  conversations?: boolean | undefined;
};
