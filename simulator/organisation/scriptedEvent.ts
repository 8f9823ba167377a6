/** What a test or a person can have happen. */

/** Something that happens because a test or a person says so, at the organisation's present. */
export type ScriptedEvent =
  | { kind: 'rescore'; evaluationId: string; keepDates?: boolean }
  /** Other answers in place: the date of the last change moves, that of the submission stays. */
  | { kind: 'edit'; evaluationId: string }
  | { kind: 'reopen'; evaluationId: string }
  | { kind: 'release'; evaluationId: string }
  | { kind: 'revise'; evaluationId: string }
  | { kind: 'dispute'; evaluationId: string }
  | { kind: 'signOff'; evaluationId: string }
  /** A transient score stands until the recalculation is finished, which gives another; neither moves a date. */
  | { kind: 'recalculate' | 'finishRecalculation'; evaluationId: string }
  /** Silently: no data event tells of it, and so no tombstone either. */
  | { kind: 'delete'; evaluationId: string; silent?: boolean }
  /** Nothing tells of it. */
  | { kind: 'deleteSelfAssessment'; selfAssessmentId: string }
  /** Undoes a deletion as if it had never been: its data event, if it had one, disappears with it. */
  | { kind: 'restore'; evaluationId: string }
  | { kind: 'publishFormVersion'; contextId: string }
  /** Other weights and points under the same ids and date; evaluations are scored anew without a trace. */
  | { kind: 'editFormVersion'; formId: string }
  | { kind: 'renameUser'; userId: string; name: string }
  /** A new evaluation of the agent on the newest version of a form, by default the first, submitted now. */
  | {
      kind: 'submitEvaluation';
      agentId: string;
      formContextId?: string | undefined;
      score?: 'high' | 'low' | undefined;
    }
  | { kind: 'editFeedback'; feedbackId: string; content: string }
  | { kind: 'deleteFeedback'; feedbackId: string }
  /** The customer answers now. */
  | { kind: 'completeSurvey'; surveyId: string }
  /** The survey is gone; a data event tells of it. */
  | { kind: 'deleteSurvey'; surveyId: string }
  /** Kept no longer: what was said of it stays, but its details cannot be read any more. */
  | { kind: 'forgetConversation'; conversationId: string };

/** Ids of what an event happened to or made. */
export interface Applied {
  evaluationId?: string;
  formId?: string;
  feedbackId?: string;
  surveyId?: string;
  selfAssessmentId?: string;
}
