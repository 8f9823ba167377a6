/** What evaluators write to agents outside of evaluations, by its moments and by what a script did to it. */
import type { ConversationBook } from './conversationBook.js';
import type { EvaluationBook } from './evaluationBook.js';
import type { FeedbackDateField, FeedbackState } from './feedbackState.js';
import type { Identifiers } from './identifiers.js';
import { mergeOrdered, orderTies } from './merge.js';
import { past } from './moments.js';
import { chance, pickFrom } from './random.js';
import { afterAnchor, type Track } from './timeline.js';

const hour = 3_600_000;
const day = 24 * hour;

/** Share of the conversations after which somebody writes to the agent. */
const noted = 0.1;

/** Distances from the anchor of the evaluation. */
const created = 3 * hour;
const editDelays = [4 * hour, 3 * day] as const;
const deletion = 6 * day;

const dateTracks: Record<FeedbackDateField, readonly Track[]> = {
  dateCreated: [afterAnchor(created)],
  dateModified: [0, ...editDelays, deletion].map((delay) => afterAnchor(created + delay)),
};

const openings = [
  'Well done: the customer felt heard.',
  'Please read the disclosure before the identity check.',
  'Let us listen to the first two minutes together.',
  'Sehr gute Zusammenfassung am Ende.',
  'Try to offer the callback earlier; see the guideline, chapter 4.',
];
const additions = [
  'Added after we spoke: agreed on a second session.',
  'Correction: the disclosure was read, but late.',
  'Update: much better this week 👍',
];
const tagNames = ['coaching', 'compliance', 'praise', 'product knowledge', 'tone'];

interface FeedbackMoments {
  created: number;
  edited: number | undefined;
  deleted: number | undefined;
}

interface Overlay extends Partial<FeedbackMoments> {
  content?: string;
}

export class FeedbackBook {
  private readonly overlays = new Map<number, Overlay>();

  constructor(
    private readonly seed: number,
    private readonly ids: Identifiers,
    private readonly book: EvaluationBook,
    private readonly conversations: ConversationBook,
  ) {}

  byId(id: string): FeedbackState | undefined {
    const identity = this.ids.resolve(id);
    return identity?.kind === 'feedback' ? this.at(identity.index) : undefined;
  }

  *by(field: FeedbackDateField, from: number, to: number): Generator<FeedbackState> {
    const end = Math.min(to, this.book.now() + 1);
    const scripted = [...this.overlays.keys()]
      .flatMap((index) => this.at(index) ?? [])
      .filter((entry) => entry[field] >= from && entry[field] < end)
      .sort((a, b) => a[field] - b[field]);
    const sources = [...dateTracks[field].map((track) => this.onTrack(field, from, end, track)), scripted];
    yield* orderTies(
      mergeOrdered(sources, (a, b) => a[field] < b[field]),
      (entry) => entry[field],
    );
  }

  edit(id: string, content: string): void {
    this.lay(id, { edited: this.book.now(), content });
  }

  delete(id: string): void {
    this.lay(id, { deleted: this.book.now() });
  }

  private lay(id: string, change: Overlay): void {
    const entry = this.byId(id);
    if (entry === undefined || entry.status === 'deleted')
      throw new RangeError(`feedbackId "${id}" is no feedback that exists now.`);
    this.overlays.set(entry.index, { ...this.overlays.get(entry.index), ...change });
  }

  private *onTrack(
    field: FeedbackDateField,
    from: number,
    to: number,
    track: Track,
  ): Generator<FeedbackState> {
    for (const { index, time } of this.book.timeline.indices(from, to, track)) {
      if (this.overlays.has(index) || this.moments(index) === undefined) continue;
      const entry = this.at(index);
      if (entry !== undefined && entry[field] === time) yield entry;
    }
  }

  private moments(index: number): FeedbackMoments | undefined {
    const { timeline } = this.book;
    if (index >= timeline.count || chance(this.seed, index, 301) >= noted) return undefined;
    const written = timeline.base(index) + created;
    const later = chance(this.seed, index, 302);
    const delay = editDelays[chance(this.seed, index, 303) < 0.5 ? 0 : 1];
    return {
      created: written,
      edited: later < 0.3 ? written + delay : undefined,
      deleted: later >= 0.25 && later < 0.35 ? written + deletion : undefined,
      ...this.overlays.get(index),
    };
  }

  private at(index: number): FeedbackState | undefined {
    const now = this.book.now();
    const moments = this.moments(index);
    if (moments === undefined || moments.created > now) return undefined;
    const edited = past(moments.edited, now) ? moments.edited : undefined;
    const deleted = past(moments.deleted, now) ? moments.deleted : undefined;
    const conversation = this.conversations.describe(index);
    const about = chance(this.seed, index, 304) < 0.9;
    const opening = pickFrom(openings, chance(this.seed, index, 305));
    const addition = pickFrom(additions, chance(this.seed, index, 306));
    const tag = chance(this.seed, index, 307);
    return {
      id: this.ids.id('feedback', index),
      index,
      annotationId: this.ids.id('annotation', index),
      dateCreated: moments.created,
      dateModified: Math.max(moments.created, edited ?? 0, deleted ?? 0),
      agent: conversation.agent,
      author: this.book.evaluatorOf(index, 0),
      content:
        edited === undefined ? opening : (this.overlays.get(index)?.content ?? `${opening} ${addition}`),
      tags: [...new Set([pickFrom(tagNames, tag), pickFrom(tagNames, tag * 7)])],
      status:
        deleted === undefined ? (chance(this.seed, index, 308) < 0.06 ? 'draft' : 'published') : 'deleted',
      conversationId: about ? conversation.id : undefined,
      externalReference: about ? conversation.externalReference : undefined,
      divisionIds: [conversation.agent.division.id],
    };
  }
}
