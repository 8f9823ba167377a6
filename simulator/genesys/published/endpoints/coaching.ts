import {
  appointmentOf,
  appointmentSpan,
  coachingTitle,
  type Appointment,
} from '../../../organisation/coaching.js';
import { visibility } from '../../../organisation/organisation.js';
import { notFound } from '../../../common/apiError.js';
import type { Call, Handlers } from '../call.js';
import { enumOf } from '../contract/contract.js';
import { formatInstant, parseInterval, type Span } from '../../../common/instants.js';
import { pageOf } from '../listing.js';

const maxPageSize = 100;
/** The longest interval taken. The vendor's bound is not published; this one only stops mistakes. */
const maxDays = 366;
/** Nobody is asked about more people at once; the vendor's bound is not published. */
const maxUsers = 100;

/** Coaching appointments and what is written to them. */
export const coaching: Handlers = {
  getCoachingAppointments: (call) => {
    const page = call.query.page({ max: maxPageSize });
    const found = findAppointments(call);
    return pageOf(call.listing(page), found.map(renderAppointment));
  },

  getCoachingAppointment: (call) => renderAppointment(appointmentAt(call)),

  getCoachingAppointmentAnnotations: (call) => {
    const { entry } = appointmentAt(call);
    const page = call.query.page({ max: maxPageSize });
    return pageOf(call.listing(page), [
      {
        id: entry.annotationId,
        createdBy: person(entry.author.id),
        dateCreated: formatInstant(entry.dateCreated),
        modifiedBy: person(entry.author.id),
        dateModified: formatInstant(entry.dateModified),
        text: entry.content,
        isDeleted: entry.status === 'deleted',
        accessType: 'Public',
        selfUri: `/api/v2/coaching/appointments/${entry.id}/annotations/${entry.annotationId}`,
      },
    ]);
  },
};

function findAppointments({ api, query, viewer }: Call): Appointment[] {
  const users = new Set(query.boundedList('userIds', maxUsers));
  const interval = spanOf(query.text('interval'));
  const completed = spanOf(query.text('completionInterval'));
  const overlaps = query.oneOf('intervalCondition', ['StartsIn', 'Overlaps']) === 'Overlaps';
  const statuses = query.listOf('statuses', enumOf('CoachingAppointmentResponse', 'status'));
  const facilitators = query.list('facilitatorIds');
  const relationships = query.listOf('relationships', ['Creator', 'Facilitator', 'Attendee']);
  const overdue = query.oneOf('overdue', ['Any', 'True', 'False']) ?? 'Any';
  const descending = query.oneOf('sortOrder', ['Asc', 'Desc']) === 'Desc';
  const found: Appointment[] = [];
  // Whatever starts or ends in an interval was written shortly before.
  const bounds = [interval, completed].filter((span) => span !== undefined);
  const written = {
    from: Math.max(-Infinity, ...bounds.map(({ from }) => from - appointmentSpan)),
    to: Math.min(Infinity, ...bounds.map(({ to }) => to)),
  };
  for (const entry of api.organisation.feedbackBy('dateCreated', written.from, written.to)) {
    const { agent, author } = entry;
    const people: [string, string][] = [
      ['Attendee', agent.id],
      ['Creator', author.id],
      ['Facilitator', author.id],
    ];
    const concerned = people.some(
      ([relationship, id]) =>
        users.has(id) && (relationships.length === 0 || relationships.includes(relationship)),
    );
    if (!concerned || visibility(entry, viewer) === 'hidden') continue;
    const appointment = appointmentOf(entry, api.clock.now());
    if (appointment === undefined) continue;
    const { dateStart, dateCompleted, lengthInMinutes, status } = appointment;
    const start = overlaps ? dateStart + lengthInMinutes * 60_000 - 1 : dateStart;
    if (
      (interval !== undefined && (dateStart >= interval.to || start < interval.from)) ||
      (completed !== undefined &&
        (dateCompleted === undefined || dateCompleted < completed.from || dateCompleted >= completed.to)) ||
      (statuses.length > 0 && !statuses.includes(status)) ||
      (facilitators.length > 0 && !facilitators.includes(author.id)) ||
      // None is ever late here.
      overdue === 'True'
    )
      continue;
    found.push(appointment);
  }
  return descending ? found.reverse() : found;
}

function appointmentAt({ api, path, viewer }: Call): Appointment {
  const entry = api.organisation.feedback(path('appointmentId'));
  const appointment =
    entry === undefined || visibility(entry, viewer) === 'hidden'
      ? undefined
      : appointmentOf(entry, api.clock.now());
  if (appointment === undefined) throw notFound('appointment', path('appointmentId'));
  return appointment;
}

function spanOf(interval: string | undefined): Span | undefined {
  return interval === undefined ? undefined : parseInterval(interval, maxDays);
}

function renderAppointment(appointment: Appointment) {
  const { entry, dateCompleted } = appointment;
  return {
    id: entry.id,
    name: coachingTitle,
    description: appointment.description,
    dateStart: formatInstant(appointment.dateStart),
    lengthInMinutes: appointment.lengthInMinutes,
    status: appointment.status,
    facilitator: person(entry.author.id),
    attendees: [person(entry.agent.id)],
    createdBy: person(entry.author.id),
    dateCreated: formatInstant(entry.dateCreated),
    modifiedBy: person(entry.author.id),
    dateModified: formatInstant(appointment.dateModified),
    conversations:
      entry.conversationId === undefined
        ? []
        : [{ id: entry.conversationId, selfUri: `/api/v2/conversations/${entry.conversationId}` }],
    documents: [],
    isOverdue: false,
    ...(dateCompleted === undefined ? {} : { dateCompleted: formatInstant(dateCompleted) }),
    selfUri: `/api/v2/coaching/appointments/${entry.id}`,
  };
}

function person(id: string) {
  return { id, selfUri: `/api/v2/users/${id}` };
}
