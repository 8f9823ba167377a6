/** Words of the vendor in terms of the canonical model. Pure. */
import { normalHeader } from './columns.js';

const questionTypes: Readonly<Record<string, string>> = {
  multiplechoice: 'multipleChoiceQuestion',
  multipleselect: 'multipleSelectQuestion',
  freetext: 'freeTextQuestion',
  rating: 'npsQuestion',
  textblock: 'readOnlyTextBlockQuestion',
};

/** What the vendor calls otherwise keeps its word. */
export const questionTypeOf = (type: string | undefined): string | null =>
  type === undefined ? null : (questionTypes[normalHeader(type)] ?? type);

/** FINISHED, INREVIEW while it is disputed, else the vendor's word in capitals, e.g. IN_PROGRESS. */
export function statusOf(status: string, state: string | undefined): string {
  if (normalHeader(status) !== 'completed') return inCapitals(status);
  return normalHeader(state ?? '') === 'indispute' ? 'INREVIEW' : 'FINISHED';
}

export const inCapitals = (words: string): string =>
  words
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/gu, '');
