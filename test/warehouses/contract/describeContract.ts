/** The contract that every warehouse keeps: the same tests for each. */
import { describe } from 'vitest';
import { connectionsApart } from './connectionsApart.js';
import { heldSelections } from './heldSelections.js';
import { largeBatch } from './largeBatch.js';
import { loadRules } from './loadRules.js';
import { metricReadings } from './metricReadings.js';
import { reconciledRecords } from './reconciledRecords.js';
import { refusedBatches } from './refusedBatches.js';
import { schemaRules } from './schemaRules.js';
import type { OpenTarget } from './target.js';
import { tombstones } from './tombstones.js';
import { valuesAsSent } from './valuesAsSent.js';
import { versionsOfEvaluations } from './versions.js';
import { whatOthersSaid } from './whatOthersSaid.js';

export function describeContract(name: string, open: OpenTarget): void {
  describe(`the contract, kept by ${name}`, () => {
    loadRules(open);
    versionsOfEvaluations(open);
    tombstones(open);
    refusedBatches(open);
    whatOthersSaid(open);
    heldSelections(open);
    reconciledRecords(open);
    connectionsApart(open);
    metricReadings(open);
    valuesAsSent(open);
    schemaRules(open);
    largeBatch(open);
  });
}
