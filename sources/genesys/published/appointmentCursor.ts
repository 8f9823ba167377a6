/** Positions in windows of coaching appointments: pass by pass, so many people at once, page by page. */
import { z } from 'zod';
import type { Cursor } from '../../source.js';
import { unknownCursor } from '../../lists/unknownCursor.js';
import { appointmentPasses, type AppointmentPass } from './appointmentPasses.js';

/** The vendor publishes no maximum of people asked about at once. */
const peopleAtOnce = 50;

/** Where reading goes on: behind a person, in the order of their ids, so that who comes and goes moves nobody. */
export interface AppointmentPosition {
  pass: AppointmentPass;
  after: string | null;
  /** The last person asked about, so that pages behind the first are of the same people; null for the first. */
  upTo: string | null;
  page: number;
  /** Their answer was no list: on to the next people. */
  isLeftOut: boolean;
}

export const appointmentCursor = ({ pass, ...position }: AppointmentPosition): Cursor => ({
  pass: pass.name,
  ...position,
});

export const beginOf = (pass: AppointmentPass, after: string | null = null): Cursor =>
  appointmentCursor({ pass, after, upTo: null, page: 1, isLeftOut: false });

/** Where a window begins. */
export const firstAppointments: Cursor = beginOf(appointmentPasses[0]);

/** @throws TidemarkError InvalidRequest for a pass that is unknown. */
export function appointmentPosition({
  pass: name,
  after,
  upTo,
  page,
  isLeftOut,
}: Cursor): AppointmentPosition {
  const pass = appointmentPasses.find((each) => each.name === name);
  if (pass === undefined) throw unknownCursor('pass', name);
  return {
    pass,
    after: typeof after === 'string' ? after : null,
    upTo: typeof upTo === 'string' ? upTo : null,
    page: typeof page === 'number' ? page : 1,
    isLeftOut: isLeftOut === true,
  };
}

/** Whom a position asks about, of everybody in the order of their ids. */
export function peopleAt(
  userIds: readonly string[],
  { after, upTo }: AppointmentPosition,
): readonly string[] {
  const others = userIds.filter((id) => after === null || id > after);
  return upTo === null ? others.slice(0, peopleAtOnce) : others.filter((id) => id <= upTo);
}

export function afterPass(pass: AppointmentPass): Cursor | null {
  const next = appointmentPasses[appointmentPasses.indexOf(pass) + 1];
  return next === undefined ? null : beginOf(next);
}

/**
 * Behind a page that cannot be used: behind the last of these people there is an empty one. Of what is no list nobody
 * knows how it goes on: the next people are.
 */
export function skipAppointmentPage(cursor: Cursor, body: unknown): Cursor {
  const position = appointmentPosition(cursor);
  return filledPage.safeParse(body).success
    ? appointmentCursor({ ...position, page: position.page + 1 })
    : appointmentCursor({ ...position, isLeftOut: true });
}

const filledPage = z.object({ entities: z.array(z.unknown()).min(1) });
