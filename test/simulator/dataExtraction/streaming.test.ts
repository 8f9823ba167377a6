/** Files are made piece by piece: a large one takes no more memory than a small one. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { dayMs } from '../../../simulator/common/instants.js';
import { extract } from '../../../simulator/cxone/data-extraction/extract.js';
import { settingsOf } from '../../../simulator/cxone/data-extraction/settings.js';
import { createOrganisation } from '../../../simulator/organisation/createOrganisation.js';

const from = Date.parse('2026-09-01T00:00:00Z');
const to = from + 15 * dayMs;
const now = to + 30 * dayMs;
const megabyte = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const held = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed / megabyte;
};

it('writes the questions of 50,000 workflows in the memory of a few', async () => {
  const organisation = createOrganisation({ seed: 7, evaluations: 50_000, from, to, now: () => now });
  const request = {
    entityName: 'qm-questions',
    version: '1',
    startDate: '2026-09-01',
    endDate: '2026-09-15',
    span: { from, to },
  } as const;
  const before = held();
  let written = 0;
  let growth = 0;
  let pieces = 0;
  for await (const piece of extract(organisation, request, { divisionIds: 'all' }, now, settingsOf())) {
    written += Buffer.byteLength(String(piece)) / megabyte;
    pieces += 1;
    if (pieces % 20 === 0) growth = Math.max(growth, held() - before);
    // A twentieth of it: what is not written yet would be held by now if it were made at once.
    if (written > 40) break;
  }
  expect(written).toBeGreaterThan(40);
  expect(growth).toBeLessThan(8);
});
