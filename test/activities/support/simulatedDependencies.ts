import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Dependencies } from '../../../activities/dependencies.js';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../simulator/server.js';
import { controlSimulator } from '../../support/simulatorControl.js';
import { simulatedSources } from '../../support/simulatedSources.js';
import { scratchWarehouse } from '../../warehouses/scratchWarehouse.js';

export interface SimulatedDependencies {
  simulator: Simulator;
  dependencies: Dependencies;
  /** Where staging is. */
  folder: string;
}

/** What activities work with, for one test: a simulated organisation, staging in a folder, an empty warehouse. */
export async function simulatedDependencies(
  organisation: SimulatorOptions & { from: string },
): Promise<SimulatedDependencies> {
  const simulator = await startSimulator({ allowance: 100_000, ...organisation });
  onTestFinished(async () => simulator.close());
  const { warehouse, store, directory } = await scratchWarehouse();
  const sources = simulatedSources(simulator, organisation.from);
  return {
    simulator,
    dependencies: {
      ...{ ...sources, staging: store, warehouse },
      ...{ underWay: async () => [], alerts: { send: async () => {} } },
    },
    folder: join(directory, 'staging'),
  };
}

/** Requests that the simulator was asked so far. */
export const requestsOf = async ({ controlUrl }: Simulator): Promise<number> =>
  (await controlSimulator<{ requests: number }>(controlUrl, 'GET', 'counters')).requests;
