import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows } from '../../../model/tables.js';
import { orNull, parseBody, rawOf, sortedJson } from '../../rows/parse.js';
import type { MappingContext, SourceRecord } from '../../source.js';
import { stamps } from '../stamps.js';
import { silentFeedback } from './notCarried.js';
import { feedbackSchema } from './schemas.js';

export function mapFeedback(record: SourceRecord, context: MappingContext): CanonicalRows {
  const entry = parseBody(feedbackSchema, record.body, `feedback ${record.id}`);
  const row = {
    ...stamps({ ...context, extractedAt: record.extractedAt }),
    ...silentFeedback,
    feedback_id: entry.id,
    kind: 'feedback' as const,
    agent_id: orNull(entry.agentId),
    attendee_ids: sortedJson(entry.agentId ? [entry.agentId] : []),
    author_id: orNull(entry.authorId),
    content: orNull(entry.message),
    tags: sortedJson(entry.category ? [entry.category] : []),
    // It has no other: drafts are not shown, and a deleted entry no longer comes.
    status: 'published',
    is_archived: false,
    conversation_id: orNull(entry.interactionId),
    conversation_ids: sortedJson(entry.interactionId ? [entry.interactionId] : []),
    division_id: orNull(entry.siteId),
    created_at: entry.createdAt,
    modified_at: entry.updatedAt,
    raw: rawOf(record),
    change_stamp: record.changeStamp,
  };
  return { feedback: [{ ...row, content_hash: contentHash(row) }] };
}
