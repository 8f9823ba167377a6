/**
 * Coaching appointments of a window with their annotations. What is more than a page is asked for in smaller parts: of
 * fewer people, and of one in less time.
 */
import pMap from 'p-map';
import { toIso, type Interval } from '../../../model/interval.js';
import { emptyPage } from '../../emptyPage.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourcePage, SourceRecord } from '../../source.js';
import { readBeside } from '../../lists/besidePage.js';
import {
  afterPass,
  appointmentCursor,
  behind,
  halved,
  peopleAt,
  spanAt,
  type AppointmentPosition,
} from './appointmentCursor.js';
import {
  annotationListSchema,
  appointmentListSchema,
  type Annotation,
  type Appointment,
} from './coachingSchemas.js';

export const appointmentsPerPage = 50;
const annotationsPerPage = 100;
/** Appointments whose annotations are read at the same time; the budget, not this number, keeps to the allowance. */
const concurrentReads = 5;
export const appointmentsPath = '/api/v2/coaching/appointments';

/** @param userIds of everybody, sorted */
export async function readAppointmentPage(
  api: ApiClient,
  userIds: readonly string[],
  window: Interval,
  position: AppointmentPosition,
  context: CallContext,
): Promise<SourcePage> {
  const { pass, page, isLeftOut } = position;
  const users = peopleAt(userIds, position);
  const last = position.upTo ?? users.at(-1);
  if (last === undefined) return emptyPage(afterPass(pass));
  if (isLeftOut || users.length === 0) return emptyPage(behind(position, last, false));
  const { data, raw, receivedAt } = await api.call(
    {
      method: 'GET',
      path: appointmentsPath,
      query: {
        ...pass.query(spanAt(window, position)),
        userIds: users,
        relationships: ['Attendee'],
        sortOrder: 'Asc',
        pageSize: appointmentsPerPage,
        pageNumber: page,
      },
      schema: appointmentListSchema,
      repeatable: true,
    },
    context,
  );
  const appointments = data.entities ?? [];
  const goesOn = Boolean(data.nextUri) && appointments.length > 0;
  const less = goesOn ? halved(window, position, users) : null;
  if (less !== null) return emptyPage(less);
  const bodies = (raw as { entities?: unknown[] } | null)?.entities ?? [];
  const touched = appointments
    .map((appointment, index) => ({ appointment, body: bodies[index] }))
    .filter(({ appointment }) => pass.takes(window, appointment));
  const records = await pMap(
    touched,
    async ({ appointment, body }) => [
      appointmentRecord(appointment, body, receivedAt),
      ...(await readBeside(raw, () => readAnnotations(api, appointment, body, context))),
    ],
    { concurrency: concurrentReads, signal: context.signal },
  );
  const hadRoom = 2 * appointments.length <= appointmentsPerPage;
  return {
    records: records.flat(),
    references: [],
    redacted: [],
    next: goesOn
      ? appointmentCursor({ ...position, upTo: last, page: page + 1 })
      : behind(position, last, hadRoom),
  };
}

/** An annotation with the appointment that says whom it is for. */
export interface AnnotationBody {
  appointment: unknown;
  annotation: unknown;
}

/** What is written to an appointment; nothing once the appointment is gone. */
export async function readAnnotations(
  api: ApiClient,
  appointment: Appointment,
  body: unknown,
  context: CallContext,
): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for (let pageNumber = 1; ; pageNumber++) {
    const { data, raw, receivedAt } = await api.find(
      {
        method: 'GET',
        path: `${appointmentsPath}/${encodeURIComponent(appointment.id)}/annotations`,
        template: `${appointmentsPath}/{appointmentId}/annotations`,
        query: { pageSize: annotationsPerPage, pageNumber },
        schema: annotationListSchema,
        repeatable: true,
      },
      context,
    );
    const annotations = data?.entities ?? [];
    const bodies = (raw as { entities?: unknown[] } | null)?.entities ?? [];
    for (const [index, annotation] of annotations.entries()) {
      records.push(
        annotationRecord(
          appointment,
          annotation,
          { appointment: body, annotation: bodies[index] },
          receivedAt,
        ),
      );
    }
    if (!data?.nextUri || annotations.length === 0) return records;
  }
}

export function appointmentRecord(
  appointment: Appointment,
  body: unknown,
  extractedAt: string,
): SourceRecord {
  const { dateCreated, dateModified, dateStart, dateCompleted } = appointment;
  // It begins without anybody changing it.
  const begun = dateStart && Date.parse(dateStart) <= Date.parse(extractedAt) ? dateStart : null;
  return {
    ...recordBase(appointment, extractedAt),
    id: appointment.id,
    locator: '',
    changeStamp: latest([dateCreated, dateModified, begun, dateCompleted], extractedAt),
    body,
  };
}

function annotationRecord(
  appointment: Appointment,
  { id, dateCreated, dateModified }: Annotation,
  body: AnnotationBody,
  extractedAt: string,
): SourceRecord {
  return {
    ...recordBase(appointment, extractedAt),
    id,
    locator: appointment.id,
    changeStamp: latest([dateCreated, dateModified], extractedAt),
    body,
  };
}

function recordBase({ conversations }: Appointment, extractedAt: string) {
  const [conversation] = conversations ?? [];
  return {
    kind: 'feedback' as const,
    ...(conversation === undefined ? {} : { conversationId: conversation.id }),
    formId: null,
    isAutomated: null,
    extractedAt,
  };
}

/** Of none, the moment of reading. */
function latest(dates: readonly (string | null | undefined)[], otherwise: string): string {
  const moments = dates.flatMap((date) => (date ? [Date.parse(date)] : []));
  return moments.length === 0 ? otherwise : toIso(Math.max(...moments));
}
