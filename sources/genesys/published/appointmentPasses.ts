/**
 * How coaching appointments of a window are found. The vendor lists them by when they begin or by when they were
 * completed, never by when they were changed. So a window reads those that begin around it, far to both sides, and
 * takes those of which any date lies inside; and then those that were completed in it, whenever they began. An edit of
 * an appointment that began longer ago than `lookBack`, or begins later than `lookAhead`, is missed until its begin or
 * its completion falls into a window. See docs/decisions/0017-coaching-by-dates.md.
 */
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { Appointment } from './coachingSchemas.js';

const day = 86_400_000;
export const lookBack = 90 * day;
/** With the longest window, 90 days, a year is not exceeded: longer intervals may be refused. */
export const lookAhead = 180 * day;

export interface AppointmentPass {
  name: string;
  /** For people. */
  label: string;
  /** The time that is asked about for a window. */
  span: (window: Interval) => Interval;
  /** Asks for it, or for a part of it. */
  query: (span: Interval) => Record<string, string>;
  takes: (window: Interval, appointment: Appointment) => boolean;
}

export const appointmentPasses: readonly [AppointmentPass, ...AppointmentPass[]] = [
  {
    name: 'around',
    label: 'appointments around the window',
    span: around,
    query: (span) => ({ interval: written(span), intervalCondition: 'StartsIn' }),
    takes: touches,
  },
  {
    name: 'completed',
    label: 'appointments completed in the window that began long before',
    span: (window) => window,
    query: (span) => ({ completionInterval: written(span) }),
    // The others are those of the pass before.
    takes: (window, appointment) =>
      touches(window, appointment) && !lies(appointment.dateStart, around(window)),
  },
];

/** Any of its dates is in the window: it was made, changed, held or completed then. */
function touches(
  window: Interval,
  { dateCreated, dateModified, dateStart, dateCompleted }: Appointment,
): boolean {
  return [dateCreated, dateModified, dateStart, dateCompleted].some((date) => lies(date, window));
}

function lies(date: string | null | undefined, { start, end }: Interval): boolean {
  if (!date) return false;
  const moment = Date.parse(date);
  return moment >= toMillis(start) && moment < toMillis(end);
}

function around({ start, end }: Interval): Interval {
  return { start: toIso(toMillis(start) - lookBack), end: toIso(toMillis(end) + lookAhead) };
}

const written = ({ start, end }: Interval) => `${toIso(toMillis(start))}/${toIso(toMillis(end))}`;
