/** Options that several commands share, and the checks of what people type. */
import { InvalidArgumentError, Option } from 'commander';
import { loadConfiguration } from '../workers/loadConfiguration.js';

export const configOption = () =>
  new Option('--config <file>', 'configuration file').default('tidemark.yaml').env('TIDEMARK_CONFIG');

export const jsonOption = () => new Option('--json', 'print the result as one line of JSON');

export const readConfiguration = loadConfiguration;

/** A day or a moment, as ISO 8601 UTC. */
export function parseMoment(text: string): string {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isTime = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})$/.test(text);
  const millis = isDate || isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(millis)) {
    throw new InvalidArgumentError(
      `"${text}" is neither a date nor a time with its zone; write 2026-11-01 or 2026-11-01T05:00:00Z.`,
    );
  }
  return new Date(millis).toISOString();
}

/** A whole number within bounds. */
export function parseWhole(minimum: number, maximum: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`"${text}" is not a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}
