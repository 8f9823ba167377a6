/** What is said around the table: which day it is, what to beware of, and why there is nothing. */
import { setText } from './table.js';
import { clock, longDay, plural } from './text.js';

const one = (id) => document.getElementById(id);

/** Which day of whom it is, and how old. */
export function showHead({ connection, businessDay, timeZone, updatedAt, polledAt, pollMinutes }) {
  const zone = timeZone === null ? '' : ` (${timeZone})`;
  setText(one('day'), `${connection}, ${longDay(businessDay)}${zone}`);
  setText(one('pace'), `Updated every ${plural(pollMinutes, 'minute', 'minutes')}; may lag up to 30 minutes`);
  const times = [
    updatedAt === null ? null : `Last update ${clock(updatedAt, timeZone, true)}`,
    polledAt === null ? null : `last checked ${clock(polledAt, timeZone, true)}`,
  ];
  setText(one('times'), times.filter((time) => time !== null).join(', '));
  if (document.title !== `Intraday scores of ${connection}`) {
    document.title = `Intraday scores of ${connection}`;
  }
}

/**
 * What people must know before they go by the scores.
 * @param trouble why nothing newer can be had; null while all is well
 * @param asksForDay whether the day was chosen, rather than the current one
 */
export function showNotices(received, { trouble, asksForDay }) {
  const texts = [];
  if (trouble !== null) texts.push(trouble);
  if (received !== null) {
    const { isStale, isCurrentDay, businessDay, polledAt, heldFrom, timeZone, rows } = received;
    if (heldFrom !== null) {
      texts.push(
        `The warehouse is busy. This is what it held at ${clock(heldFrom, timeZone, true)}; newer scores follow when it is free.`,
      );
    }
    if (!isCurrentDay) {
      const absent = asksForDay ? '' : ' There are no scores of today yet.';
      texts.push(`These are the scores of ${longDay(businessDay)}, not of today.${absent}`);
    }
    if (isStale && polledAt !== null) {
      texts.push(
        `Out of date: the scores were last checked at ${clock(polledAt, timeZone, true)}, more than 30 minutes ago.`,
      );
    } else if (isStale && rows.length > 0) {
      texts.push('Out of date: nobody knows when the scores were last checked.');
    }
  }
  const notices = one('notices');
  const before = [...notices.children].map((each) => each.textContent);
  if (JSON.stringify(before) === JSON.stringify(texts)) return;
  notices.replaceChildren(
    ...texts.map((text) => {
      const notice = document.createElement('p');
      notice.className = 'notice';
      notice.textContent = text;
      return notice;
    }),
  );
}

const example = (connection) => `connections:
  ${connection}:
    streams:
      metrics: { timeZone: Europe/Berlin }`;

/** Why there is nothing to show, and what to do about it. @param shown agents that are shown */
export function showEmpty({ connection, isPolled, rows, businessDay, updatedAt }, shown) {
  one('scores').hidden = shown === 0;
  one('empty').hidden = shown > 0;
  if (shown > 0) return;
  const isMissing = updatedAt === null && !isPolled;
  one('empty-example').hidden = !isMissing;
  if (isMissing) {
    setText(one('empty-title'), 'Nobody reads scores yet');
    setText(one('empty-text'), `Connection ${connection} has no stream metrics. Add it to tidemark.yaml:`);
    setText(one('empty-example'), example(connection));
  } else if (updatedAt === null) {
    setText(one('empty-title'), 'No scores yet');
    setText(
      one('empty-text'),
      `The stream metrics of ${connection} has read nothing for ${longDay(businessDay)}. Is its schedule running?`,
    );
  } else {
    setText(one('empty-title'), 'No agent to show');
    setText(
      one('empty-text'),
      rows.length === 0
        ? 'There are no scores of agents here. Choose another queue or form.'
        : 'Nobody meets all filters. Show agents with few evaluations, too, or choose fewer filters.',
    );
  }
}
