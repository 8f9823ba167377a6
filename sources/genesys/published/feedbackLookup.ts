/** Reads of one appointment or one annotation, whose locator is its appointment. */
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Lookup, RecordReference, SourceRecord } from '../../source.js';
import { appointmentRecord, appointmentsPath, readAnnotations, type AnnotationBody } from './appointments.js';
import { appointmentSchema, type Annotation } from './coachingSchemas.js';

/** An annotation that the source calls deleted, though it still shows it. */
export const isDeleted = ({ locator, body }: SourceRecord): boolean =>
  locator !== '' && ((body as AnnotationBody).annotation as Annotation).isDeleted === true;

/** @param dropsDeleted what the source calls deleted is gone, even while the source still shows it */
export async function lookupFeedback(
  api: ApiClient,
  reference: RecordReference,
  dropsDeleted: boolean,
  context: CallContext,
): Promise<Lookup> {
  const appointmentId = reference.locator === '' ? reference.id : reference.locator;
  const { data, raw, receivedAt } = await api.find(
    {
      method: 'GET',
      path: `${appointmentsPath}/${encodeURIComponent(appointmentId)}`,
      template: `${appointmentsPath}/{appointmentId}`,
      schema: appointmentSchema,
      repeatable: true,
    },
    context,
  );
  const gone: Lookup = { outcome: 'gone', reference, extractedAt: receivedAt };
  if (data === null) return gone;
  if (reference.locator === '') {
    return { outcome: 'found', record: appointmentRecord(data, raw, receivedAt), references: [] };
  }
  const annotations = await readAnnotations(api, data, raw, context);
  const record = annotations.find(({ id }) => id === reference.id);
  if (record === undefined || (dropsDeleted && isDeleted(record))) return gone;
  return { outcome: 'found', record, references: [] };
}
