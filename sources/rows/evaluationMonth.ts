import { toIso } from '../../model/interval.js';

/** First day of the month of a moment that does not change; one for all that have none. */
export const monthOf = (moment: string | null | undefined): string =>
  `${(moment ?? toIso(0)).slice(0, 7)}-01`;
