/** What an organisation can be served under: the vendor's own API, or the one that guides describe. */
export const contractNames = ['published', 'guide'] as const;
export type ContractName = (typeof contractNames)[number];

/** An OAuth client of the simulated organisation. */
export interface ClientOptions {
  /** Generated when absent. */
  clientId?: string | undefined;
  /** Generated when absent. */
  clientSecret?: string | undefined;
  /** Permissions of its role, such as `quality:evaluation:view`. Default: those of an exporter. */
  permissions?: readonly string[] | undefined;
  /** Scopes it may ask for under the guide contract. Default: those of an exporter. */
  scopes?: readonly string[] | undefined;
  /** Divisions its role is granted in; `all` for every one. Default: all but the restricted ones. */
  divisionIds?: readonly string[] | 'all' | undefined;
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
  /** Permissions, scopes and divisions of the default client. */
  client?: Pick<ClientOptions, 'permissions' | 'scopes' | 'divisionIds'>;
  /** Further clients, each with an allowance of its own. */
  clients?: readonly ClientOptions[];
  /** Lifetime of tokens in seconds. Default 86,400 under the published contract, 3,600 under the guide one. */
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
}

/** What the options are when they are absent. */
export const defaults = {
  seed: 1,
  evaluations: 5_000,
  spanDays: 30,
  tokenLifetimeSeconds: { published: 86_400, guide: 3_600 },
  allowance: 300,
  metricsAllowance: 100,
  windowSeconds: 60,
  searchResultWindow: 10_000,
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
];

/** Scopes of the same under the guide contract; the last are asked for by guides though nothing needs them. */
export const exporterScopes: readonly string[] = [
  'quality:evaluation:read',
  'quality:template:read',
  'quality:metric:read',
  'quality:assessment:read',
  'quality:feedback:read',
  'division:read',
  'conversation:view',
  'user:read',
  'org:read',
  'openid',
  'offline_access',
];
