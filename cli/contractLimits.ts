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
