/** The doctor's questions to a simulated organisation under both contracts of NICE CXone, in its own words. */
import { afterAll, describe, expect, it, test } from 'vitest';
import { checkConnection } from '../../cli/connectionChecks.js';
import type { Finding } from '../../cli/finding.js';
import { startSimulator } from '../../simulator/server.js';
import { checkConfiguration } from '../../workers/loadConfiguration.js';

const simulator = await startSimulator({
  contracts: ['cxone-data-extraction', 'cxone-guide'],
  evaluations: 60,
  allowance: 100_000,
  clientId: 'app',
  clientSecret: 'app-secret',
  client: { accessKeyId: 'access-7', accessKeySecret: 'access-secret' },
  clients: [{ clientId: 'few', clientSecret: 'app-secret', scopes: [] }],
});
afterAll(() => simulator.close());

const urlOf = (contract: 'cxone-data-extraction' | 'cxone-guide') =>
  simulator.contracts[contract]?.apiUrl ?? '';

const startFrom = '2026-10-01T00:00:00Z';
const application = { clientId: 'app', clientSecret: '${SECRET}' };
const extraction = (more: object = {}) => ({
  ...{ vendor: 'cxone', api: 'data-extraction', issuer: urlOf('cxone-data-extraction'), ...application },
  ...{ accessKeyId: 'access-7', accessKeySecret: '${KEY_SECRET}', streams: { evaluations: { startFrom } } },
  ...more,
});
const guide = (more: object = {}, assessments: object = {}) => ({
  ...{ vendor: 'cxone', api: 'guide', apiUrl: urlOf('cxone-guide'), ...application },
  ...{ streams: { assessments: { startFrom, ...assessments }, feedback: { startFrom } } },
  ...more,
});

const secrets = { SECRET: 'app-secret', KEY_SECRET: 'access-secret', WRONG: 'wrong-secret' };
const doctor = (acme: object): Promise<Finding[]> =>
  checkConnection(checkConfiguration({ connections: { acme } }, 'tidemark.yaml', secrets), 'acme');

const messages = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ check, message }) => [check, message]));

describe('a client that may read everything', () => {
  it('of the Data Extraction API is told what no answer says', async () => {
    const findings = await doctor(extraction({ jobs: { between: '1500ms' } }));
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    const told = messages(findings);
    expect(told['acme evaluations permissions']).toMatch(/QM Workflow API.*a run that lacks it fails/u);
    expect(told['acme allowance']).toBe(
      'one job of the tenant at a time, submitted 1.5 s apart (jobs.between)',
    );
    expect(told['acme write permissions']).toMatch(/access key to a user of its own/u);
    expect(told['acme evaluations visibility']).toMatch(/^views: /u);
    expect(Object.keys(told)).not.toContain('acme divisions');
  });

  it('of the guide contract hears of sites', async () => {
    const told = messages(await doctor(guide()));
    expect(told['acme sites']).toMatch(/which sites are granted/u);
    expect(told['acme allowance']).toMatch(/300 requests in 60 s, as configured/u);
    expect(JSON.stringify(told)).not.toMatch(/which divisions/u);
  });

  it('of the guide contract hears of each site that it names', async () => {
    const findings = await doctor(guide({}, { sites: ['nowhere'] }));
    expect(findings).toContainEqual({
      level: 'warning',
      check: 'acme assessments visibility',
      message: expect.stringMatching(/^site nowhere 0: /u),
    });
  });
});

describe('what is wrong is named with its field', () => {
  const refused: [string, () => object, RegExp][] = [
    [
      'the secret',
      () => extraction({ clientSecret: '${WRONG}' }),
      /failed\. Check clientId and clientSecret of/u,
    ],
    [
      'the access key',
      () => extraction({ accessKeySecret: '${WRONG}' }),
      /valid\. Check accessKeyId and access/u,
    ],
    [
      'the issuer',
      () => extraction({ issuer: urlOf('cxone-guide') }),
      /accessKeySecret and the issuer, area/u,
    ],
    [
      'the secret of a gateway',
      () => guide({ clientSecret: '${WRONG}' }),
      /Check the credentials and the base/u,
    ],
    [
      'the host',
      () => guide({ apiUrl: urlOf('cxone-data-extraction') }),
      /URLs .* acme: nobody signs in there/u,
    ],
  ];
  test.each(refused)('%s', async (_, connection, message) => {
    const findings = await doctor(connection());
    expect(findings).toMatchObject([{ level: 'error', check: 'acme sign-in' }]);
    expect(findings[0]?.message).toMatch(message);
    for (const secret of Object.values(secrets)) expect(findings[0]?.message).not.toContain(secret);
  });

  it('a scope that is missing', async () => {
    const findings = await doctor(guide({ clientId: 'few' }));
    expect(findings.filter(({ level }) => level === 'error')).toMatchObject([
      { check: 'acme assessments permissions' },
      { check: 'acme feedback permissions' },
    ]);
    const hidden = findings.find(({ level, check }) => level === 'error' && check.includes('assessments'));
    expect(hidden?.message).toMatch(/missing quality:read: add them to the scopes/u);
  });

  it('an issuer of somebody else, and nothing is said of streams that there are', async () => {
    const findings = await doctor(
      extraction({ issuer: 'https://cxone.example.invalid', jobs: { between: '31s' } }),
    );
    expect(findings).toMatchObject([{ level: 'error', check: 'acme evaluations' }]);
    expect(findings[0]?.message).toMatch(/cxone\.example\.invalid.*allowedHosts/u);
  });
});
