/**
 * Documents in staging with the bodies of records behind them, a line each (JSON Lines). Deciding about records takes
 * the document alone; bodies are parsed when they are mapped, one at a time, because a whole page of them would outlive
 * collections of garbage again and again.
 */
import { jsonText, type JsonText } from '../model/jsonText.js';
import type { StagedObject, StagingStore } from '../staging/stagingStore.js';
import { damaged, putText, readText, required } from './stagedText.js';

export interface StagedBodies<T> {
  document: T;
  /** What was given for the record at this place, and its text. */
  body(index: number): { text: JsonText; body: unknown };
}

export async function putBodies(
  staging: StagingStore,
  name: string,
  document: unknown,
  bodies: readonly unknown[],
): Promise<StagedObject> {
  const lines = [document, ...bodies].map(jsonText);
  return putText(staging, name, lines.join('\n'), bodies.length);
}

/** The document alone; undefined when there is no such object. */
export async function getDocument<T>(staging: StagingStore, name: string): Promise<T | undefined> {
  return readText(staging, name, (text) => documentOf<T>(text, lineEnd(text, 0)));
}

/** Like `getDocument`, for objects that an earlier step must have left. */
export async function requireDocument<T>(staging: StagingStore, name: string): Promise<T> {
  return required(await getDocument<T>(staging, name), staging, name);
}

/** With the bodies, for objects that an earlier step must have left. */
export async function requireBodies<T>(staging: StagingStore, name: string): Promise<StagedBodies<T>> {
  const read = await readText(staging, name, (text): StagedBodies<T> => {
    const ends: number[] = [];
    for (let end = -1; end < text.length;) {
      end = lineEnd(text, end + 1);
      ends.push(end);
    }
    const document = documentOf<T>(text, ends[0] ?? 0);
    return {
      document,
      body: (index) => {
        try {
          const [before = text.length, end = text.length] = [ends[index], ends[index + 1]];
          const line = text.toString('utf8', before + 1, end);
          return { body: JSON.parse(line), text: line as JsonText };
        } catch (cause) {
          throw damaged(staging, name, cause);
        }
      },
    };
  });
  return required(read, staging, name);
}

const documentOf = <T>(text: Buffer, end: number) => JSON.parse(text.toString('utf8', 0, end)) as T;

function lineEnd(text: Buffer, from: number): number {
  const end = text.indexOf(0x0a, from);
  return end === -1 ? text.length : end;
}
