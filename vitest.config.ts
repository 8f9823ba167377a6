import { defineConfig } from 'vitest/config';

/** Parts that are held against the simulated organisation over HTTP, or against database files. */
const parts = [
  'test/{simulator,activities,dashboard,staging}/**/*.test.ts',
  'test/sources/**/{simulated,truth,visibility,metrics,readAgain}.test.ts',
  'test/cli/streamStatus.test.ts',
];

/** Files at once. Nearly half of their time they wait: for schedules, pauses, disks, workers that come up. */
const maxWorkers = 3;

/**
 * Files share their processes, one after the other: loading all modules anew for each takes seconds. What a file changes
 * of its process (environment, spies, timers), it puts back.
 */
const sharing = { isolate: false, maxWorkers };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{e2e,faults,fuzz,warehouses}/**', ...parts],
          ...sharing,
          testTimeout: 90_000,
        },
      },
      {
        test: {
          name: 'parts',
          include: parts,
          ...sharing,
          testTimeout: 90_000,
        },
      },
      {
        test: {
          // Bad input by the thousand: TIDEMARK_FUZZ_TIMES multiplies it, TIDEMARK_FUZZ_SEED draws other cases.
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          ...sharing,
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          // One contract, held against every kind of warehouse; servers are started where one needs them.
          name: 'warehouses',
          include: ['test/warehouses/**/*.test.ts'],
          ...sharing,
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
          maxWorkers,
          maxConcurrency: 4,
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
          // One real Temporal server and simulator each.
          ...sharing,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
