/**
 * What agents think of their own conversations: some assess themselves, on the form of the evaluation and a little
 * before it. They are nowhere but in what is submitted.
 */
import { fillSheet } from './answerSheet.js';
import type { EvaluationBook } from './evaluationBook.js';
import type { Identifiers } from './identifiers.js';
import type { EvaluationState } from './organisation.js';
import { chance, mix } from './random.js';
import { scoreSheet } from './score.js';
import { afterAnchor, type Kind } from './timeline.js';
import type { ScoringSet } from './vendorModels.js';

const minute = 60_000;
const share = 0.04;
/** Begun and submitted so long before the evaluation is submitted. */
const leads = { created: 90 * minute, submitted: 40 * minute } as const;
const without: readonly Kind[] = ['pending', 'automated', 'calibration'];
/** Agents think well of themselves. */
const skill = 0.9;

export class SelfAssessments {
  constructor(
    private readonly seed: number,
    private readonly ids: Identifiers,
    private readonly book: EvaluationBook,
  ) {}

  /** Those submitted in [from, to) by the book's present. */
  *submitted(from: number, to: number): Generator<EvaluationState> {
    const { timeline } = this.book;
    const end = Math.min(to, this.book.now() + 1);
    for (const { index } of timeline.indices(from, end, afterAnchor(-leads.submitted), 'ASC')) {
      if (chance(this.seed, index, 14) < share && !without.includes(timeline.kind(index)))
        yield this.describe(index);
    }
  }

  private describe(index: number): EvaluationState {
    const unit = { index, part: 0 };
    const evaluation = this.book.events(unit, Infinity)[0]?.evaluation;
    if (evaluation === undefined) throw new RangeError(`There is no evaluation ${index}.`);
    const anchor = this.book.timeline.moments(index, 0);
    const base = anchor.submitted ?? anchor.created;
    const form = this.book.formAt(index, anchor.created);
    let sheet: ReturnType<typeof fillSheet> | undefined;
    const filled = () => (sheet ??= fillSheet(form, mix(this.seed, index, 15), skill, false));
    let scored: ScoringSet | undefined;
    const score = () => scoreSheet(form, filled().chosen, filled().naGroups);
    const { source, resourceId, agent, conversationId, queue, team, divisionIds, mediaType } = evaluation;
    const submittedDate = base - leads.submitted;
    const id = this.ids.id('selfAssessment', index);
    return {
      id,
      index,
      contextId: id,
      conversationId,
      status: 'FINISHED',
      form,
      agent,
      evaluator: agent,
      assignee: undefined,
      queue,
      team,
      divisionIds,
      mediaType,
      systemSubmitted: false,
      calibrationId: undefined,
      isScoringIndex: false,
      get scoring() {
        return (scored ??= score());
      },
      get chosen() {
        return filled().chosen;
      },
      neverRelease: false,
      releaseDate: submittedDate,
      createdDate: base - leads.created,
      assignedDate: base - leads.created,
      submittedDate,
      revisionCreatedDate: undefined,
      changedDate: submittedDate,
      conversationDate: evaluation.conversationDate,
      conversationEndDate: evaluation.conversationEndDate,
      assigneeChangedDate: undefined,
      source,
      resourceId,
      hasAssistanceFailed: false,
      rescore: false,
      aiScoring: undefined,
      agentHasRead: false,
      disputeCount: 0,
      version: 1,
      retractedEvaluationId: undefined,
      versionIds: [id],
    };
  }
}
