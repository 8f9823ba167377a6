import { expect } from 'vitest';
import type { BatchManifest } from '../../../warehouses/warehouse.js';
import { evaluation, hour, tombstone } from './sampleEvaluation.js';
import { noSignal, type ScratchTarget } from './target.js';

/** A warehouse with a loaded batch, and a second batch that touches every kind of table. */
export async function withSecondBatch<T extends ScratchTarget>(open: () => Promise<T>) {
  const scratch = await open();
  await scratch.load('b1', evaluation(), evaluation({ id: 'e2' }));
  const second = await scratch.stage(
    'b2',
    evaluation({ stamp: hour(10), extracted: hour(10), score: 90, questions: ['q2', 'q3'] }),
    evaluation({ id: 'e3' }),
    tombstone('e2', hour(11)),
  );
  return { scratch, second };
}

export async function expectRefusedWithoutTrace(
  scratch: ScratchTarget,
  batch: BatchManifest,
  message: RegExp,
) {
  const before = await scratch.dump();
  await expect(scratch.warehouse.load(batch, noSignal)).rejects.toMatchObject({
    kind: 'LoadRefused',
    message: expect.stringMatching(message) as string,
  });
  expect(await scratch.dump()).toEqual(before);
}
