/** Everything that is asked of the contracts of both vendors that answer in JSON, call by call. */
import { stagedColumns, tables, type CanonicalRows, type StagedTableName } from '../../../model/tables.js';
import type { Interval } from '../../../model/interval.js';
import type { CallContext, Cursor, Source } from '../../../sources/source.js';
import { createRowEncoder } from '../../../staging/rowEncoder.js';
import { TidemarkError } from '../../../model/errors.js';
import { startSimulator, type ContractName, type Simulator } from '../../../simulator/server.js';
import { checkConfiguration } from '../../../workers/loadConfiguration.js';
import { openSources, type OpenSources } from '../../../workers/openSources.js';
import { openReplay, type Replay } from './replay.js';

export const window: Interval = { start: '2026-09-01T00:00:00.000Z', end: '2026-09-15T00:00:00.000Z' };
/** No case takes that long, but one that would go on for ever. */
const contextOf = (): CallContext => ({ signal: AbortSignal.timeout(20_000), priority: 2 });
const mapping = { connection: 'acme', batchId: 'batch-1' };

export interface Call {
  /** For people: contract, stream and what is asked for. */
  name: string;
  replay: Replay;
  /** Requests that it makes when nothing is wrong. */
  requests: number;
  /** Waits for jobs of the vendor. */
  waits: boolean;
  run: () => Promise<void>;
}

const streams = {
  published: ['evaluations', 'csat', 'feedback', 'divisions'],
  guide: ['assessments', 'csat', 'feedback', 'divisions'],
  'cxone-guide': ['assessments', 'feedback'],
} as const satisfies Partial<Record<ContractName, readonly string[]>>;
export type JsonContract = keyof typeof streams;

export interface Contracts {
  calls: Call[];
  close(): Promise<void>;
}

/** An organisation that all contracts show. */
export const openOrganisation = async (): Promise<Simulator> =>
  startSimulator({
    contracts: Object.keys(streams) as JsonContract[],
    ...{ seed: 7, evaluations: 150, allowance: 1_000_000, metricsAllowance: 1_000_000 },
    ...{ from: window.start, to: window.end, now: '2026-09-20T12:00:00Z' },
  });

/** Learns from a simulator what calls there are, and of how many requests. */
export async function openContracts(): Promise<Contracts> {
  const simulator = await openOrganisation();
  const replays: Replay[] = [];
  const calls: Call[] = [];
  for (const contract of Object.keys(streams) as JsonContract[]) {
    const replay = await openReplay(simulator.contracts[contract]?.apiUrl ?? '');
    replays.push(replay);
    const open = () => sourcesOf(simulator, contract, replay.url);
    for (const stream of streams[contract]) calls.push(...(await callsOf(contract, stream, replay, open)));
    if (contract !== 'cxone-guide') {
      const run = async () => {
        const question = { window, by: 'agent', segment: 'form', passScore: 80 } as const;
        await open().metrics('acme').readMetrics(question, contextOf());
      };
      calls.push(await counted({ name: `${contract} metrics`, replay, run }));
    }
  }
  return {
    calls,
    close: async () => {
      for (const replay of replays) await replay.close();
      await simulator.close();
    },
  };
}

/** Opened for each call: what sources keep between calls must not come from the case before. */
export function sourcesOf(
  simulator: Simulator,
  contract: JsonContract,
  url: string,
  names: readonly string[] = streams[contract],
): OpenSources {
  const startFrom = window.start;
  const of = Object.fromEntries(names.map((name) => [name, { startFrom }]));
  const connection = {
    ...(contract === 'cxone-guide'
      ? { vendor: 'cxone', api: 'guide' }
      : { vendor: 'genesys', api: contract, loginUrl: url }),
    ...{ apiUrl: url, clientId: '${ID}', clientSecret: '${SECRET}' },
    allowance: { requests: 1_000_000 },
    streams: contract === 'cxone-guide' ? of : { ...of, metrics: { timeZone: 'UTC' } },
  };
  const { clientId: ID, clientSecret: SECRET } = simulator;
  return openSources(
    checkConfiguration({ connections: { acme: connection } }, 'tidemark.yaml', { ID, SECRET }),
  );
}

async function callsOf(
  contract: JsonContract,
  stream: string,
  replay: Replay,
  open: () => OpenSources,
): Promise<Call[]> {
  const sourceOf = () => open().source('acme', stream);
  const source = sourceOf();
  const calls: Omit<Call, 'requests' | 'waits'>[] = [];
  const add = (what: string, run: (of: Source) => Promise<void>) =>
    calls.push({ name: `${contract} ${stream}: ${what}`, replay, run: async () => run(sourceOf()) });

  const cursors = await cursorsOf(source);
  for (const cursor of cursors) add(source.describeCursor(cursor), async (of) => readPage(of, cursor));
  const { records, references } = await read(source, cursors);
  const reference =
    references[0] ??
    records.map((record) => ({ ...record, changedAt: record.changeStamp, reason: 'incomplete' as const }))[0];
  if (reference !== undefined && source.capabilities.lookupById) {
    add('lookup', async (of) => {
      const found = await of.lookup(reference, contextOf());
      if (found.outcome === 'found') encode(of.mapper.record(found.record, none, mapping));
    });
  }
  const formIds = [...new Set(records.flatMap(({ formId }) => formId ?? []))].slice(0, 2);
  if (formIds.length > 0) {
    add('forms', async (of) => {
      for (const form of await of.readForms(formIds, contextOf())) {
        encode(of.mapper.form(form, mapping));
        const record = records.find(({ formId }) => formId === form.formId);
        if (record !== undefined) encode(of.mapper.record(record, { ...none, form }, mapping));
      }
    });
  }
  const conversationIds = [...new Set(records.flatMap(({ conversationId }) => conversationId ?? []))].slice(
    0,
    3,
  );
  if (conversationIds.length > 0 && source.readConversations !== undefined) {
    add('conversations', async (of) => {
      for (const conversation of (await of.readConversations?.(conversationIds, contextOf())) ?? []) {
        encode(of.mapper.conversation?.(conversation, mapping) ?? {});
        const record = records.find(({ conversationId }) => conversationId === conversation.conversationId);
        if (record !== undefined) encode(of.mapper.record(record, { ...none, conversation }, mapping));
      }
    });
  }
  add('directory', async (of) => {
    for await (const page of of.readDirectory(contextOf())) {
      for (const record of page) encode(of.mapper.directory(record, mapping));
    }
  });
  add('counts by day', async (of) => void (await of.countByDay(window, contextOf())));
  add('counts of what was created', async (of) => void (await of.countCreated(window, contextOf())));
  add('visibility', async (of) => void (await of.auditVisibility(window, contextOf())));
  add('diagnosis', async (of) => void (await of.diagnose(contextOf())));
  const known: Call[] = [];
  for (const call of calls) known.push(await counted(call));
  return known.filter(({ requests }) => requests > 0);
}

const none = { form: undefined, conversation: undefined };

async function counted(call: Omit<Call, 'requests' | 'waits'>): Promise<Call> {
  call.replay.arm(0, (json) => ({ json }));
  await call.run();
  return {
    ...call,
    requests: call.replay.answered(),
    waits: call.replay.paths().some((path) => path.includes('/jobs')),
  };
}

/** Where pages begin: the first of each pass. Lists are cut short, so that no page is followed by many. */
async function cursorsOf(source: Source): Promise<Cursor[]> {
  const cursors: Cursor[] = [];
  for (let cursor: Cursor | null = source.firstCursor(window); cursor !== null && cursors.length < 12;) {
    cursors.push(cursor);
    cursor = (await source.readPage(window, cursor, contextOf())).next;
  }
  return cursors;
}

async function read(source: Source, cursors: readonly Cursor[]) {
  const pages = [];
  for (const cursor of cursors) pages.push(await source.readPage(window, cursor, contextOf()));
  return {
    records: pages.flatMap(({ records }) => records),
    references: pages.flatMap(({ references }) => references),
  };
}

/** A page that is taken can be loaded; what cannot be used is read on behind. */
async function readPage(source: Source, cursor: Cursor): Promise<void> {
  let page;
  try {
    page = await source.readPage(window, cursor, contextOf());
  } catch (error) {
    if (error instanceof TidemarkError && error.body !== undefined) {
      const next = source.skipPage(window, cursor, error.body);
      if (next !== null && JSON.stringify(next) === JSON.stringify(cursor))
        throw new Error('no way behind the page', { cause: error });
    }
    throw error;
  }
  for (const record of page.records) {
    try {
      encode(source.mapper.record(record, none, mapping));
    } catch (cause) {
      throw new Error('taken, but cannot be loaded: the stream would stop here', { cause });
    }
  }
}

/** Loads refuse a batch in which a key is there twice. */
export function expectKeysOnce(rows: { [N in StagedTableName]?: readonly object[] }): void {
  for (const [table, of] of Object.entries(rows)) {
    const { key } = tables[table as StagedTableName];
    const keys = of.map((row) => JSON.stringify(key.map((column) => Reflect.get(row, column) as unknown)));
    const twice = keys.find((each, index) => keys.indexOf(each) !== index);
    if (twice !== undefined) throw new Error(`${table} has ${twice} twice`);
  }
}

const encoders = new Map<string, ReturnType<typeof createRowEncoder>>();

/** As rows go to Parquet: every value is checked against its column. */
export function encode(rows: { [N in keyof CanonicalRows]: readonly object[] | undefined }): void {
  for (const [table, of] of Object.entries(rows)) {
    const known = encoders.get(table) ?? createRowEncoder(table, stagedColumns(table as StagedTableName));
    encoders.set(table, known);
    for (const row of of ?? []) known(row as Readonly<Record<string, unknown>>);
  }
}
