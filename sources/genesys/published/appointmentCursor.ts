/** Positions in windows of coaching appointments: pass by pass, so many people at once, and so much of the time. */
import { z } from 'zod';
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { Cursor } from '../../source.js';
import { unknownCursor } from '../../lists/unknownCursor.js';
import { appointmentPasses, type AppointmentPass } from './appointmentPasses.js';

/** The vendor publishes no maximum of people asked about at once. */
const peopleAtOnce = 50;

/** Where reading goes on: behind a person, in the order of their ids, so that who comes and goes moves nobody. */
export interface AppointmentPosition {
  pass: AppointmentPass;
  after: string | null;
  /** The last person asked about, so that the rest of their time is of the same people; null where it is all of it. */
  upTo: string | null;
  /** As many people are asked about, fewer where many have a page full. */
  atOnce: number;
  /** The part of the pass's span that is asked for, epoch milliseconds; null for its begin and its end. */
  from: number | null;
  until: number | null;
  /** Above 1 only where nothing can be halved any more, and behind a page that could not be used. */
  page: number;
  /** Their answer was no list: on to the next people. */
  isLeftOut: boolean;
}

export const appointmentCursor = ({ pass, ...position }: AppointmentPosition): Cursor => ({
  pass: pass.name,
  ...position,
});

export const beginOf = (
  pass: AppointmentPass,
  after: string | null = null,
  atOnce: number = peopleAtOnce,
): Cursor =>
  appointmentCursor({ pass, after, upTo: null, atOnce, from: null, until: null, page: 1, isLeftOut: false });

/** Where a window begins. */
export const firstAppointments: Cursor = beginOf(appointmentPasses[0]);

/** @throws TidemarkError InvalidRequest for a pass that is unknown. */
export function appointmentPosition({
  pass: name,
  after,
  upTo,
  atOnce,
  from,
  until,
  page,
  isLeftOut,
}: Cursor): AppointmentPosition {
  const pass = appointmentPasses.find((each) => each.name === name);
  if (pass === undefined) throw unknownCursor('pass', name);
  return {
    pass,
    after: typeof after === 'string' ? after : null,
    upTo: typeof upTo === 'string' ? upTo : null,
    atOnce: typeof atOnce === 'number' ? atOnce : peopleAtOnce,
    from: typeof from === 'number' ? from : null,
    until: typeof until === 'number' ? until : null,
    page: typeof page === 'number' ? page : 1,
    isLeftOut: isLeftOut === true,
  };
}

/** Whom a position asks about, of everybody in the order of their ids. */
export function peopleAt(
  userIds: readonly string[],
  { after, upTo, atOnce }: AppointmentPosition,
): readonly string[] {
  const others = userIds.filter((id) => after === null || id > after);
  return upTo === null ? others.slice(0, atOnce) : others.filter((id) => id <= upTo);
}

/** The part of the pass's span that a position asks for. */
export function spanAt(window: Interval, { pass, from, until }: AppointmentPosition): Interval {
  const { start, end } = pass.span(window);
  return {
    // The vendor does not say whether the ends of an interval count.
    start: from === null ? start : toIso(from - 1),
    end: until === null ? end : toIso(until),
  };
}

/**
 * Less than what a position asks for, where that is more than a page: pages of the vendor are numbered, and whatever
 * leaves those before moves the others up unseen. Null where nothing can be halved.
 */
export function halved(
  window: Interval,
  position: AppointmentPosition,
  users: readonly string[],
): Cursor | null {
  const { pass, after, from, until, page } = position;
  if (page > 1) return null;
  if (users.length > 1) return beginOf(pass, after, Math.ceil(users.length / 2));
  const whole = pass.span(window);
  const start = from ?? toMillis(whole.start);
  const middle = Math.floor((start + (until ?? toMillis(whole.end))) / 2);
  return middle <= start
    ? null
    : appointmentCursor({ ...position, upTo: users.at(-1) ?? null, until: middle });
}

/** Behind what a position asks for: the rest of the time of these people, else the next, more where there was room. */
export function behind(position: AppointmentPosition, last: string, hadRoom: boolean): Cursor {
  const { pass, atOnce, until } = position;
  if (until === null) return beginOf(pass, last, hadRoom ? Math.min(2 * atOnce, peopleAtOnce) : atOnce);
  return appointmentCursor({
    ...position,
    upTo: last,
    from: until,
    until: null,
    page: 1,
    isLeftOut: false,
  });
}

export function afterPass(pass: AppointmentPass): Cursor | null {
  const next = appointmentPasses[appointmentPasses.indexOf(pass) + 1];
  return next === undefined ? null : beginOf(next);
}

/**
 * Behind a page that cannot be used: behind the last of what is asked for there is an empty one. Of what is no list
 * nobody knows how it goes on: the next people are.
 */
export function skipAppointmentPage(cursor: Cursor, body: unknown): Cursor {
  const position = appointmentPosition(cursor);
  return filledPage.safeParse(body).success
    ? appointmentCursor({ ...position, page: position.page + 1 })
    : appointmentCursor({ ...position, isLeftOut: true });
}

const filledPage = z.object({ entities: z.array(z.unknown()).min(1) });
