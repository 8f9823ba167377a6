import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { MappingContext, SourceRecord } from '../../source.js';
import { stamps } from '../stamps.js';
import { orNull, parseBody, rawOf, sortedJson } from '../../rows/parse.js';
import { silentCoaching } from '../../rows/silent.js';
import { feedbackSchema } from './schemas.js';

export function mapFeedback(record: SourceRecord, context: MappingContext): CanonicalRows {
  const entry = parseBody(feedbackSchema, record.body, `feedback ${record.id}`);
  const row = {
    ...stamps({ ...context, extractedAt: record.extractedAt }),
    feedback_id: entry.id,
    kind: 'feedback' as const,
    parent_id: null,
    agent_id: orNull(entry.agentId),
    attendee_ids: sortedJson(entry.agentId ? [entry.agentId] : []),
    author_id: orNull(entry.authorId),
    ...silentCoaching,
    content: orNull(entry.content),
    tags: sortedJson(entry.tags),
    status: entry.status,
    is_private: null,
    conversation_id: orNull(entry.interactionId),
    conversation_ids: sortedJson(entry.interactionId ? [entry.interactionId] : []),
    external_reference: orNull(entry.externalReferenceId),
    division_id: orNull(entry.divisionId),
    created_at: orNull(entry.dateCreated),
    modified_at: entry.dateModified,
    is_archived: entry.status === 'deleted',
    raw: rawOf(record),
    change_stamp: record.changeStamp,
  };
  return { feedback: [{ ...row, content_hash: contentHash(row) }] };
}
