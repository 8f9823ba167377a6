/** What `tidemark doctor` checks beside connections; each check turns into findings that say what to do. */
import { randomUUID } from 'node:crypto';
import { TidemarkError } from '../model/errors.js';
import type { Configuration } from '../workers/configuration.js';
import { openConfigured, openStaging } from '../workers/openConfigured.js';
import { connectClient, targetFromEnvironment } from '../workers/temporalTarget.js';
import { searchAttributes } from '../workflows/searchAttributes.js';
import type { Finding } from './finding.js';
import { temporalRefusal } from './temporalRefusal.js';

export async function checkTemporal(): Promise<Finding> {
  const check = 'Temporal';
  try {
    const target = targetFromEnvironment();
    if (target === null) {
      return { level: 'ok', check, message: 'no address set: the embedded development server will be used' };
    }
    const client = await connectClient(target);
    try {
      const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
        namespace: target.namespace,
      });
      const missing = Object.values(searchAttributes)
        .map(({ name }) => name)
        .filter((name) => customAttributes?.[name] === undefined);
      if (missing.length === 0)
        return { level: 'ok', check, message: `${target.address}, namespace ${target.namespace}` };
      return {
        level: 'error',
        check,
        message: `search attributes ${missing.join(', ')} are not registered: see docs/install.md`,
      };
    } finally {
      await client.connection.close();
    }
  } catch (error) {
    return { level: 'error', check, message: explain(temporalRefusal(error) ?? error) };
  }
}

export async function checkStaging(configuration: Configuration): Promise<Finding> {
  const check = 'staging';
  try {
    const staging = await openStaging(configuration);
    // Of its own: others may look at the same time, from other machines.
    const directory = `doctor/${randomUUID()}/`;
    const name = `${directory}probe`;
    await staging.put(name, Buffer.from('tidemark'), 0);
    const back = await staging.get(name);
    await staging.remove(directory);
    if (back?.toString() !== 'tidemark') throw new Error('what was written was not read back');
    return { level: 'ok', check, message: staging.location };
  } catch (error) {
    const place = error instanceof TidemarkError ? '' : `${configuration.staging}: `;
    return { level: 'error', check, message: `${place}${explain(error)}` };
  }
}

export async function checkWarehouse(configuration: Configuration): Promise<Finding> {
  const check = 'warehouse';
  try {
    const { warehouse } = await openConfigured(configuration);
    try {
      await warehouse.check();
      return { level: 'ok', check, message: `${warehouse.kind} ${warehouse.location}` };
    } finally {
      await warehouse.close();
    }
  } catch (error) {
    return { level: 'error', check, message: explain(error) };
  }
}

export function explain(error: unknown): string {
  return error instanceof TidemarkError || error instanceof Error ? error.message : String(error);
}
