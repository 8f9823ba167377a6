/** What a connection's client may do, beside what its streams need: findings of `tidemark doctor`. */
import type { SourceDiagnosis } from '../sources/source.js';
import type { Contract, Finding } from './finding.js';

/** A stream, or the metrics, with what reading it takes. */
export interface NeedingStream {
  stream: string;
  permissions: readonly string[];
}

const remedies: Record<Contract, { missing: string; excess: string; untold?: string }> = {
  published: {
    missing: 'add them to a role of the OAuth client, in every division that is to be read',
    excess: 'take them from the roles of the OAuth client',
  },
  guide: {
    missing: 'add them to the scopes of the OAuth client',
    excess: 'take them from the scopes of the OAuth client',
  },
  'data-extraction': {
    missing: 'add them to the role of the user whose access key it is',
    excess: 'take them from the role of the user whose access key it is',
    untold: 'give the access key to a user of its own, whose role has no more than its streams need',
  },
};

/** One finding for each stream. @param told for each permission whether it is held; null where nobody could tell */
export function permissionFindings(
  connection: string,
  contract: Contract,
  streams: readonly NeedingStream[],
  told: ReadonlyMap<string, boolean | null>,
): Finding[] {
  return streams.map(({ stream, permissions: needed }) => {
    const missing = needed.filter((permission) => told.get(permission) === false);
    const unknown = needed.filter((permission) => (told.get(permission) ?? null) === null);
    const needs = `the ${contract} contract needs ${needed.join(', ')}`;
    return {
      ...judged(contract, needs, missing, needed.length === unknown.length ? ['it'] : unknown),
      check: `${connection} ${stream} permissions`,
      permissions: { stream, contract, needed, missing, unknown },
    };
  });
}

function judged(
  contract: Contract,
  needs: string,
  missing: readonly string[],
  unknown: readonly string[],
): Pick<Finding, 'level' | 'message'> {
  if (missing.length > 0) {
    const message = `missing ${missing.join(', ')}: ${remedies[contract].missing}; ${needs}`;
    return { level: 'error', message };
  }
  if (unknown.length > 0) {
    const message = `${needs}; the source does not tell whether the client holds ${unknown.join(', ')}: a run that lacks it fails and says so`;
    return { level: 'warning', message };
  }
  return { level: 'ok', message: `${needs}: all held` };
}

/** An export changes nothing, so that whoever gets hold of its credentials should not be able to, either. */
export function excessFinding(
  connection: string,
  contract: Contract,
  excess: SourceDiagnosis['excessPermissions'],
): Finding {
  const check = `${connection} write permissions`;
  if (excess === null) {
    const { untold } = remedies[contract];
    const message = `the source does not say what else the client may do${untold === undefined ? '' : `: ${untold}`}`;
    return { level: 'warning', check, message };
  }
  if (excess.length === 0) {
    return { level: 'ok', check, message: 'none, as no export needs any', excessPermissions: excess };
  }
  return {
    level: 'warning',
    check,
    message: `no export needs ${excess.join(', ')}: ${remedies[contract].excess}`,
    excessPermissions: excess,
  };
}
