/** Merges ordered sources into one ordered sequence, lazily. */
export function* mergeOrdered<T>(
  sources: readonly Iterable<T>[],
  before: (a: T, b: T) => boolean,
): Generator<T> {
  const heads: { value: T; rest: Iterator<T> }[] = [];
  for (const source of sources) {
    const rest = source[Symbol.iterator]();
    const first = rest.next();
    if (first.done !== true) heads.push({ value: first.value, rest });
  }
  while (heads.length > 0) {
    let next = 0;
    for (let candidate = 1; candidate < heads.length; candidate++) {
      const [a, b] = [heads[candidate], heads[next]];
      if (a !== undefined && b !== undefined && before(a.value, b.value)) next = candidate;
    }
    const head = heads[next];
    if (head === undefined) return;
    yield head.value;
    const following = head.rest.next();
    if (following.done === true) heads.splice(next, 1);
    else head.value = following.value;
  }
}

/** Puts things of one time in the order of their ids; they come in order of their times. */
export function* orderTies<T extends { id: string }>(
  items: Iterable<T>,
  timeOf: (item: T) => number,
): Generator<T> {
  let ties: T[] = [];
  const ordered = () => ties.sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const item of items) {
    const [first] = ties;
    if (first !== undefined && timeOf(first) !== timeOf(item)) {
      yield* ordered();
      ties = [];
    }
    ties.push(item);
  }
  yield* ordered();
}
