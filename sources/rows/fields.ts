/** Fields as short contracts have them. Times come out as UTC with milliseconds. */
import { z } from 'zod';

/** Half of a surrogate pair has no UTF-8 form: such an id can neither be asked for nor stored. */
export const id = z
  .string()
  .min(1)
  .refine((value) => !/\p{Surrogate}/u.test(value), 'holds half a character');
export const text = z.string().nullish();
export const number = z.number().nullish();

/** Years that every warehouse takes, in UTC; an offset may lead out of them. */
export function isStorable(time: string): boolean {
  if (!/^(?:000|9999)/u.test(time)) return true;
  const year = new Date(time).getUTCFullYear();
  return year >= 1 && year <= 9_999;
}

export const outOfYears = 'is not within the years 1 to 9999';

/** A time without an offset counts as UTC. */
export const moment = z.iso
  .datetime({ offset: true, local: true })
  .refine(isStorable, outOfYears)
  .transform((value) => new Date(/(?:Z|[+-]\d{2}:\d{2})$/u.test(value) ? value : `${value}Z`).toISOString());
