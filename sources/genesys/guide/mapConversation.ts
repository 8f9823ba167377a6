import { contentHash } from '../../../model/contentHash.js';
import { jsonText } from '../../../model/jsonText.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { MappingContext, SourceConversation } from '../../source.js';
import { stamps } from '../stamps.js';
import { orNull, parseBody } from '../../rows/parse.js';
import { conversationSchema, type Conversation } from './schemas.js';

export const parseConversation = ({ conversationId, body }: SourceConversation): Conversation =>
  parseBody(conversationSchema, body, `conversation ${conversationId}`);

export const mediaTypeOf = ({ mediaType }: Conversation): string | null =>
  mediaType ? mediaType.toLowerCase() : null;

/** A conversation carries no time of change: a copy is as new as its reading. */
export function mapConversation(source: SourceConversation, context: MappingContext): CanonicalRows {
  const conversation = parseConversation(source);
  const mediaType = mediaTypeOf(conversation);
  const attributes = conversation.toAttributes;
  const row = {
    ...stamps({ ...context, extractedAt: source.extractedAt }),
    conversation_id: conversation.interactionId,
    external_reference: orNull(conversation.externalReferenceId),
    media_types: jsonText(mediaType === null ? [] : [mediaType]),
    direction: null,
    agent_id: orNull(attributes?.agent_id),
    agent_name: orNull(attributes?.agent_name),
    queue_id: orNull(attributes?.queue_id),
    queue_name: orNull(attributes?.queue_name),
    // Not in the contract; the column takes no null.
    division_ids: jsonText([]),
    started_at: orNull(conversation.conversationStart),
    ended_at: orNull(conversation.conversationEnd),
    duration_seconds: orNull(attributes?.duration_seconds),
    raw: jsonText(source.body),
    change_stamp: source.extractedAt,
  };
  return { conversations: [{ ...row, content_hash: contentHash(row) }] };
}
