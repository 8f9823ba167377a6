import { visibility, type Viewer } from '../organisation/organisation.js';

/** Whether somebody may see a record, which takes a grant in each of its divisions. */
export function isShown(record: { divisionIds: readonly string[] }, viewer: Viewer): boolean {
  return visibility(record, viewer) === 'visible';
}

/** Items that pass a test, lazily. */
export function* only<T>(items: Iterable<T>, test: (item: T) => boolean): Generator<T> {
  for (const item of items) if (test(item)) yield item;
}
