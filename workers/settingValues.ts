/** Values of settings as people write them. */
import { z } from 'zod';

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Further away, dates and timers are none any more. */
const longest = 3_650 * units.d;

/** A duration as people write it: 250ms, 90s, 15m, 1h, 7d. Parsed to milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, 'write a whole number and a unit: 90s, 15m, 1h or 7d')
  .transform((text) => Number.parseInt(text, 10) * units[text.replace(/^\d+/, '') as keyof typeof units])
  .refine((millis) => millis <= longest, 'write at most 3650d');

/** How long something is waited for: Temporal and timers take none for no limit at all. */
export const timeLimit = duration.refine(
  (millis) => millis > 0,
  'write 1ms at least: no time at all would have no end',
);

/** How often something happens. Schedules of Temporal know nothing shorter. */
export const everySo = duration.refine((millis) => millis >= 1_000, 'write 1s at least');

const sizes = { MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 } as const;

/** A size as people write it: 500MB, 20GB, 1TB. Parsed to bytes. */
export const size = z
  .string()
  .regex(/^\d+(MB|GB|TB)$/, 'write a whole number and a unit: 500MB, 20GB or 1TB')
  .transform((text) => Number(text.slice(0, -2)) * sizes[text.slice(-2) as keyof typeof sizes])
  .refine(Number.isSafeInteger, 'write at most 8000TB');

/** A day or a moment in UTC: 2026-01-01 or 2026-01-01T05:00:00Z. */
export const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'write a date (2026-01-01) or a time with its zone (2026-01-01T05:00:00Z)',
  })
  .transform((text) => new Date(text).toISOString());

/** Secrets are never in the file: `${NAME}` names the environment variable that holds one. */
export const fromEnvironment = z
  .string()
  .min(1, 'is empty: the environment variable it refers to has no value');

/** What a client may ask for in a window, as long as the vendor has not said. */
export const allowance = z
  .strictObject({
    requests: z.int().min(1).default(300),
    window: everySo.default(60_000),
  })
  .prefault({})
  .describe('API allowance assumed until the vendor states its own in the first response.');

/** A time zone of the IANA database, e.g. Europe/Berlin. */
export const timeZone = z.string().refine(isTimeZone, {
  error: 'write a time zone of the IANA database, e.g. Europe/Berlin or America/New_York',
});

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
