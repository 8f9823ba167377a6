/** The contract that every warehouse keeps: the same tests for each. */
import { describe } from 'vitest';
import { heldAndCompared } from './heldAndCompared.js';
import { largeBatch } from './largeBatch.js';
import { loadRules } from './loadRules.js';
import { metricReadings } from './metricReadings.js';
import { refusedBatches } from './refusedBatches.js';
import { schemaRules } from './schemaRules.js';
import type { OpenTarget } from './target.js';
import { tombstones } from './tombstones.js';
import { valuesAsSent } from './valuesAsSent.js';
import { whatOthersSaid } from './whatOthersSaid.js';

export function describeContract(name: string, open: OpenTarget): void {
  describe(`the contract, kept by ${name}`, () => {
    loadRules(open);
    tombstones(open);
    refusedBatches(open);
    whatOthersSaid(open);
    heldAndCompared(open);
    metricReadings(open);
    valuesAsSent(open);
    schemaRules(open);
    largeBatch(open);
  });
}
