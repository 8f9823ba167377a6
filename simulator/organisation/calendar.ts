/** Looking evaluations up by their dates and events: nature's tracks and what scripts touched, merged in order. */
import type { EvaluationBook } from './evaluationBook.js';
import { mergeOrdered, orderTies } from './merge.js';
import type { DateField as OrderedField, EvaluationEvent, EvaluationState } from './organisation.js';
import { dateTracks, eventTracks } from './timeline.js';

type DateField = OrderedField | 'changedDate';

interface Dated {
  time: number;
  state: EvaluationState;
}

export class Calendar {
  constructor(private readonly book: EvaluationBook) {}

  *evaluationsBy(
    field: DateField,
    from: number,
    to: number,
    order: 'ASC' | 'DESC',
  ): Generator<EvaluationState> {
    const sign = order === 'ASC' ? 1 : -1;
    const sources = [
      ...dateTracks[field].map((track) => this.dated(field, from, to, track, order)),
      this.scriptedDated(field, from, to).sort((a, b) => sign * (a.time - b.time)),
    ];
    for (const { state } of mergeOrdered(sources, (a, b) => sign * (a.time - b.time) < 0)) yield state;
  }

  /** In order of the last change, then of the ids: things that change in one millisecond are put in order. */
  *changed(from: number, to: number): Generator<EvaluationState> {
    const end = Math.min(to, this.book.now() + 1);
    yield* orderTies(this.evaluationsBy('changedDate', from, end, 'ASC'), ({ changedDate }) => changedDate);
  }

  *events(from: number, to: number): Generator<EvaluationEvent> {
    const end = Math.min(to, this.book.now() + 1);
    const sources = [
      ...eventTracks.map((track) => this.naturalEvents(from, end, track)),
      this.book
        .scripted()
        .flatMap((unit) => this.book.events(unit))
        .filter(({ time }) => time >= from && time < end)
        .sort((a, b) => a.time - b.time),
    ];
    yield* mergeOrdered(sources, (a, b) => a.time < b.time);
  }

  private *dated(
    field: DateField,
    from: number,
    to: number,
    track: Parameters<EvaluationBook['naturalUnits']>[2],
    order: 'ASC' | 'DESC',
  ): Generator<Dated> {
    for (const { unit, time } of this.book.naturalUnits(from, to, track, order)) {
      const state = this.book.state(unit);
      if (state !== undefined && state[field] === time) yield { time, state };
    }
  }

  private scriptedDated(field: DateField, from: number, to: number): Dated[] {
    return this.book.scripted().flatMap((unit) => {
      const state = this.book.state(unit);
      const time = state?.[field];
      return state !== undefined && time !== undefined && time >= from && time < to ? [{ time, state }] : [];
    });
  }

  private *naturalEvents(
    from: number,
    to: number,
    track: Parameters<EvaluationBook['naturalUnits']>[2],
  ): Generator<EvaluationEvent> {
    for (const { unit, time } of this.book.naturalUnits(from, to, track, 'ASC')) {
      for (const event of this.book.events(unit)) if (event.time === time) yield event;
    }
  }
}
