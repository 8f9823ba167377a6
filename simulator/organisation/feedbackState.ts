/** What evaluators write to agents outside of evaluations, as the organisation shows it. */
import type { User } from './vendorModels.js';

export type FeedbackDateField = 'dateCreated' | 'dateModified';

/** The state of one entry at the organisation's present. Times in epoch milliseconds. */
export interface FeedbackState {
  id: string;
  /** Position of its conversation in the organisation. */
  index: number;
  /** Id of its text where that is an annotation of a coaching appointment. */
  annotationId: string;
  dateCreated: number;
  /** Its last edit or its deletion; its creation before there was any. */
  dateModified: number;
  agent: User;
  author: User;
  content: string;
  tags: string[];
  status: 'draft' | 'published' | 'deleted';
  /** A few are about no conversation. */
  conversationId: string | undefined;
  externalReference: string | undefined;
  divisionIds: string[];
}
