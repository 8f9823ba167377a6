import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchPipeline } from '../../workflows/batchPipeline.js';

interface Played {
  /** `extract 1`, `extract 1 done`, `prepare 1` and so on, as they came. */
  events: string[];
  loaded: number[];
  failure: string | null;
}

type Stage = 'extract' | 'prepare' | 'load';

/** Turns of the event loop that each stage of each batch takes, and where one fails. */
async function play(
  turns: readonly (readonly [number, number, number])[],
  fails?: { stage: Stage; batch: number },
): Promise<Played> {
  const played: Played = { events: [], loaded: [], failure: null };
  const work = async (stage: Stage, batch: number, count: number): Promise<number> => {
    played.events.push(`${stage} ${batch}`);
    for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
    if (fails?.stage === stage && fails.batch === batch) throw new Error(`${stage} ${batch}`);
    played.events.push(`${stage} ${batch} done`);
    return batch;
  };
  const of = (batch: number) => turns[batch] ?? [0, 0, 0];
  const pipeline = batchPipeline<number, number>(
    async (batch) => work('prepare', batch, of(batch)[1]),
    async (batch) => {
      await work('load', batch, of(batch)[2]);
      played.loaded.push(batch);
    },
  );
  try {
    for (const [batch, [count]] of turns.entries()) {
      await pipeline.room();
      await pipeline.take(work('extract', batch, count));
    }
    await pipeline.end();
  } catch (error) {
    played.failure = (error as Error).message;
  }
  return played;
}

const some = fc.array(fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 7 });
const failures = fc.record({
  stage: fc.constantFrom<Stage>('extract', 'prepare', 'load'),
  batch: fc.nat(6),
});

describe('batches one behind the other', () => {
  it('are all loaded, in their order, each stage with one at a time', async () => {
    await fc.assert(
      fc.asyncProperty(some, async (turns) => {
        const { events, loaded, failure } = await play(turns);
        expect(failure).toBeNull();
        expect(loaded).toEqual(turns.map((_, batch) => batch));
        for (const stage of ['extract', 'prepare', 'load']) {
          expect(events.filter((event) => event.startsWith(stage))).toEqual(
            turns.flatMap((_, batch) => [`${stage} ${batch}`, `${stage} ${batch} done`]),
          );
        }
      }),
    );
  });

  it('are never more than five', async () => {
    await fc.assert(
      fc.asyncProperty(some, async (turns) => {
        let underWay = 0;
        for (const event of (await play(turns)).events) {
          if (event.startsWith('extract ') && !event.endsWith('done')) underWay += 1;
          if (event.startsWith('load ') && event.endsWith('done')) underWay -= 1;
          expect(underWay).toBeLessThanOrEqual(5);
        }
      }),
    );
  });

  it('do not wait for a slow neighbour of another stage with every batch', async () => {
    const { events } = await play([
      [1, 8, 1],
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(events.indexOf('extract 2 done')).toBeLessThan(events.indexOf('prepare 0 done'));
    expect(events.indexOf('extract 3 done')).toBeGreaterThan(events.indexOf('prepare 0 done'));
  });

  it('fail with what came first, when all before it is loaded and nothing after it', async () => {
    await fc.assert(
      fc.asyncProperty(some, failures, async (turns, fails) => {
        const { loaded, failure } = await play(turns, fails);
        const reached = fails.batch < turns.length;
        expect(failure).toBe(reached ? `${fails.stage} ${fails.batch}` : null);
        expect(loaded).toEqual(turns.map((_, batch) => batch).slice(0, reached ? fails.batch : undefined));
      }),
    );
  });
});
