/** Things that happen because somebody says so, at the organisation's present. */
import type { ConversationBook } from './conversationBook.js';
import type { Directory } from './directory.js';
import type { EvaluationBook, Unit } from './evaluationBook.js';
import { firstScriptedPart } from './evaluationBook.js';
import type { FeedbackBook } from './feedbackBook.js';
import type { FormCatalogue } from './formCatalogue.js';
import type { Identifiers } from './identifiers.js';
import { past } from './moments.js';
import type { Applied, EvaluationState, ScriptedEvent } from './organisation.js';
import type { SurveyBook } from './surveyBook.js';

type EvaluationScript = Extract<ScriptedEvent, { evaluationId: string }>;

/** Everything a script can change. */
export interface Stage {
  book: EvaluationBook;
  forms: FormCatalogue;
  ids: Identifiers;
  directory: Directory;
  surveys: SurveyBook;
  feedback: FeedbackBook;
  /** When self-assessments were deleted, by their ids. */
  deletedSelfAssessments: Map<string, number>;
  conversations: ConversationBook;
}

/** A submission by a script: the conversation was some hours ago, the evaluation begun just before. */
const conversationLead = 2 * 3_600_000;
const evaluationLead = 5 * 60_000;
/** What nature had in store for an evaluation that a script makes. */
const nothingElse = {
  rescored: undefined,
  retracted: undefined,
  disputed: undefined,
  signedOff: undefined,
  deleted: undefined,
};
const skills = { high: 1, low: 0 } as const;

export class Script {
  private readonly book: EvaluationBook;
  private readonly forms: FormCatalogue;
  private readonly ids: Identifiers;

  constructor(private readonly stage: Stage) {
    ({ book: this.book, forms: this.forms, ids: this.ids } = stage);
  }

  apply(event: ScriptedEvent): Applied {
    const now = this.book.now();
    switch (event.kind) {
      case 'publishFormVersion': {
        const context = this.forms.contextIndex(event.contextId);
        if (context === undefined)
          throw new RangeError(`contextId "${event.contextId}" is no form of the organisation.`);
        return { formId: this.forms.publish(context, now).id };
      }
      case 'editFormVersion': {
        const edited = this.forms.edit(event.formId, now);
        if (edited === undefined)
          throw new RangeError(`formId "${event.formId}" is no form version of the organisation.`);
        return { formId: edited.id };
      }
      case 'renameUser': {
        const user = this.stage.directory.users.find(({ id }) => id === event.userId);
        if (user === undefined)
          throw new RangeError(`userId "${event.userId}" is no user of the organisation.`);
        user.name = event.name;
        return {};
      }
      case 'submitEvaluation':
        return this.submit(event, now);
      case 'editFeedback':
        this.stage.feedback.edit(event.feedbackId, event.content);
        return { feedbackId: event.feedbackId };
      case 'deleteFeedback':
        this.stage.feedback.delete(event.feedbackId);
        return { feedbackId: event.feedbackId };
      case 'completeSurvey':
        this.stage.surveys.complete(event.surveyId);
        return { surveyId: event.surveyId };
      case 'deleteSurvey':
        this.stage.surveys.delete(event.surveyId);
        return { surveyId: event.surveyId };
      case 'deleteSelfAssessment':
        if (this.ids.resolve(event.selfAssessmentId)?.kind !== 'selfAssessment')
          throw new RangeError(`selfAssessmentId "${event.selfAssessmentId}" is no self-assessment.`);
        this.stage.deletedSelfAssessments.set(event.selfAssessmentId, now);
        return { selfAssessmentId: event.selfAssessmentId };
      case 'forgetConversation':
        this.stage.conversations.forget(event.conversationId);
        return {};
      case 'restore':
        return this.restore(event.evaluationId, now);
      default:
        return this.applyToEvaluation(event, now);
    }
  }

  private applyToEvaluation(
    event: Exclude<EvaluationScript, { kind: 'restore' }>,
    now: number,
  ): { evaluationId: string } {
    const unit = this.book.unitOf(event.evaluationId);
    const state = unit === undefined ? undefined : this.book.state(unit);
    if (unit === undefined || state === undefined) {
      throw new RangeError(`evaluationId "${event.evaluationId}" is no evaluation that exists now.`);
    }
    const attempt = this.book.attempt(unit) + 1;
    switch (event.kind) {
      case 'rescore':
        this.book.lay(unit, {
          attempt,
          moments: {
            rescored: now,
            silentlyRescored: event.keepDates ?? false,
            // An earlier rescore gave the dates that are kept, and this one takes its place.
            ...(event.keepDates ? { submitted: state.submittedDate, changed: state.changedDate } : {}),
          },
        });
        break;
      case 'edit':
        this.book.lay(unit, {
          attempt,
          moments: {
            submitted: state.submittedDate,
            rescored: now,
            silentlyRescored: true,
            changed: now,
          },
        });
        break;
      case 'reopen':
        this.book.lay(unit, {
          attempt,
          formId: this.forms.currentAt(this.forms.contextIndex(state.form.contextId) ?? 0, now).id,
          moments: { submitted: state.submittedDate ?? now, rescored: now, silentlyRescored: false },
        });
        break;
      case 'release':
        this.book.lay(unit, { moments: { release: now, changed: now } });
        break;
      case 'dispute':
        this.book.lay(unit, { moments: { disputed: now } });
        break;
      case 'signOff':
        this.book.lay(unit, { moments: { signedOff: now } });
        break;
      case 'delete':
        this.book.lay(unit, { moments: { deleted: now, silentlyDeleted: event.silent ?? false } });
        break;
      case 'recalculate':
      case 'finishRecalculation':
        this.recalculate(unit, state, event.kind);
        break;
      case 'revise':
        return { evaluationId: this.revise(unit, state, now) };
    }
    return { evaluationId: event.evaluationId };
  }

  /** Scores once more, transiently at first; no moment is laid, so that no date moves and no data event happens. */
  private recalculate(
    unit: Unit,
    { id, submittedDate, aiScoring }: EvaluationState,
    kind: 'recalculate' | 'finishRecalculation',
  ): void {
    if (submittedDate === undefined)
      throw new RangeError(
        `evaluationId "${id}" is no submitted evaluation: it has no score to recalculate.`,
      );
    if (kind === 'finishRecalculation' && aiScoring?.pending !== true)
      throw new RangeError(`evaluationId "${id}" is no evaluation that is being recalculated.`);
    this.book.lay(unit, {
      // The count without nature's own rescore, which is added to it as long as no script replaces that one.
      attempt: (this.book.overlayOf(unit)?.attempt ?? 0) + 1,
      aiScoring: { pending: kind === 'recalculate' },
    });
  }

  private submit(
    { agentId, formContextId, score }: Extract<ScriptedEvent, { kind: 'submitEvaluation' }>,
    now: number,
  ): { evaluationId: string } {
    const agent = this.stage.directory.agents.find(({ id }) => id === agentId);
    if (agent === undefined) throw new RangeError(`agentId "${agentId}" is no agent of the organisation.`);
    const context = formContextId === undefined ? 0 : this.forms.contextIndex(formContextId);
    if (context === undefined)
      throw new RangeError(`formContextId "${formContextId}" is no form of the organisation.`);
    const unit = this.book.add(agent, score === undefined ? undefined : skills[score], {
      attempt: 0,
      formId: this.forms.currentAt(context, now).id,
      moments: {
        ...nothingElse,
        conversation: now - conversationLead,
        created: now - evaluationLead,
        submitted: now,
        release: now,
        revisionCreated: undefined,
      },
    });
    return { evaluationId: this.book.idOf(unit) };
  }

  private restore(evaluationId: string, now: number): { evaluationId: string } {
    const unit = this.book.unitOf(evaluationId);
    if (unit === undefined || !past(this.book.moments(unit).deleted, now))
      throw new RangeError(`evaluationId "${evaluationId}" is no evaluation that was deleted.`);
    this.book.lay(unit, { moments: { deleted: undefined, silentlyDeleted: false } });
    return { evaluationId };
  }

  private revise(unit: Unit, state: EvaluationState, now: number): string {
    const parts = this.book.parts(unit.index);
    const part = Math.max(firstScriptedPart - 1, ...parts) + 1;
    const revision = { index: unit.index, part };
    const moments = this.book.moments(unit);
    this.book.lay(unit, { moments: { retracted: now } });
    this.book.lay(revision, {
      attempt: 1,
      formId: state.form.id,
      replaces: { unit, version: state.version + 1 },
      moments: {
        conversation: moments.conversation,
        created: moments.created,
        submitted: now,
        release: now,
        revisionCreated: now,
        ...nothingElse,
      },
    });
    return this.ids.id('evaluation', revision.index, revision.part);
  }
}
