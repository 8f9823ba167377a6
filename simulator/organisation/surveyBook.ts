/** The surveys sent after conversations, by their moments and by what a script did to them. */
import type { ConversationBook } from './conversationBook.js';
import type { Identifiers } from './identifiers.js';
import { mergeOrdered } from './merge.js';
import { past } from './moments.js';
import { chance, mix } from './random.js';
import type { SurveyForms } from './surveyForms.js';
import { fillSurvey, surveyScore } from './surveySheet.js';
import type { SurveyEvent, SurveyEventKind, SurveyFate, SurveyState, SurveyStatus } from './surveyState.js';
import { afterConversation, type Timeline, type Track } from './timeline.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Share of the conversations after which a survey is made. */
const surveyed = 0.4;

/** Distances from the beginning of the conversation, which lasts a quarter of an hour at most. */
const created = 20 * minute;
const sent = 25 * minute;
const answeringTime = 2 * minute;
const answerDelays = [
  [sent + hour, 0.6],
  [sent + 8 * hour, 0.25],
  [sent + 3 * day, 0.15],
] as const;
const optedOut = sent + 30 * minute;
const abandoned = sent + 2 * hour;
const expired = sent + 7 * day;

type SurveyMoments = Partial<Record<SurveyEventKind, number>> & { created: number };

const tracks: Track[] = [
  created,
  sent,
  ...answerDelays.flatMap(([delay]) => [delay - answeringTime, delay]),
  optedOut,
  abandoned,
  expired,
].flatMap(afterConversation);

const statuses: Record<SurveyFate, SurveyStatus> = {
  created: 'Pending',
  sent: 'Sent',
  started: 'InProgress',
  finished: 'Finished',
  optedOut: 'OptOut',
  failed: 'Error',
  expired: 'Expired',
};

export class SurveyBook {
  /** When a script had surveys finished, by the index of their conversation. */
  private readonly completed = new Map<number, number>();
  /** When a script deleted surveys. */
  private readonly deleted = new Map<number, number>();

  constructor(
    private readonly seed: number,
    private readonly ids: Identifiers,
    private readonly timeline: Timeline,
    private readonly conversations: ConversationBook,
    private readonly forms: SurveyForms,
    private readonly now: () => number,
  ) {}

  byId(id: string): SurveyState | undefined {
    const identity = this.ids.resolve(id);
    return identity?.kind === 'survey' ? this.at(identity.index) : undefined;
  }

  /** The survey about a conversation; undefined when there is none yet, or any more. */
  at(index: number): SurveyState | undefined {
    return this.isDeleted(index) ? undefined : this.lastState(index);
  }

  private lastState(index: number): SurveyState | undefined {
    const moments = this.moments(index);
    return moments === undefined || moments.created > this.now() ? undefined : this.describe(index, moments);
  }

  *events(from: number, to: number): Generator<SurveyEvent> {
    const end = Math.min(to, this.now() + 1);
    const scripted = [...new Set([...this.completed.keys(), ...this.deleted.keys()])]
      .flatMap((index) => this.eventsOf(index))
      .filter(({ time }) => time >= from && time < end)
      .sort((a, b) => a.time - b.time);
    yield* mergeOrdered(
      [...tracks.map((track) => this.onTrack(from, end, track)), scripted],
      (a, b) => a.time < b.time,
    );
  }

  /** Has the customer answer now. */
  complete(id: string): void {
    const survey = this.byId(id);
    if (survey === undefined || survey.status === 'Finished')
      throw new RangeError(`surveyId "${id}" is no survey that waits for an answer.`);
    this.completed.set(survey.index, this.now());
  }

  delete(id: string): void {
    const survey = this.byId(id);
    if (survey === undefined) throw new RangeError(`surveyId "${id}" is no survey that exists now.`);
    this.deleted.set(survey.index, this.now());
  }

  private isDeleted(index: number): boolean {
    return past(this.deleted.get(index), this.now());
  }

  private *onTrack(from: number, to: number, track: Track): Generator<SurveyEvent> {
    for (const { index, time } of this.timeline.indices(from, to, track)) {
      if (this.completed.has(index) || this.deleted.has(index)) continue;
      // Looked at before the survey is described: most places on a track hold no event.
      if (!Object.values(this.moments(index) ?? {}).includes(time)) continue;
      for (const event of this.eventsOf(index)) if (event.time === time) yield event;
    }
  }

  private eventsOf(index: number): SurveyEvent[] {
    const survey = this.lastState(index);
    if (survey === undefined) return [];
    return this.happened(this.moments(index) ?? {}).map(({ kind, time }) => ({ kind, time, survey }));
  }

  /** What happened by now, in order of time. */
  private happened(moments: Partial<SurveyMoments>): { kind: SurveyEventKind; time: number }[] {
    const now = this.now();
    return (Object.entries(moments) as [SurveyEventKind, number | undefined][])
      .flatMap(([kind, time]) => (past(time, now) ? [{ kind, time }] : []))
      .sort((a, b) => a.time - b.time);
  }

  private moments(index: number): SurveyMoments | undefined {
    if (index >= this.timeline.count || chance(this.seed, index, 201) >= surveyed) return undefined;
    const start = this.conversations.startOf(index);
    const natural = natureOf(chance(this.seed, index, 202), chance(this.seed, index, 203));
    const moments = Object.fromEntries(
      Object.entries(natural).map(([kind, distance]) => [kind, start + distance]),
    ) as SurveyMoments;
    const finished = this.completed.get(index);
    const answered = finished === undefined ? moments : { ...until(moments, finished), finished };
    const deleted = this.deleted.get(index);
    return deleted === undefined ? answered : { ...until(answered, deleted), deleted };
  }

  private describe(index: number, moments: SurveyMoments): SurveyState {
    const conversation = this.conversations.describe(index);
    const happened = this.happened(moments);
    const fates = happened.flatMap(({ kind }) => (kind === 'deleted' ? [] : [kind]));
    const status = statuses[fates.at(-1) ?? 'created'];
    const form = this.forms.currentAt(moments.created);
    const finished = status === 'Finished';
    const mood = 0.6 + 0.35 * chance(this.seed, Number.parseInt(conversation.agent.id.slice(0, 6), 16), 204);
    const groups = finished ? fillSurvey(form, mix(this.seed, index, 205), mood) : [];
    const holding = this.conversations
      .evaluations(index)
      .filter((state) => state.status !== 'RETRACTED')
      .at(-1);
    return {
      id: this.ids.id('survey', index),
      index,
      conversationId: conversation.id,
      evaluationId: holding?.id,
      formId: form.id,
      formContextId: form.contextId,
      formName: form.name,
      language: form.language,
      agent: conversation.agent,
      queue: conversation.queue,
      team: conversation.team,
      divisionIds: conversation.divisionIds,
      mediaType: conversation.mediaType,
      status,
      type: conversation.mediaType === 'CALL' && chance(this.seed, index, 206) < 0.5 ? 'Voice' : 'Web',
      createdDate: moments.created,
      sentDate: past(moments.sent, this.now()) ? moments.sent : undefined,
      completedDate: finished ? moments.finished : undefined,
      happened: happened.map(({ kind }) => kind),
      eventTime: happened.at(-1)?.time ?? moments.created,
      totalScore: surveyScore(groups),
      npsScore: groups.flatMap(({ questions }) => questions.flatMap(({ npsScore }) => npsScore ?? []))[0],
      groups,
    };
  }
}

/** What nature had in store for a survey after a script stepped in does not happen any more. */
function until(moments: SurveyMoments, time: number): SurveyMoments {
  const before = Object.entries(moments).filter(([, moment]) => moment < time);
  return { created: moments.created, ...Object.fromEntries(before) };
}

/** What becomes of a survey, as distances from the beginning of its conversation. */
function natureOf(fate: number, delay: number): SurveyMoments {
  if (fate < 0.75) {
    let position = delay;
    let finished: number = answerDelays[0][0];
    for (const [candidate, share] of answerDelays) {
      finished = candidate;
      if (position < share) break;
      position -= share;
    }
    return { created, sent, started: finished - answeringTime, finished };
  }
  if (fate < 0.8) return { created, sent, started: abandoned, expired };
  if (fate < 0.86) return { created, sent, optedOut };
  return fate < 0.89 ? { created, failed: sent } : { created, sent, expired };
}
