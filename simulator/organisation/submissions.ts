/** Everything that was submitted, evaluations, calibrations and self-assessments, with what was deleted of it since. */
import type { EvaluationBook, Unit } from './evaluationBook.js';
import type { Identifiers } from './identifiers.js';
import { lastSeen, past } from './moments.js';
import type { Submission } from './organisation.js';
import { SelfAssessments } from './selfAssessments.js';
import { dateTracks } from './timeline.js';

export class Submissions {
  private readonly selfAssessments: SelfAssessments;

  constructor(
    seed: number,
    private readonly ids: Identifiers,
    private readonly book: EvaluationBook,
    /** When self-assessments were deleted, by their ids. */
    private readonly deleted: ReadonlyMap<string, number>,
  ) {
    this.selfAssessments = new SelfAssessments(seed, ids, book);
  }

  /** Those submitted in [from, to) by the book's present, in no order. */
  *within(from: number, to: number): Generator<Submission> {
    for (const track of dateTracks.submittedDate) {
      for (const { unit, time } of this.book.naturalUnits(from, to, track, 'ASC')) {
        const seen = this.seen(unit);
        if (seen?.state.submittedDate === time) yield seen;
      }
    }
    for (const unit of this.book.scripted()) {
      const seen = this.seen(unit);
      const time = seen?.state.submittedDate;
      if (seen !== undefined && time !== undefined && time >= from && time < to) yield seen;
    }
    for (const state of this.selfAssessments.submitted(from, to)) {
      if (past(this.deleted.get(state.id), this.book.now())) continue;
      yield { kind: 'selfAssessment', state, deletedAt: undefined, segmentId: this.segmentOf(state.index) };
    }
  }

  /** As it is, or as it was before a deletion that somebody told of. */
  private seen(unit: Unit): Submission | undefined {
    const moments = this.book.moments(unit);
    const now = this.book.now();
    const deletedAt = past(moments.deleted, now) && !moments.silentlyDeleted ? moments.deleted : undefined;
    const state = this.book.state(unit, deletedAt === undefined ? now : lastSeen(moments, now));
    if (state === undefined) return undefined;
    const kind = state.calibrationId === undefined ? 'evaluation' : 'calibration';
    return { kind, state, deletedAt, segmentId: this.segmentOf(unit.index) };
  }

  private segmentOf(index: number): string {
    return this.ids.id('segment', index);
  }
}
