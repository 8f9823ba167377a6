/**
 * Answers of vendors with something wrong in them, through the adapters as they are: rows that every column takes, or
 * an error that says where.
 */
import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { openContracts } from './support/contracts.js';
import { expectTidemarkError } from './support/judge.js';
import { edits, mutate } from './support/mutateJson.js';
import { sampling } from './support/sampling.js';

const { calls, close } = await openContracts();
afterAll(close);

const links = [
  'http://[',
  '//',
  '?after=',
  'https://elsewhere.example/next',
  '/api/v2/else',
  '?cursor=%',
  'javascript:0',
];

/** Where: a path in the answer, a column, an id, or that it is no JSON at all. */
const place = / at \S+: | at its top: |\(connection acme\)| must be |: [\w.()]+: |record|page|cursor/u;

const quick = calls.filter(({ waits }) => !waits);

it.each([
  ['', quick, 4_500],
  [' of a job', calls.filter(({ waits }) => waits), 60],
])('an answer%s that is wrong somewhere makes rows or an error that says where', async (_, asked, cases) => {
  const outcomes = { rows: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...asked), fc.nat(), edits(links), async (call, request, made) => {
      call.replay.arm(1 + (request % call.requests), (body) => ({ json: mutate(body, made) }));
      try {
        await call.run();
        outcomes.rows += 1;
      } catch (error) {
        const { message } = expectTidemarkError(error, ['SchemaMismatch', 'InvalidRequest']);
        expect(message).toMatch(place);
        outcomes.refused += 1;
      }
    }),
    sampling(cases),
  );
  // Otherwise it would hold for any answer.
  expect(Math.min(outcomes.rows, outcomes.refused) * 20).toBeGreaterThan(outcomes.rows + outcomes.refused);
});

it('an answer that is cut off or replaced on its way is tried again, not taken for anything', async () => {
  const cut = fc.double({ min: 0, max: 0.99, noNaN: true });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...quick), fc.nat(), cut, async (call, request, at) => {
      let isEmpty = false;
      call.replay.arm(1 + (request % call.requests), (body) => {
        // A 204, whose body is nothing.
        isEmpty = body === null;
        const text = JSON.stringify(body);
        return { text: text.slice(0, Math.floor(at * text.length)) };
      });
      const error: unknown = await call.run().catch((thrown: unknown) => thrown);
      if (!isEmpty) expectTidemarkError(error, ['UpstreamUnavailable']);
    }),
    sampling(500),
  );
});
