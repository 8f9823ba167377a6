/** Fields as short contracts have them. Times come out as UTC with milliseconds. */
import { z } from 'zod';

export const id = z.string().min(1);
export const text = z.string().nullish();
export const number = z.number().nullish();

/** A time without an offset counts as UTC. */
export const moment = z.iso
  .datetime({ offset: true, local: true })
  .transform((value) => new Date(/(?:Z|[+-]\d{2}:\d{2})$/u.test(value) ? value : `${value}Z`).toISOString());
