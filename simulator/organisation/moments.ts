/** What the moments of an evaluation come to at a time. */
import type { EventKind } from './organisation.js';
import type { Moments } from './timeline.js';

export function past(moment: number | undefined, now: number): moment is number {
  return moment !== undefined && moment <= now;
}

/** When an evaluation last was as its data events show it: now, or just before it was deleted. */
export function lastSeen(moments: Moments, now: number): number {
  return past(moments.deleted, now) ? moments.deleted - 1 : now;
}

/** The data events there were by now, in order of time. */
export function dataEvents(moments: Moments, now: number): { kind: EventKind; time: number }[] {
  const released =
    moments.release !== undefined && moments.release !== moments.submitted ? moments.release : undefined;
  const happenings: [EventKind, number | undefined][] = [
    ['created', moments.revisionCreated ?? moments.created],
    ['submitted', moments.submitted],
    ['rescored', moments.silentlyRescored ? undefined : moments.rescored],
    ['released', released],
    ['retracted', moments.retracted],
    ['disputed', moments.disputed],
    ['signedOff', moments.signedOff],
    ['deleted', moments.silentlyDeleted ? undefined : moments.deleted],
  ];
  const end = lastSeen(moments, now);
  return happenings
    .flatMap(([kind, time]) => (past(time, now) ? [{ kind, time }] : []))
    .filter(({ kind, time }) => kind === 'deleted' || time <= end)
    .sort((a, b) => a.time - b.time);
}

/** The date of change at a time. */
export function lastChange(moments: Moments, now: number): number {
  const candidates = [
    moments.submitted,
    moments.silentlyRescored ? undefined : moments.rescored,
    moments.retracted,
    moments.disputed,
    moments.signedOff,
    moments.changed,
    moments.revisionCreated,
  ];
  return candidates.reduce<number>(
    (latest, moment) => (past(moment, now) ? Math.max(latest, moment) : latest),
    moments.created,
  );
}
