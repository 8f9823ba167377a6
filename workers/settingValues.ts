/** Values of settings as people write them. */
import { z } from 'zod';

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration as people write it: 90s, 15m, 1h, 7d. Parsed to milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(s|m|h|d)$/, 'write a whole number and a unit: 90s, 15m, 1h or 7d')
  .transform((text) => Number(text.slice(0, -1)) * units[text.slice(-1) as keyof typeof units]);

const sizes = { MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 } as const;

/** A size as people write it: 500MB, 20GB, 1TB. Parsed to bytes. */
export const size = z
  .string()
  .regex(/^\d+(MB|GB|TB)$/, 'write a whole number and a unit: 500MB, 20GB or 1TB')
  .transform((text) => Number(text.slice(0, -2)) * sizes[text.slice(-2) as keyof typeof sizes]);

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
