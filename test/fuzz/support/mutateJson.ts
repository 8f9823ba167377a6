/** Real documents with something wrong in them, by their own shape: the place is drawn, then what happens there. */
import * as fc from 'fast-check';

/** What happens to a place. `value` puts something else there, the others work with what is there. */
type Change =
  | { kind: 'value'; value: unknown }
  | {
      kind:
        'drop' | 'nest' | 'list' | 'text' | 'upper' | 'lower' | 'negate' | 'twice' | 'rename' | 'lengthen';
    };

export interface Edit {
  /** Counts the places of a document, around and around. */
  place: number;
  change: Change;
}

/** Values that break what was not thought of. */
export const absurdValues: readonly unknown[] = [
  ...[null, true, false, '', ' ', {}, [], [null], [[]], { '': null }],
  ...[0, -1, 0.5, -0, 1e308, 5e-324, 2 ** 31, 2 ** 53, 2 ** 63, -(2 ** 63), 1e21],
  ...['0', '1e400', 'NaN', 'null', 'undefined', 'true', '__proto__', 'constructor'],
  ...['0000-00-00', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
  ...['9999-12-31T23:59:59-23:59', '0000-01-01T00:00:00+23:59', '+275760-09-13T00:00:00.000Z'],
  ...['2026-02-30T00:00:00Z', '2026-13-01', '2026-09-01T25:61:61Z', '2026-09-01T10:00:60Z', '2026-09-01'],
  ...['2026-09-01T10:00:00', '2026-09-01 10:00:00Z', '1756720800', 1_756_720_800_000, 'yesterday'],
  ...[
    '\0',
    'a\0b',
    '\uFEFF',
    '\uD83D',
    '\uDE00\uD83D',
    '\u202Eabc',
    '\u2028',
    "'; DROP TABLE evaluations; --",
  ],
  ...['x'.repeat(70_000), 'é'.repeat(3_000), '\n'.repeat(100), '../../etc/passwd', '%00', '${HOME}'],
];

const change = (values: readonly unknown[]): fc.Arbitrary<Change> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...values).map((value): Change => ({ kind: 'value', value })) },
    {
      weight: 1,
      arbitrary: fc.jsonValue({ maxDepth: 2 }).map((value): Change => ({ kind: 'value', value })),
    },
    {
      weight: 4,
      arbitrary: fc
        .constantFrom<Change['kind'][]>(
          ...([
            'drop',
            'nest',
            'list',
            'text',
            'upper',
            'lower',
            'negate',
            'twice',
            'rename',
            'lengthen',
          ] as const),
        )
        .map((kind) => ({ kind }) as Change),
    },
  );

/** One to three edits; `values` beside the absurd ones. */
export const edits = (values: readonly unknown[] = []): fc.Arbitrary<Edit[]> =>
  fc.array(fc.record({ place: fc.nat(), change: change([...absurdValues, ...values]) }), {
    minLength: 1,
    maxLength: 3,
  });

interface Place {
  holder: Record<string, unknown> | unknown[];
  key: string | number;
}

/** Every value of a document with what holds it, at any depth. */
function placesOf(document: unknown): Place[] {
  const places: Place[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const holder = node as Place['holder'];
    for (const key of Array.isArray(holder) ? holder.keys() : Object.keys(holder)) {
      places.push({ holder, key });
      visit(Reflect.get(holder, key));
    }
  };
  visit(document);
  return places;
}

/** A copy of the document with the edits made, one after the other. */
export function mutate(document: unknown, made: readonly Edit[]): unknown {
  const root = { document: structuredClone(document) };
  for (const { place, change: wanted } of made) {
    // Not the root: documents that are something else altogether have tests of their own.
    const places = placesOf(root).slice(1);
    const found = places[place % Math.max(1, places.length)];
    if (found !== undefined) apply(found, wanted);
  }
  return root.document;
}

function apply({ holder, key }: Place, wanted: Change): void {
  const value: unknown = Reflect.get(holder, key);
  const set = (to: unknown) =>
    Object.defineProperty(holder, key, { value: to, enumerable: true, configurable: true, writable: true });
  switch (wanted.kind) {
    case 'value':
      return void set(structuredClone(wanted.value));
    case 'drop':
      return void (Array.isArray(holder)
        ? holder.splice(Number(key), 1)
        : Reflect.deleteProperty(holder, key));
    case 'nest':
      return void set({ value });
    case 'list':
      return void set([value]);
    case 'text':
      return void set(typeof value === 'string' ? Number(value) || value.length : JSON.stringify(value));
    case 'upper':
    case 'lower':
      return void set(
        typeof value !== 'string'
          ? value
          : wanted.kind === 'upper'
            ? value.toUpperCase()
            : value.toLowerCase(),
      );
    case 'negate':
      return void set(typeof value === 'number' ? -value - 1 : typeof value === 'boolean' ? !value : null);
    case 'twice':
      if (Array.isArray(holder)) holder.push(structuredClone(value));
      else Object.assign(holder, { [`${key}Copy`]: structuredClone(value) });
      return;
    case 'rename':
      if (Array.isArray(holder)) return void holder.reverse();
      Reflect.deleteProperty(holder, key);
      Object.assign(holder, { [String(key).toUpperCase()]: value });
      return;
    case 'lengthen':
      return void set(
        Array.isArray(value) ? [...value, ...value, ...value] : `${JSON.stringify(value)}${'9'.repeat(400)}`,
      );
  }
}
