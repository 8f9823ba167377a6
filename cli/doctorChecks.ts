/** What `tidemark doctor` checks; each check turns into findings that say what to do. */
import { TidemarkError } from '../model/errors.js';
import { isHidden, type VisibilityFinding } from '../model/visibility.js';
import type { Source, SourceDiagnosis } from '../sources/source.js';
import type { Configuration } from '../workers/configuration.js';
import { connectionOf, openSources } from '../workers/connections.js';
import { openConfigured } from '../workers/openConfigured.js';
import { connectClient, targetFromEnvironment } from '../workers/temporalTarget.js';
import { searchAttributes } from '../workflows/searchAttributes.js';
import { lastDays } from '../model/lastDays.js';

export interface Finding {
  level: 'ok' | 'warning' | 'error';
  check: string;
  message: string;
}

export async function checkConnection(configuration: Configuration, name: string): Promise<Finding[]> {
  try {
    const [stream = ''] = Object.keys(connectionOf(configuration, name).streams);
    const source = openSources(configuration).source(name, stream);
    const diagnosis = await source.diagnose({ signal: AbortSignal.timeout(60_000), priority: 1 });
    return findingsOf(name, diagnosis, await checkVisibility(name, source));
  } catch (error) {
    return [{ level: 'error', check: `${name} sign-in`, message: explain(error) }];
  }
}

/** What the source hides of the last month; divisions have a check of their own. */
async function checkVisibility(name: string, source: Source): Promise<Finding[]> {
  const check = `${name} visibility`;
  try {
    const context = { signal: AbortSignal.timeout(120_000), priority: 1 } as const;
    const findings = await source.auditVisibility(lastDays(31, Date.now()), context);
    return findings
      .filter(({ aspect }) => aspect !== 'division')
      .map((finding) => ({
        level: isHidden(finding) || finding.isVisible === null ? 'warning' : 'ok',
        check,
        message: visibilityText(finding),
      }));
  } catch (error) {
    return [{ level: 'warning', check, message: explain(error) }];
  }
}

function visibilityText({ aspect, records, note }: VisibilityFinding): string {
  return `${aspect}${records === null ? '' : ` ${records}`}: ${note}`;
}

function findingsOf(name: string, diagnosis: SourceDiagnosis, visibility: readonly Finding[]): Finding[] {
  const { organisationDivisions, grantedDivisionIds, permissions, allowance } = diagnosis;
  const hidden =
    grantedDivisionIds === null
      ? []
      : organisationDivisions.filter(({ id }) => !grantedDivisionIds.includes(id));
  const missing = permissions.filter(({ held }) => held === false).map(({ permission }) => permission);
  const unknown = permissions.filter(({ held }) => held === null).map(({ permission }) => permission);
  return [
    {
      level: 'ok',
      check: `${name} sign-in`,
      message: `token lives ${diagnosis.tokenLifetimeSeconds} s`,
    },
    missing.length > 0
      ? {
          level: 'error',
          check: `${name} permissions`,
          message: `missing ${missing.join(', ')}: add them to a role of the OAuth client`,
        }
      : {
          level: unknown.length > 0 ? 'warning' : 'ok',
          check: `${name} permissions`,
          message:
            unknown.length > 0
              ? `held as far as can be told; not checked: ${unknown.join(', ')}`
              : `all ${permissions.length} held`,
        },
    grantedDivisionIds === null
      ? {
          level: 'warning',
          check: `${name} divisions`,
          message: 'the source does not say which divisions are granted',
        }
      : {
          level: hidden.length > 0 ? 'warning' : 'ok',
          check: `${name} divisions`,
          message:
            hidden.length > 0
              ? `${hidden.map((division) => division.name).join(', ')} hidden: grant the role in them, or their evaluations are missing without an error`
              : `all ${organisationDivisions.length} granted`,
        },
    ...visibility,
    allowance === null
      ? { level: 'warning', check: `${name} allowance`, message: 'the source does not state it' }
      : {
          level: 'ok',
          check: `${name} allowance`,
          message: `${allowance.requests} requests in ${allowance.windowSeconds} s`,
        },
  ];
}

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
    return { level: 'error', check, message: explain(error) };
  }
}

export async function checkStaging(configuration: Configuration): Promise<Finding> {
  const check = 'staging';
  try {
    const { staging } = openConfigured(configuration);
    const name = `doctor/probe-${process.pid}`;
    await staging.put(name, Buffer.from('tidemark'), 0);
    const back = await staging.get(name);
    await staging.remove('doctor/');
    if (back?.toString() !== 'tidemark') throw new Error('what was written was not read back');
    return { level: 'ok', check, message: staging.location };
  } catch (error) {
    return { level: 'error', check, message: `${configuration.staging}: ${explain(error)}` };
  }
}

export async function checkWarehouse(configuration: Configuration): Promise<Finding> {
  const { warehouse } = openConfigured(configuration);
  try {
    await warehouse.check();
    return { level: 'ok', check: 'warehouse', message: `${warehouse.kind} ${warehouse.location}` };
  } catch (error) {
    return { level: 'error', check: 'warehouse', message: explain(error) };
  } finally {
    await warehouse.close();
  }
}

function explain(error: unknown): string {
  return error instanceof TidemarkError || error instanceof Error ? error.message : String(error);
}
