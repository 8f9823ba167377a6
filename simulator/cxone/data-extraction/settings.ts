/** The options of extraction with what they are when they are absent. */
import { defaults, type ExtractionOptions } from '../../options.js';

export type ExtractionSettings = {
  [K in keyof ExtractionOptions]-?: Exclude<ExtractionOptions[K], undefined>;
};

export function settingsOf(options: ExtractionOptions = {}): ExtractionSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults.extraction, ...Object.fromEntries(given) };
}
