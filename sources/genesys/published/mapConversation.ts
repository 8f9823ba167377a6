/** What a conversation says: as a row of its own, and to enrich what customers and supervisors said about it. */
import { contentHash } from '../../../model/contentHash.js';
import { jsonText } from '../../../model/jsonText.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { MappingContext, SourceConversation } from '../../source.js';
import { conversationSchema, type Conversation, type ConversationSegment } from './conversationSchemas.js';
import { stamps } from '../stamps.js';
import { instantOrNull, orNull, parseBody, sortedJson } from '../../rows/parse.js';

export interface ConversationFacts {
  externalReference: string | null;
  /** Sorted, in the vocabulary of analytics: `voice`, `email`, ... */
  mediaTypes: string[];
  /** Of the agent who talked last; else the first there is. */
  mediaType: string | null;
  agentId: string | null;
  agentName: string | null;
  queueId: string | null;
  startedAt: string | null;
  endedAt: string | null;
  seconds: number | null;
}

/** A conversation has no time of change that the vendor documents: a copy is as new as its reading. */
export function mapConversation(source: SourceConversation, context: MappingContext): CanonicalRows {
  const conversation = parse(source);
  const facts = conversationFacts(source);
  const row = {
    ...stamps({ ...context, extractedAt: source.extractedAt }),
    conversation_id: conversation.conversationId,
    external_reference: facts.externalReference,
    media_types: jsonText(facts.mediaTypes),
    direction: conversation.originatingDirection?.toLowerCase() ?? null,
    agent_id: facts.agentId,
    agent_name: facts.agentName,
    queue_id: facts.queueId,
    // Analytics knows queues by their ids alone.
    queue_name: null,
    division_ids: sortedJson(conversation.divisionIds),
    started_at: facts.startedAt,
    ended_at: facts.endedAt,
    duration_seconds: facts.seconds,
    raw: jsonText(source.body),
    change_stamp: source.extractedAt,
  };
  return { conversations: [{ ...row, content_hash: contentHash(row) }] };
}

export function conversationFacts(source: SourceConversation): ConversationFacts {
  const conversation = parse(source);
  const { conversationStart: start, conversationEnd: end } = conversation;
  const mediaTypes = mediaTypesOf(conversation);
  const last = lastTalk(conversation);
  return {
    externalReference: orNull(conversation.externalTag),
    mediaTypes,
    mediaType: last?.mediaType ?? mediaTypes[0] ?? null,
    agentId: orNull(last?.agentId),
    agentName: orNull(last?.agentName),
    queueId: orNull(last?.queueId),
    startedAt: instantOrNull(start),
    endedAt: instantOrNull(end),
    seconds: start && end ? (Date.parse(end) - Date.parse(start)) / 1_000 : null,
  };
}

const parse = ({ body, conversationId }: SourceConversation): Conversation =>
  parseBody(conversationSchema, body, `conversation ${conversationId}`);

function mediaTypesOf({ participants }: Conversation): string[] {
  const media = (participants ?? [])
    .flatMap(({ sessions }) => sessions ?? [])
    .flatMap(({ mediaType }) => known(mediaType) ?? []);
  return [...new Set(media)].sort();
}

function known(mediaType: string | null | undefined): string | null {
  const name = mediaType?.toLowerCase();
  return name === undefined || name === 'unknown' ? null : name;
}

/** Supervisors who listen in, coach or barge in have segments of those types and do not count. */
const talked = ({ segmentType }: ConversationSegment) => segmentType === 'interact';

/** The agent's session that talked last, with the queue it was answered from; one that lasts is the last. */
function lastTalk({ participants }: Conversation) {
  let last: {
    at: number;
    agentId: string | null | undefined;
    agentName: string | null | undefined;
    queueId: string | null | undefined;
    mediaType: string | null;
  } | null = null;
  for (const { purpose, userId, participantName, sessions } of participants ?? []) {
    if (purpose !== 'agent' && purpose !== 'user') continue;
    for (const { segments, mediaType } of sessions ?? []) {
      const spoken = (segments ?? []).filter(talked);
      if (spoken.length === 0) continue;
      const at = Math.max(
        ...spoken.map(({ segmentEnd }) => (segmentEnd ? Date.parse(segmentEnd) : Infinity)),
      );
      if (last !== null && at < last.at) continue;
      const queueId = queueOf(spoken) ?? queueOf(segments ?? []);
      last = { at, agentId: userId, agentName: participantName, queueId, mediaType: known(mediaType) };
    }
  }
  return last;
}

const queueOf = (segments: readonly ConversationSegment[]) =>
  segments.findLast(({ queueId }) => Boolean(queueId))?.queueId;
