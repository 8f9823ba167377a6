/** How numbers and times are written on the page, and the line of a trend. */

/** 85.5%, or what is said where there is no number. */
export const percent = (value, none) => (value === null ? none : `${value.toFixed(1)}%`);

/** Time of day in a zone, 14:45; with the zone's short name where it is asked for. */
export function clock(iso, timeZone, withZone = false) {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: timeZone ?? 'UTC',
    hour: '2-digit',
    minute: '2-digit',
    ...(withZone ? { timeZoneName: 'short' } : {}),
  }).format(new Date(iso));
}

/** Saturday 21 November 2026, of a day written as YYYY-MM-DD; browsers differ in where they put commas. */
export function longDay(day) {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'full' });
  return parts
    .formatToParts(new Date(day))
    .flatMap(({ type, value }) => (type === 'literal' ? [] : [value]))
    .join(' ');
}

export const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

/** The course of a day in words: what the drawn line says to those who do not see it. */
export function trendText(points, timeZone) {
  const scored = points.filter(({ averageScore }) => averageScore !== null);
  const [first] = scored;
  const last = scored.at(-1);
  if (first === undefined || last === undefined) return 'No data';
  const at = (point) => `${percent(point.averageScore)} at ${clock(point.at, timeZone)}`;
  if (scored.length === 1) return at(first);
  const all = scored.map(({ averageScore }) => averageScore);
  return (
    `From ${at(first)} to ${at(last)}, ${plural(scored.length, 'reading', 'readings')}, ` +
    `lowest ${percent(Math.min(...all))}, highest ${percent(Math.max(...all))}`
  );
}

/** Percentage points that the height of a trend stands for at least: small changes look small. */
const leastSpan = 20;

/**
 * The trend as a path in a box, and where it ends; null without a score. From the first score of the agent to the
 * last, so that it is drawn anew only when it has grown.
 */
export function trendPath(points, { width, height, margin }) {
  const scored = points.filter(({ averageScore }) => averageScore !== null);
  const last = scored.at(-1);
  if (last === undefined) return null;
  const all = scored.map(({ averageScore }) => averageScore);
  const middle = (Math.min(...all) + Math.max(...all)) / 2;
  const span = Math.max(leastSpan, Math.max(...all) - Math.min(...all));
  const start = Date.parse(scored[0].at);
  const length = Math.max(1, Date.parse(last.at) - start);
  const x = ({ at }) => margin + ((Date.parse(at) - start) / length) * (width - 2 * margin);
  const y = ({ averageScore }) => margin + (0.5 - (averageScore - middle) / span) * (height - 2 * margin);
  const round = (value) => Math.round(value * 10) / 10;
  const path = scored.map(
    (point, index) => `${index === 0 ? 'M' : 'L'}${round(x(point))} ${round(y(point))}`,
  );
  return { path: path.join(''), end: { x: round(x(last)), y: round(y(last)) } };
}
