/** What `evaluation_history` keeps, whenever and however often versions arrive. */
import { describe, expect, it } from 'vitest';
import { evaluation, hour } from './sampleEvaluation.js';
import type { OpenTarget, ScratchTarget } from './target.js';

/** Content of one evaluation that was read at an hour. */
interface Reading {
  content: string;
  at: number;
}

const readings = 4;

/** What may have been read one after the other under one change stamp. */
const courses: Reading[][] = Array.from({ length: 2 ** (readings - 1) }, (_, bits) =>
  Array.from({ length: readings }, (__, at) => ({ content: ((2 * bits) >> at) & 1 ? 'B' : 'A', at })),
);

function ordersOf<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, index) =>
    ordersOf(items.filter((_, other) => other !== index)).map((others) => [first, ...others]),
  );
}

/** Evaluations by id, each with its readings in the order of their loads. */
type Arrivals = ReadonlyMap<string, readonly Reading[]>;

const inOrder: Arrivals = new Map(courses.map((course, index) => [`in order ${index}`, course]));
const inAnyOrder: Arrivals = new Map(
  courses.flatMap((course, index) =>
    ordersOf(course).map((order, number) => [`course ${index}, order ${number}`, order] as const),
  ),
);

const loadEach = async ({ load }: ScratchTarget, batch: string, arrivals: Arrivals) => {
  for (let position = 0; position < readings; position += 1) {
    const rows = [...arrivals].flatMap(([id, order]) => {
      const reading = order[position];
      return reading === undefined
        ? []
        : [evaluation({ id, hash: reading.content, extracted: hour(10 + reading.at) })];
    });
    await load(`${batch}-${position}`, ...rows);
  }
};

/** Versions of each evaluation in the order of time, e.g. `A10 B12`. */
async function versions({ dump }: ScratchTarget): Promise<Map<string, string>> {
  const found = new Map<string, string[]>();
  for (const row of (await dump())['evaluation_history'] ?? []) {
    const id = String(row['evaluation_id']);
    const version = `${String(row['extracted_at']).slice(11, 13)}${String(row['content_hash'])}`;
    found.set(id, [...(found.get(id) ?? []), version]);
  }
  return new Map([...found].map(([id, each]) => [id, each.sort().join(' ')]));
}

const sayOf = ({ content, at }: Reading) => `${10 + at}${content}`;

export function versionsOfEvaluations(open: OpenTarget): void {
  describe('the history', () => {
    it('has content that returns under the same change stamp again, and nothing twice', async () => {
      const scratch = await open();
      await loadEach(scratch, 'first', inOrder);
      const expected = new Map(
        [...inOrder].map(([id, course]) => [
          id,
          course
            .filter(({ content }, index) => content !== course[index - 1]?.content)
            .map(sayOf)
            .join(' '),
        ]),
      );
      expect([...expected.values()]).toContain('10A 11B 12A 13B');
      expect(await versions(scratch)).toEqual(expected);
      const before = await scratch.dump();
      await loadEach(scratch, 'again', inOrder);
      await loadEach(
        scratch,
        'backwards',
        new Map([...inOrder].map(([id, course]) => [id, course.toReversed()])),
      );
      expect((await scratch.dump())['evaluation_history']).toEqual(before['evaluation_history']);
    });

    it('has each content, and nothing twice, in whatever order loads come', async () => {
      const scratch = await open();
      await loadEach(scratch, 'b', inAnyOrder);
      const found = await versions(scratch);
      expect(found.size).toBe(inAnyOrder.size);
      for (const [id, order] of inAnyOrder) {
        const read = order.map(sayOf);
        const kept = (found.get(id) ?? '').split(' ');
        const contents = kept.map((version) => version.slice(2));
        expect(read, id).toEqual(expect.arrayContaining(kept));
        expect(new Set(contents), id).toEqual(new Set(order.map(({ content }) => content)));
        for (const [index, content] of contents.entries()) expect(content, id).not.toBe(contents[index - 1]);
      }
    });

    it('does not take an older change that is read later for one that returned', async () => {
      const scratch = await open();
      await scratch.load('b1', evaluation({ stamp: hour(8), extracted: hour(9), hash: 'A' }));
      await scratch.load('b2', evaluation({ stamp: hour(10), extracted: hour(11), hash: 'B' }));
      await scratch.load('b3', evaluation({ stamp: hour(8), extracted: hour(12), hash: 'A' }));
      expect([...(await versions(scratch)).values()]).toEqual(['09A 11B']);
    });
  });
}
