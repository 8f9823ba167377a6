/** Options that several commands share, and the checks of what people type. */
import { InvalidArgumentError, Option } from 'commander';
import { DateTime } from 'luxon';
import { TidemarkError } from '../model/errors.js';
import { loadConfiguration } from '../workers/loadConfiguration.js';

export const configOption = () =>
  new Option('--config <file>', 'configuration file').default('tidemark.yaml').env('TIDEMARK_CONFIG');

export const jsonOption = () => new Option('--json', 'print the result as one line of JSON');

export const readConfiguration = loadConfiguration;

/** A day or a moment, as ISO 8601 UTC. */
export function parseMoment(text: string): string {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isTime = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-](0\d|1[0-4]):?[0-5]\d)$/.test(text);
  // Date.parse makes March of the 30th of February.
  const moment = DateTime.fromISO(text, { zone: 'utc' });
  if (!(isDate || isTime) || !moment.isValid) {
    throw new InvalidArgumentError(
      `"${text}" is neither a date nor a time with its zone; write 2026-11-01 or 2026-11-01T05:00:00Z.`,
    );
  }
  return moment.toJSDate().toISOString();
}

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration as in the configuration, in milliseconds. */
export function parseDuration(text: string): number {
  const unit = units[text.slice(-1) as keyof typeof units] as number | undefined;
  if (!/^[1-9]\d*[smhd]$/.test(text) || unit === undefined) {
    throw new InvalidArgumentError(
      `"${text}" is no duration; write a whole number and a unit: 90s, 15m, 1h or 7d.`,
    );
  }
  return Number(text.slice(0, -1)) * unit;
}

/** A span must have ended long enough ago for the vendor to have indexed all of it. */
export function checkSpan({ from, to }: { from: string; to: string }, safetyLag: number): void {
  const latest = new Date(Date.now() - safetyLag).toISOString();
  if (to > latest) {
    throw new TidemarkError('InvalidConfig', `--to ${to} is later than ${latest}.`, {
      remedy:
        `What the vendor indexes late would be missed unseen: end ${safetyLag / 60_000} minutes (safetyLag) or ` +
        'more before now.',
    });
  }
  if (from < to) return;
  throw new TidemarkError('InvalidConfig', `--from ${from} is not before --to ${to}.`, {
    remedy: 'The span is half-open: --from is included, --to is not.',
  });
}

/** A whole number within bounds. */
export function parseWhole(minimum: number, maximum: number) {
  return (text: string): number => {
    // Number() makes 0 of nothing and 16 of 0x10.
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isInteger(value) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`"${text}" is not a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}
