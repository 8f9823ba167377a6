/** What a contract has no way of telling, so that nobody takes its absence for zero: findings of `tidemark doctor`. */
import type { ConnectionConfiguration } from '../workers/configuration.js';
import type { Finding } from './finding.js';

type ContractKey = `${ConnectionConfiguration['vendor']} ${ConnectionConfiguration['api']}`;

const limits: Partial<Record<ContractKey, string>> = {
  'cxone data-extraction':
    'feedback, csat, metrics and divisions are unsupported: no API that NICE publishes has them. So are reads by id: ' +
    're-extraction reads the days of submission again',
  'cxone guide':
    'csat, metrics, divisions and calibrations are unsupported: the contract has none. So are reads of an assessment ' +
    'by id: it is looked for where it was created',
};

export function contractLimits(name: string, { vendor, api }: ConnectionConfiguration): Finding[] {
  const message = limits[`${vendor} ${api}` as ContractKey];
  return message === undefined ? [] : [{ level: 'ok', check: `${name} contract`, message }];
}

/** What a client sees only in part where the contract does not tell which parts are granted. */
export function untoldScopes(name: string, { vendor, api }: ConnectionConfiguration): Finding[] {
  // The visibility of views says it already, and there are neither divisions nor sites.
  if (vendor === 'cxone' && api === 'data-extraction') return [];
  const places = vendor === 'cxone' ? 'sites' : 'divisions';
  const message = `the source does not say which ${places} are granted: compare with somebody who sees all of them`;
  return [{ level: 'warning', check: `${name} ${places}`, message }];
}

/** How fast the source is asked where it states no allowance. */
export function configuredAllowance(connection: ConnectionConfiguration): Pick<Finding, 'level' | 'message'> {
  if ('jobs' in connection) {
    const seconds = connection.jobs.between / 1_000;
    return {
      level: 'ok',
      message: `one job of the tenant at a time, submitted ${seconds} s apart (jobs.between)`,
    };
  }
  const { requests, window } = connection.allowance;
  return {
    level: 'ok',
    message: `the source has not stated it: ${requests} requests in ${window / 1_000} s, as configured`,
  };
}
