/** Coaching as canonical rows: appointments, and what is written to them. */
import { contentHash } from '../../../model/contentHash.js';
import { jsonText } from '../../../model/jsonText.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { MappingContext, RelatedReads, SourceRecord } from '../../source.js';
import type { AnnotationBody } from './appointments.js';
import { annotationSchema, appointmentSchema, type Appointment } from './coachingSchemas.js';
import { stamps } from '../stamps.js';
import { conversationFacts } from './mapConversation.js';
import { instantOrNull, orNull, parseBody, rawOf, sortedJson } from '../../rows/parse.js';

export function mapFeedback(
  record: SourceRecord,
  related: RelatedReads,
  context: MappingContext,
): CanonicalRows {
  const row = {
    ...stamps({ ...context, extractedAt: record.extractedAt }),
    feedback_id: record.id,
    ...(record.locator === '' ? appointmentColumns(record, related) : annotationColumns(record, related)),
    change_stamp: record.changeStamp,
  };
  return { feedback: [{ ...row, content_hash: contentHash(row) }] };
}

function appointmentColumns(record: SourceRecord, related: RelatedReads) {
  const appointment = parseBody(appointmentSchema, record.body, `coaching appointment ${record.id}`);
  return {
    ...shared(appointment, related),
    kind: 'coaching_appointment' as const,
    parent_id: null,
    author_id: orNull(appointment.createdBy?.id),
    editor_id: orNull(appointment.modifiedBy?.id),
    content: orNull(appointment.description),
    status: appointment.status.toLowerCase(),
    is_private: null,
    created_at: instantOrNull(appointment.dateCreated),
    modified_at: instantOrNull(appointment.dateModified),
    scheduled_at: instantOrNull(appointment.dateStart),
    scheduled_minutes: orNull(appointment.lengthInMinutes),
    completed_at: instantOrNull(appointment.dateCompleted),
    is_archived: false,
    raw: rawOf(record),
  };
}

function annotationColumns({ id, locator, body }: SourceRecord, related: RelatedReads) {
  const bodies = body as AnnotationBody;
  const annotation = parseBody(annotationSchema, bodies.annotation, `coaching annotation ${id}`);
  const appointment = parseBody(appointmentSchema, bodies.appointment, `coaching appointment ${locator}`);
  const isDeleted = annotation.isDeleted === true;
  return {
    ...shared(appointment, related),
    kind: 'coaching_annotation' as const,
    parent_id: locator,
    author_id: orNull(annotation.createdBy?.id),
    editor_id: orNull(annotation.modifiedBy?.id),
    content: orNull(annotation.text),
    status: isDeleted ? 'deleted' : 'published',
    is_private: annotation.accessType ? annotation.accessType === 'Private' : null,
    created_at: instantOrNull(annotation.dateCreated),
    modified_at: instantOrNull(annotation.dateModified),
    scheduled_at: null,
    scheduled_minutes: null,
    completed_at: null,
    is_archived: isDeleted,
    raw: jsonText(bodies.annotation),
  };
}

/** What the appointment says of its annotations, too. */
function shared(
  { name, facilitator, attendees, conversations }: Appointment,
  { conversation }: RelatedReads,
) {
  const facts = conversation === undefined ? undefined : conversationFacts(conversation);
  return {
    agent_id: orNull(attendees?.[0]?.id),
    attendee_ids: sortedJson(attendees?.map(({ id }) => id)),
    facilitator_id: orNull(facilitator?.id),
    title: orNull(name),
    // Coaching has neither.
    tags: jsonText([]),
    division_id: null,
    conversation_id: orNull(conversations?.[0]?.id),
    conversation_ids: sortedJson(conversations?.map(({ id }) => id)),
    external_reference: orNull(facts?.externalReference),
  };
}
