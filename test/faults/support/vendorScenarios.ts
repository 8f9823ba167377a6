/** Exports by which every contract is held against what goes wrong with it. */
import type { ContractName, Simulator } from '../../../simulator/server.js';
import { span } from './installation.js';

export interface VendorScenario {
  name: string;
  contract: ContractName;
  stream: string;
  /** Where the export ends. */
  to: string;
  /** Each request is struck by one fault in so many, in turn; by all of them where it is 1. */
  oneIn: number;
  /** Its connection, as lines of tidemark.yaml. */
  connection(simulator: Simulator, accessKeyId: string): string[];
}

/** All faults at every request take half an hour: TIDEMARK_FAULTS_ONE_IN=1 asks for them. */
const oneIn = (usually: number) => Number(process.env['TIDEMARK_FAULTS_ONE_IN'] ?? usually);

const signedIn = ['clientId: ${FAULTS_CLIENT_ID}', 'clientSecret: ${FAULTS_CLIENT_SECRET}'];
const streams = (stream: string, more = '') => [
  `streams: { ${stream}: { startFrom: "${span.start}", outageTolerance: 3m${more} } }`,
];

const genesys = (
  contract: 'published' | 'guide',
  stream: string,
  usually: number,
  more: { ofStream?: string; ofConnection?: string[] } = {},
): VendorScenario => ({
  ...{ name: `${contract}-${stream}`, contract, stream, oneIn: oneIn(usually), to: span.end },
  connection: ({ apiUrl, loginUrl }) => [
    ...['vendor: genesys', `api: ${contract}`, `apiUrl: ${apiUrl}`, `loginUrl: ${loginUrl}`],
    ...signedIn,
    ...(more.ofConnection ?? []),
    ...streams(stream, more.ofStream),
  ],
});

const cxoneGuide = (stream: string): VendorScenario => ({
  ...{ name: `cxone-guide-${stream}`, contract: 'cxone-guide', stream, oneIn: oneIn(14), to: span.end },
  connection: ({ apiUrl }) => [
    ...['vendor: cxone', 'api: guide', `apiUrl: ${apiUrl}`],
    ...signedIn,
    ...streams(stream),
  ],
});

export const jobs: VendorScenario = {
  ...{ name: 'jobs-evaluations', contract: 'cxone-data-extraction', stream: 'evaluations' },
  oneIn: oneIn(7),
  // A job covers two weeks at most, and its file holds what there is now.
  to: '2026-09-10T00:00:00.000Z',
  connection: ({ contracts }, accessKeyId) => [
    ...['vendor: cxone', 'api: data-extraction'],
    `issuer: ${contracts['cxone-data-extraction']?.issuer}`,
    ...signedIn,
    ...[`accessKeyId: ${accessKeyId}`, 'accessKeySecret: ${FAULTS_KEY_SECRET}'],
    'jobs: { between: 200ms, poll: 50ms, patience: 1m }',
    ...streams('evaluations', ', maxWindow: 5d'),
  ],
};

/** Of the contracts that vendors publish: these are held against the most. */
export const publishedScenarios: readonly VendorScenario[] = [
  genesys('published', 'evaluations', 9, { ofStream: ', conversations: true' }),
  jobs,
];

export const otherScenarios: readonly VendorScenario[] = [
  ...['csat', 'feedback'].map((stream) => genesys('published', stream, 14)),
  genesys('guide', 'evaluations', 14, { ofStream: ', conversations: true' }),
  ...['csat', 'feedback'].map((stream) => genesys('guide', stream, 14)),
  genesys('guide', 'assessments', 14, { ofConnection: ['signIn: json'] }),
  ...['assessments', 'feedback'].map(cxoneGuide),
];
