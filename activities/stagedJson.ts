/** JSON documents in staging. */
import type { StagedObject, StagingStore } from '../staging/stagingStore.js';
import { putText, readText, required } from './stagedText.js';

export async function putJson(
  staging: StagingStore,
  name: string,
  value: unknown,
  rows: number,
): Promise<StagedObject> {
  return putText(staging, name, JSON.stringify(value), rows);
}

/**
 * Reads what `putJson` wrote; undefined when there is no such object. The shape is that of the writer in this
 * folder: names carry the attempt, so a reader never meets a document of another version's making by chance.
 */
export async function getJson<T>(staging: StagingStore, name: string): Promise<T | undefined> {
  return readText(staging, name, (text) => JSON.parse(text.toString('utf8')) as T);
}

/** Like `getJson`, for objects that an earlier step must have left. */
export async function requireJson<T>(staging: StagingStore, name: string): Promise<T> {
  return required(await getJson<T>(staging, name), staging, name);
}
