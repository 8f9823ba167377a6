/** What files of a window are shaped into, and the names it is kept by. */
import { createHash } from 'node:crypto';
import type { JoinedWorkflow } from './joinedWorkflow.js';
import type { NormalRow } from './fields.js';

export interface PreparedPage {
  records: JoinedWorkflow[];
  /** No page of the window comes behind it. */
  isLast: boolean;
}

/** A version of a form as the questions of the window show it: the API has no forms. */
export interface PreparedForm {
  formId: string;
  contextId: string;
  name: string;
  version: string;
  /** ISO 8601 UTC. */
  extractedAt: string;
  /** What the form says of them, by normal header. */
  questions: NormalRow[];
}

export const pageName = (number: number): string => `page-${String(number).padStart(4, '0')}`;

/** Rows of questions without their workflow, page by page. */
export const orphansName = (number: number): string => `orphans-${String(number).padStart(4, '0')}`;

/** Ids of forms are the vendor's and people's words, which no file should be called by. */
export const formName = (formId: string): string =>
  `form-${createHash('sha256').update(formId).digest('hex').slice(0, 32)}`;
