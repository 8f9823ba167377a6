/** The conversations that evaluations, surveys and feedback are about. */
import type { EvaluationBook } from './evaluationBook.js';
import type { Identifiers } from './identifiers.js';
import type { ConversationState, EvaluationState } from './organisation.js';
import { chance } from './random.js';
import { dateTracks } from './timeline.js';

/** What a conversation says of itself, without the evaluations of it. */
export type DescribedConversation = Omit<ConversationState, 'evaluations' | 'isForgotten'> &
  Pick<EvaluationState, 'team'>;

export class ConversationBook {
  constructor(
    private readonly seed: number,
    private readonly ids: Identifiers,
    private readonly book: EvaluationBook,
  ) {}

  /** Ids of those that are kept no longer. */
  private readonly forgotten = new Set<string>();

  forget(conversationId: string): void {
    if (this.indexOf(conversationId) === undefined)
      throw new RangeError(`conversationId "${conversationId}" is no conversation of the organisation.`);
    this.forgotten.add(conversationId);
  }

  idOf(index: number): string {
    return this.ids.id('conversation', index);
  }

  indexOf(conversationId: string): number | undefined {
    const identity = this.ids.resolve(conversationId);
    return identity?.kind === 'conversation' && identity.index < this.book.count ? identity.index : undefined;
  }

  startOf(index: number): number {
    return this.book.moments({ index, part: 0 }).conversation;
  }

  /** Evaluations of a conversation that exist now. */
  evaluations(index: number): EvaluationState[] {
    return this.book.parts(index).flatMap((part) => this.book.state({ index, part }) ?? []);
  }

  at(index: number): ConversationState | undefined {
    if (this.startOf(index) > this.book.now()) return undefined;
    const { team: _, ...conversation } = this.describe(index);
    const isForgotten = this.forgotten.has(conversation.id);
    return { ...conversation, isForgotten, evaluations: this.evaluations(index) };
  }

  /** The conversation is there before any evaluation of it: its agent and queue come from the first to be. */
  describe(index: number): DescribedConversation {
    const described = this.book.events({ index, part: 0 }, Infinity)[0]?.evaluation;
    if (described === undefined) throw new RangeError(`There is no conversation ${index}.`);
    return {
      id: this.idOf(index),
      index,
      start: described.conversationDate,
      end: described.conversationEndDate,
      divisionIds: described.divisionIds,
      queue: described.queue,
      agent: described.agent,
      team: described.team,
      mediaType: described.mediaType[0] ?? 'CALL',
      externalReference:
        chance(this.seed, index, 12) < 0.85
          ? `CRM-${100_000 + Math.floor(chance(this.seed, index, 13) * 900_000)}`
          : undefined,
    };
  }

  /** Conversations that started in [from, to), in order of their start. */
  *byStart(from: number, to: number): Generator<ConversationState> {
    const { timeline } = this.book;
    const natural = dateTracks.conversationDate
      .flatMap((track) => [...timeline.indices(from, to, track)])
      .filter(({ index, time }) => this.startOf(index) === time);
    const added = Array.from({ length: this.book.count - timeline.count }, (_, position) => {
      const index = timeline.count + position;
      return { index, time: this.startOf(index) };
    }).filter(({ time }) => time >= from && time < to);
    for (const { index } of [...natural, ...added].sort((a, b) => a.time - b.time)) {
      const conversation = this.at(index);
      if (conversation !== undefined) yield conversation;
    }
  }
}
