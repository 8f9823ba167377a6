/** Connections to NICE CXone in tidemark.yaml: what is accepted, and what a wrong one is told. */
import { describe, expect, it } from 'vitest';
import { checkConfiguration } from '../../workers/loadConfiguration.js';
import { metricsOf, reconciledStreamOf, streamOf } from '../../workers/connections.js';
import { schedulePlans } from '../../workers/schedulePlans.js';
import { streamSettings } from '../../workers/streamSettings.js';

const environment = { ID: 'an-id', SECRET: 'a-secret', KEY: 'a-key', KEY_SECRET: 'a-key-secret' };
const day = 86_400_000;
const startFrom = '2026-01-01';

const extracting = {
  vendor: 'cxone',
  api: 'data-extraction',
  clientId: '${ID}',
  clientSecret: '${SECRET}',
  accessKeyId: '${KEY}',
  accessKeySecret: '${KEY_SECRET}',
  streams: { evaluations: { startFrom } },
};
const legacy = {
  ...extracting,
  signIn: 'access-key-legacy',
  area: 'na1',
  clientId: undefined,
  clientSecret: undefined,
};
const guide = {
  vendor: 'cxone',
  api: 'guide',
  apiUrl: 'https://gateway.example.com',
  clientId: '${ID}',
  clientSecret: '${SECRET}',
  streams: { assessments: { startFrom }, feedback: { startFrom } },
};
const check = (connection: object) =>
  checkConfiguration({ connections: { acme: connection } }, '/etc/tidemark.yaml', environment);

describe.each([
  ['data-extraction', extracting],
  ['guide', guide],
])('a connection by %s', (_, connection) => {
  it('is not asked to add metrics, which it would be refused', () => {
    expect(() => metricsOf(check(connection), 'acme')).toThrow(
      /"metrics"\. No contract of NICE CXone has one/u,
    );
  });
});

describe('a connection to the Data Extraction API', () => {
  it('has the pace that NICE asks for, and windows that its jobs can cover', () => {
    const configuration = check(extracting);
    expect(configuration.connections['acme']).toMatchObject({
      signIn: 'access-key',
      issuer: 'https://cxone.niceincontact.com',
      jobs: { between: 31_000, poll: 10_000, patience: 3_600_000 },
    });
    const stream = reconciledStreamOf(configuration, 'acme', 'evaluations');
    expect(stream).toMatchObject({
      ...{ holdsEvaluations: true, overlap: day, maxWindow: 13 * day, safetyLag: 1_800_000 },
      entities: {
        workflows: { name: 'qm-workflows', version: '4' },
        questions: { name: 'qm-questions', version: '1' },
      },
      reconcile: { horizon: 45 * day, confirmations: 2 },
    });
    expect(streamSettings(stream).jobs).toEqual({ between: 31_000, poll: 10_000, patience: 3_600_000 });
    const kinds = schedulePlans(configuration, { connection: 'acme', stream: 'evaluations' });
    expect(kinds.map(({ kind }) => kind)).toContain('reconcile');
  });

  it('can sign in by the older address of its area, without an application', () => {
    expect(check(legacy).connections['acme']).toMatchObject({ signIn: 'access-key-legacy', area: 'na1' });
  });

  it('of a simulator on this machine may be paced faster', () => {
    const jobs = { between: '100ms', poll: '50ms' };
    const connection = check({ ...extracting, issuer: 'http://127.0.0.1:4000', jobs }).connections['acme'];
    expect(connection).toMatchObject({ jobs: { between: 100, poll: 50 } });
  });

  it.each([
    ['no contract', { ...extracting, api: undefined }, /api is missing: write data-extraction .* or guide/],
    [
      'an application without its secret',
      { ...extracting, clientSecret: undefined },
      /clientSecret is missing: is needed/,
    ],
    ['a secret in the file', { ...extracting, accessKeySecret: 'k3y' }, /accessKeySecret/],
    ['an area beside discovery', { ...extracting, area: 'na1' }, /area is "na1": is found by discovery/],
    ['the older sign-in of no area', { ...legacy, area: undefined }, /area is missing: is needed for signIn/],
    [
      'the older sign-in and an issuer, be it the usual one',
      { ...legacy, issuer: 'https://cxone.niceincontact.com' },
      /issuer is "https:\/\/cxone\.niceincontact\.com": is not used by signIn: access-key-legacy: leave it out/,
    ],
    [
      'the older sign-in and an application',
      { ...legacy, clientId: '${ID}' },
      /clientId is "\$\{ID\}": is not used by signIn: access-key-legacy/,
    ],
    [
      'the older sign-in and the secret of an application',
      { ...legacy, clientSecret: '${SECRET}' },
      /clientSecret is not shown: is not used by signIn: access-key-legacy/,
    ],
    [
      'jobs that come too fast',
      { ...extracting, jobs: { between: '20s' } },
      /jobs\.between is "20s": must be 30s/,
    ],
    [
      'asking for jobs without a pause',
      { ...extracting, jobs: { poll: '0s' } },
      /jobs\.poll is "0s": write 1ms/,
    ],
    [
      'asking for jobs too often',
      { ...extracting, jobs: { poll: '900ms' } },
      /jobs\.poll is "900ms": must be 1s/,
    ],
    [
      'jobs that are given up at once',
      { ...extracting, jobs: { patience: '30s' } },
      /jobs\.patience is "30s": must not be shorter than "between"/,
    ],
    [
      'a host with a scheme',
      { ...extracting, allowedHosts: ['https://x.com'] },
      /allowedHosts\.0 .*host name/,
    ],
    [
      'feedback',
      { ...extracting, streams: { feedback: { startFrom } } },
      /streams\.feedback .*in no API that NICE publishes.*api: guide/,
    ],
    [
      'metrics',
      { ...extracting, streams: { metrics: {} } },
      /streams\.metrics .*in no API that NICE publishes/,
    ],
    [
      'assessments',
      { ...extracting, streams: { assessments: { startFrom } } },
      /configure evaluations, or api: guide/,
    ],
    [
      'windows longer than a job',
      { ...extracting, streams: { evaluations: { startFrom, maxWindow: '15d' } } },
      /maxWindow is "15d": write 1d to 14d/,
    ],
    [
      'a deletion by one look',
      { ...extracting, streams: { evaluations: { startFrom, reconcile: { confirmations: 1 } } } },
      /reconcile\.confirmations is 1/,
    ],
    ['settings of the other contract', { ...guide, accessKeyId: '${KEY}' }, /unknown setting accessKeyId/],
    ['another vendor', { ...guide, vendor: 'avaya' }, /vendor is "avaya": write genesys or cxone/],
  ])('with %s is told so', (_, connection, message) => {
    expect(() => check(connection)).toThrow(message);
  });
});

describe('a connection to the guide contract of CXone', () => {
  it('has assessments and feedback, both reconciled, and a margin of a quarter of an hour', () => {
    const configuration = check(guide);
    expect(configuration.connections['acme']).toMatchObject({ signIn: 'form', tokenRefreshMargin: 900_000 });
    expect(reconciledStreamOf(configuration, 'acme', 'assessments')).toMatchObject({
      ...{ sites: 'all', queues: 'all', holdsEvaluations: true },
    });
    expect(reconciledStreamOf(configuration, 'acme', 'feedback')).toMatchObject({
      holdsEvaluations: false,
      reconcile: { confirmations: 1 },
    });
    expect(streamSettings(streamOf(configuration, 'acme', 'feedback')).jobs).toBeUndefined();
  });

  it('stands beside others, each by its own name', () => {
    const configuration = checkConfiguration(
      {
        connections: {
          genesys: {
            ...{ vendor: 'genesys', region: 'eu-central-1', clientId: '${ID}', clientSecret: '${SECRET}' },
            streams: { evaluations: { startFrom } },
          },
          one: extracting,
          two: guide,
        },
      },
      '/etc/tidemark.yaml',
      environment,
    );
    expect(Object.values(configuration.connections).map(({ vendor, api }) => `${vendor} ${api}`)).toEqual([
      'genesys published',
      'cxone data-extraction',
      'cxone guide',
    ]);
  });
});
