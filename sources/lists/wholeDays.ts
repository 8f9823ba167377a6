import { toIso, toMillis, type Interval } from '../../model/interval.js';

const day = 86_400_000;

/** The whole UTC days that a window touches. */
export const wholeDays = ({ start, end }: Interval): Interval => ({
  start: toIso(Math.floor(toMillis(start) / day) * day),
  end: toIso(Math.ceil(toMillis(end) / day) * day),
});
