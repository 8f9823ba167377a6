/** A walk through a search that the next page goes on with. */
interface Walk<T> {
  iterator: Iterator<T>;
  position: number;
  startedAt: number;
}

/** Longer than between two pages of a client in a hurry, shorter than anybody would notice an index lag. */
const maxAgeMs = 2_000;
const walksKept = 20;

/**
 * Pages of lazy results. Offset paging would walk from the start for every page; a client that reads page after
 * page goes on where the last one ended instead. Results move under slow readers, as they do in earnest.
 */
export class PageWalks<T> {
  readonly #walks = new Map<string, Walk<T>>();

  /** The items of one page; `key` says which results they are of. */
  page(key: string, start: number, size: number, results: () => Iterable<T>): T[] {
    let walk = this.#walks.get(key);
    this.#walks.delete(key);
    if (walk === undefined || walk.position !== start || performance.now() - walk.startedAt > maxAgeMs) {
      walk = { iterator: results()[Symbol.iterator](), position: 0, startedAt: performance.now() };
    }
    const items: T[] = [];
    while (walk.position < start + size) {
      const next = walk.iterator.next();
      if (next.done === true) return items;
      if (walk.position >= start) items.push(next.value);
      walk.position += 1;
    }
    this.#walks.set(key, walk);
    const oldest = this.#walks.keys().next().value;
    if (this.#walks.size > walksKept && oldest !== undefined) this.#walks.delete(oldest);
    return items;
  }

  /** Forgets all walks: the organisation has changed. */
  forget(): void {
    this.#walks.clear();
  }
}
