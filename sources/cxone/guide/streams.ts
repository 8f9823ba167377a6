/** Streams of the guide contract with the settings that matter to how they are read. */

/** All at once, or each of these ids on its own. */
export type Chosen = 'all' | readonly string[];

export interface AssessmentsStream {
  name: 'assessments';
  sites: Chosen;
  queues: Chosen;
}

export interface FeedbackStream {
  name: 'feedback';
  sites: Chosen;
}

export type CxoneGuideStream = AssessmentsStream | FeedbackStream;
