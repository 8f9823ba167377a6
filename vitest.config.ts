import { defineConfig } from 'vitest/config';

/** Parts that are held against the simulated organisation over HTTP, or against database files. */
const parts = [
  'test/{simulator,activities,dashboard,staging}/**/*.test.ts',
  'test/sources/**/{simulated,truth,visibility,metrics,readAgain}.test.ts',
  'test/cli/streamStatus.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{e2e,faults,fuzz,warehouses}/**', ...parts],
          maxWorkers: 2,
          testTimeout: 90_000,
        },
      },
      {
        test: {
          name: 'parts',
          include: parts,
          maxWorkers: 2,
          testTimeout: 90_000,
        },
      },
      {
        test: {
          // Bad input by the thousand: TIDEMARK_FUZZ_TIMES multiplies it, TIDEMARK_FUZZ_SEED draws other cases.
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          // One contract, held against every kind of warehouse; servers are started where one needs them.
          name: 'warehouses',
          include: ['test/warehouses/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          // Workers killed at every step; waiting for the heartbeats of those is most of it, so many wait at once. After
          // all others, as a dozen workers beside them would make those late.
          name: 'faults',
          sequence: { groupOrder: 1 },
          include: ['test/faults/**/*.test.ts'],
          globalSetup: ['test/e2e/support/temporalBinary.ts'],
          maxWorkers: 2,
          maxConcurrency: 6,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Once, before any test: where these binaries must be built, that takes minutes.
          globalSetup: [
            'test/e2e/support/temporalBinary.ts',
            'test/e2e/support/googlesqlAnalyzer.ts',
            'test/e2e/support/objectStorage.ts',
            'test/e2e/support/temporalServer.ts',
          ],
          // One real Temporal server and simulator each: two at a time is what two cores carry.
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
