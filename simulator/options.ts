/** What an organisation can be served under: of each vendor its own API, and the one that guides describe. */
export const contractNames = ['published', 'guide', 'cxone-data-extraction', 'cxone-guide'] as const;
export type ContractName = (typeof contractNames)[number];

/** An OAuth client of the simulated organisation. */
export interface ClientOptions {
  /** Generated when absent. */
  clientId?: string | undefined;
  /** Generated when absent. */
  clientSecret?: string | undefined;
  /** The access key of its user, where a contract asks for one. Generated when absent. */
  accessKeyId?: string | undefined;
  accessKeySecret?: string | undefined;
  /** Permissions of its role, such as `quality:evaluation:view`. Default: those of an exporter. */
  permissions?: readonly string[] | undefined;
  /** Scopes it may ask for under the guide contracts. Default: those of an exporter. */
  scopes?: readonly string[] | undefined;
  /** Divisions its role is granted in; `all` for every one. Default: all but the restricted ones. */
  divisionIds?: readonly string[] | 'all' | undefined;
}

/** How extraction jobs behave, and how the files are written that they make. */
export interface ExtractionOptions {
  /** Seconds between two submissions of a tenant, a fraction allowed. Default 30. */
  jobIntervalSeconds?: number | undefined;
  /** Seconds that a job runs. Default 2. */
  jobDurationSeconds?: number | undefined;
  /** Seconds that the URL of a file is good for. Default 30. */
  urlLifetimeSeconds?: number | undefined;
  /** Whether the end date of a job counts. Default inclusive. */
  endDate?: 'inclusive' | 'exclusive' | undefined;
  /** `Workflow ID` or `workflowId`. Default spaced. */
  headers?: 'spaced' | 'camel' | undefined;
  /** Whether files begin with a byte order mark. Default true. */
  byteOrderMark?: boolean | undefined;
  /** `2026-09-01T10:00:00.000Z` or `2026-09-01 10:00:00.000`. Default zulu. */
  dates?: 'zulu' | 'blank' | undefined;
  /** Default lf. */
  lineEnds?: 'lf' | 'crlf' | undefined;
  /** Whose claim the tenant is: of the id token, or of the access token, too. Default id-token. */
  tenantClaim?: 'id-token' | 'both' | undefined;
}

/** How to start a simulator. Everything has a default. */
export interface SimulatorOptions {
  /** Contracts to serve, each on a port of its own. Default published. */
  contracts?: readonly ContractName[];
  /** Port of the first contract; 0, the default, takes a free one. */
  port?: number;
  /** Ports by contract; free ones where there is none. */
  ports?: Partial<Record<ContractName, number>>;
  /** Address to listen on; default 127.0.0.1. */
  host?: string;
  /** The same seed, span and number of evaluations give the same organisation. Default 1. */
  seed?: number;
  /** Evaluations in the organisation, hidden ones included. Default 5,000. */
  evaluations?: number;
  /** First submission; default 30 days before `to`. ISO 8601, epoch milliseconds or a Date. */
  from?: string | number | Date;
  /** End of the submissions, exclusive; default the last midnight UTC. */
  to?: string | number | Date;
  /** What the organisation's clock shows at the start; default the real time. */
  now?: string | number | Date;
  /** Evaluations in the middle of the span that share one millisecond of submission. */
  sameMillisecond?: number;
  /** Id of the default client; generated when absent. */
  clientId?: string;
  /** Secret of the default client; generated when absent. */
  clientSecret?: string;
  /** Access key, permissions, scopes and divisions of the default client. */
  client?: Omit<ClientOptions, 'clientId' | 'clientSecret'>;
  /** Further clients, each with an allowance of its own. */
  clients?: readonly ClientOptions[];
  /** Lifetime of tokens in seconds. Default 86,400 under the published contract, 3,600 under the others. */
  tokenLifetimeSeconds?: number;
  /** API requests a client may make in a window, under each contract. Default 300. */
  allowance?: number;
  /** Those for metrics of the guide contract, which count apart. Default 100. */
  metricsAllowance?: number;
  /** Length of a window in seconds, a fraction allowed. Default 60. */
  windowSeconds?: number;
  /** Whether items of a search carry their answers to questions, or only totals by group. Default complete. */
  searchAnswers?: 'complete' | 'totals';
  /** How many results of one search can be paged through. Default 10,000. */
  searchResultWindow?: number;
  /** Id of the tenant, where a contract has tenants; of the seed when it is absent. */
  tenantId?: string;
  /** Of the contract cxone-data-extraction. */
  extraction?: ExtractionOptions;
}

/** What the options are when they are absent. */
export const defaults = {
  seed: 1,
  evaluations: 5_000,
  spanDays: 30,
  tokenLifetimeSeconds: {
    published: 86_400,
    guide: 3_600,
    'cxone-data-extraction': 3_600,
    'cxone-guide': 3_600,
  },
  allowance: 300,
  metricsAllowance: 100,
  windowSeconds: 60,
  searchResultWindow: 10_000,
  extraction: {
    jobIntervalSeconds: 30,
    jobDurationSeconds: 2,
    urlLifetimeSeconds: 30,
    endDate: 'inclusive',
    headers: 'spaced',
    byteOrderMark: true,
    dates: 'zulu',
    lineEnds: 'lf',
    tenantClaim: 'id-token',
  },
} as const;

/** What a client that exports quality data needs, and no more. */
export const exporterPermissions: readonly string[] = [
  'quality:evaluation:view',
  'quality:evaluation:searchAny',
  'quality:evaluationForm:view',
  'quality:surveyForm:view',
  'quality:survey:view',
  'quality:calibration:view',
  'analytics:evaluationAggregate:view',
  'analytics:surveyAggregate:view',
  'analytics:conversationDetail:view',
  'routing:queue:view',
  'coaching:appointment:view',
  'coaching:annotation:view',
  'qm-workflow',
];

/** Scopes of the same under the guide contracts; the last are asked for by guides though nothing needs them. */
export const exporterScopes: readonly string[] = [
  'quality:evaluation:read',
  'quality:template:read',
  'quality:metric:read',
  'quality:assessment:read',
  'quality:feedback:read',
  'division:read',
  'conversation:view',
  'quality:read',
  'user:read',
  'org:read',
  'openid',
  'offline_access',
];
