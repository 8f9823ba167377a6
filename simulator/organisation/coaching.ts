/** Feedback as the published contract shows it: a coaching appointment whose annotation is the text. */
import type { FeedbackState } from './feedbackState.js';

/** The agent is coached a day after the text was written. */
const notice = 86_400_000;
const minutes = 30;
export const coachingTitle = 'Coaching';

export interface Appointment {
  entry: FeedbackState;
  description: string;
  status: 'Scheduled' | 'InProgress' | 'Completed';
  dateStart: number;
  lengthInMinutes: number;
  dateCompleted: number | undefined;
  /** Its last change: of the text, or of its own status. */
  dateModified: number;
}

/** How long after the text was written an appointment still changes by itself. */
export const appointmentSpan = notice + minutes * 60_000;

/** The appointment of an entry; a draft has none. */
export function appointmentOf(entry: FeedbackState, now: number): Appointment | undefined {
  if (entry.status === 'draft') return undefined;
  const dateStart = entry.dateCreated + notice;
  const dateEnd = dateStart + minutes * 60_000;
  const moved = [dateStart, dateEnd].filter((moment) => moment <= now);
  return {
    entry,
    description: `Topics: ${entry.tags.join(', ')}`,
    status: now < dateStart ? 'Scheduled' : now < dateEnd ? 'InProgress' : 'Completed',
    dateStart,
    lengthInMinutes: minutes,
    dateCompleted: dateEnd <= now ? dateEnd : undefined,
    dateModified: Math.max(entry.dateModified, ...moved),
  };
}
