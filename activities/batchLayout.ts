/** Names of everything a batch keeps in staging. Deterministic, so that an activity that runs again finds it. */
import { createHash } from 'node:crypto';
import type { BatchRef } from './contracts.js';

const pad = (number: number) => String(number).padStart(6, '0');

/** What names of a batch derive from. */
type Place = Pick<BatchRef, 'windowDirectory' | 'number'>;

export const batchDirectory = (batch: Place) => `${batch.windowDirectory}/batch-${pad(batch.number)}`;
export const pagesDirectory = (batch: BatchRef) => `${batchDirectory(batch)}/pages`;
export const pageName = (batch: BatchRef, number: number) => `${pagesDirectory(batch)}/${pad(number)}.jsonl`;
export const lookupsDirectory = (batch: BatchRef) => `${batchDirectory(batch)}/lookups`;
export const lookupPageName = (batch: BatchRef, number: number) =>
  `${lookupsDirectory(batch)}/${pad(number)}.jsonl`;
export const manifestName = (batch: Place) => `${batchDirectory(batch)}/manifest.json`;
export const comparedName = (batch: Place) => `${batchDirectory(batch)}/compared.json`;
export const lookupListName = (batch: BatchRef) => `${batchDirectory(batch)}/lookup-list.json`;
export const tableName = (batch: BatchRef, table: string) =>
  `${batchDirectory(batch)}/tables/${table}.parquet`;
export const formsName = (batch: BatchRef) => `${batchDirectory(batch)}/forms.json`;
/** Of those that cannot be used; not there where there are none. */
export const unusableFormsName = (batch: BatchRef) => `${batchDirectory(batch)}/forms-unusable.json`;
export const conversationsName = (batch: BatchRef) => `${batchDirectory(batch)}/conversations.json`;
/** Apart from those that the source gave: a batch that is resumed asks it for these again. */
export const recalledName = (batch: BatchRef) => `${batchDirectory(batch)}/conversations-recalled.json`;
/** What an activity was answered so far, each answer by its number. */
export const answersDirectory = (directory: string, activity: string) => `${directory}/answers/${activity}`;
export const answerName = (answers: string, number: number) => `${answers}/${pad(number)}.json`;
export const directoryName = (runDirectory: string) => `${runDirectory}/directory.json`;

export const readingsName = (runDirectory: string) => `${runDirectory}/readings.json`;

/**
 * Id of a batch in the warehouse. Loading the same id twice changes nothing, so it names one attempt at one window:
 * a later run over the same window has another staging directory and so another id.
 */
export function batchId(batch: BatchRef): string {
  return createHash('sha256').update(batchDirectory(batch)).digest('hex').slice(0, 32);
}

/** Id of an answer in quarantine, short enough for people; the same in every attempt at the activity. */
export const quarantineId = (batch: BatchRef, what: string) =>
  createHash('sha256')
    .update(`${batchDirectory(batch)}/${what}`)
    .digest('hex')
    .slice(0, 16);
/** Outlives the window's own directory: it stays until someone has decided. */
export const quarantineDirectory = (connection: string, stream: string, id: string) =>
  `quarantine/${connection}/${stream}/${id}`;

/** What a compared window did not show, beside the list of it. */
export const notShownName = (listDirectory: string) => `${listDirectory}/not-shown.json`;

/** Files that jobs brought for a window, each with a note that says it is complete. */
export const extractedDirectory = (windowDirectory: string) => `${windowDirectory}/extracted`;
export const extractedFileName = (windowDirectory: string, job: string) =>
  `${extractedDirectory(windowDirectory)}/${job}`;
export const extractedNoteName = (windowDirectory: string, job: string) =>
  `${extractedDirectory(windowDirectory)}/${job}.json`;
/** What the files of a window were shaped into. */
export const preparedName = (windowDirectory: string, name: string) =>
  `${windowDirectory}/prepared/${name}.json`;
export const shapedName = (windowDirectory: string) => `${windowDirectory}/shaped.json`;

/** Ids of the evaluations that are read again by windows. */
export const askedName = (directory: string) => `${directory}/asked.json`;
