/** What `tidemark doctor` asks of a connection: once for all of its streams together. */
import { lastDays } from '../model/lastDays.js';
import { isHidden, subjectText, type VisibilityFinding } from '../model/visibility.js';
import type { CallContext, Source, SourceDiagnosis } from '../sources/source.js';
import type { Configuration, ConnectionConfiguration } from '../workers/configuration.js';
import { connectionOf, streamOf } from '../workers/connections.js';
import { openSources, type OpenSources } from '../workers/openSources.js';
import { configuredAllowance, contractLimits, untoldScopes } from './contractLimits.js';
import { explain } from './doctorChecks.js';
import type { Finding } from './finding.js';
import { excessFinding, permissionFindings, type NeedingStream } from './permissionChecks.js';

/** A stream or the metrics, opened. */
interface OpenedStream extends NeedingStream {
  /** Null for metrics. */
  source: Source | null;
  diagnose(context: CallContext, permissions: readonly string[]): Promise<SourceDiagnosis>;
}

export async function checkConnection(configuration: Configuration, name: string): Promise<Finding[]> {
  const connection = connectionOf(configuration, name);
  const { api: contract, streams } = connection;
  const sources = openSources(configuration);
  const opened: OpenedStream[] = [];
  const refused: Finding[] = [];
  for (const stream of Object.keys(streams)) {
    try {
      opened.push(openStream(sources, name, stream));
    } catch (error) {
      refused.push({ level: 'error', check: `${name} ${stream}`, message: explain(error) });
    }
  }
  const [first] = opened;
  if (first === undefined) {
    const none: Finding = { level: 'warning', check: name, message: 'no streams are configured' };
    return refused.length > 0 ? refused : [none];
  }
  try {
    const { diagnosis, held } = await diagnoseAll(first, opened);
    return [
      ...refused,
      { level: 'ok', check: `${name} sign-in`, message: `token lives ${diagnosis.tokenLifetimeSeconds} s` },
      ...contractLimits(name, connection),
      ...permissionFindings(name, contract, opened, held),
      excessFinding(name, contract, diagnosis.excessPermissions),
      ...divisionFindings(name, connection, diagnosis),
      ...(await checkVisibility(configuration, name, opened, diagnosis)),
      allowanceFinding(name, connection, diagnosis),
    ];
  } catch (error) {
    return [...refused, { level: 'error', check: `${name} sign-in`, message: explain(error) }];
  }
}

function openStream(sources: OpenSources, connection: string, stream: string): OpenedStream {
  if (stream === 'metrics') {
    const metrics = sources.metrics(connection);
    const diagnose: OpenedStream['diagnose'] = (context, asked) => metrics.diagnose(context, asked);
    return { stream, permissions: metrics.permissions, source: null, diagnose };
  }
  const source = sources.source(connection, stream);
  const { permissions } = source.capabilities;
  return { stream, permissions, source, diagnose: (context, asked) => source.diagnose(context, asked) };
}

/** Streams share their client: one answers for all, each permission being asked about once. */
async function diagnoseAll(
  first: OpenedStream,
  opened: readonly OpenedStream[],
): Promise<{ diagnosis: SourceDiagnosis; held: Map<string, boolean | null> }> {
  const union = [...new Set(opened.flatMap(({ permissions }) => permissions))];
  const diagnosis = await first.diagnose({ signal: AbortSignal.timeout(60_000), priority: 1 }, union);
  return {
    diagnosis,
    held: new Map(diagnosis.permissions.map(({ permission, held }) => [permission, held])),
  };
}

/** What the source hides of the last month; divisions that it tells of have a check of their own. */
async function checkVisibility(
  configuration: Configuration,
  name: string,
  opened: readonly OpenedStream[],
  { grantedDivisionIds }: SourceDiagnosis,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { stream, source } of opened) {
    if (source !== null && streamOf(configuration, name, stream).auditsVisibility) {
      findings.push(...(await hiddenBy(`${name} ${stream} visibility`, source, grantedDivisionIds !== null)));
    }
  }
  return findings;
}

async function hiddenBy(check: string, source: Source, divisionsAreTold: boolean): Promise<Finding[]> {
  try {
    const context = { signal: AbortSignal.timeout(120_000), priority: 1 } as const;
    const findings = await source.auditVisibility(lastDays(31, Date.now()), context);
    return findings
      .filter(({ aspect }) => !divisionsAreTold || aspect !== 'division')
      .map((finding) => ({
        level: isHidden(finding) || finding.isVisible === null ? 'warning' : 'ok',
        check,
        message: visibilityText(finding),
      }));
  } catch (error) {
    return [{ level: 'warning', check, message: explain(error) }];
  }
}

function visibilityText(finding: VisibilityFinding): string {
  const { records, note } = finding;
  return `${subjectText(finding)}${records === null ? '' : ` ${records}`}: ${note}`;
}

function divisionFindings(
  name: string,
  connection: ConnectionConfiguration,
  { organisationDivisions, grantedDivisionIds }: SourceDiagnosis,
): Finding[] {
  if (grantedDivisionIds === null) return untoldScopes(name, connection);
  return [divisionFinding(`${name} divisions`, organisationDivisions, grantedDivisionIds)];
}

function divisionFinding(
  check: string,
  organisationDivisions: SourceDiagnosis['organisationDivisions'],
  grantedDivisionIds: readonly string[],
): Finding {
  const hidden = organisationDivisions.filter(({ id }) => !grantedDivisionIds.includes(id));
  if (hidden.length === 0) {
    return { level: 'ok', check, message: `all ${organisationDivisions.length} granted` };
  }
  const names = hidden.map((division) => division.name).join(', ');
  return {
    level: 'warning',
    check,
    message: `${names} hidden: grant the role in them, or what is theirs is missing without an error`,
  };
}

function allowanceFinding(
  name: string,
  connection: ConnectionConfiguration,
  { allowance }: SourceDiagnosis,
): Finding {
  const check = `${name} allowance`;
  return allowance === null
    ? { check, ...configuredAllowance(connection) }
    : { level: 'ok', check, message: `${allowance.requests} requests in ${allowance.windowSeconds} s` };
}
