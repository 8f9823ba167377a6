/** Streams of contracts, each with a server in front of the vendor, a warehouse and a staging folder of its own. */
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Simulator } from '../../../simulator/server.js';
import { createFileStore } from '../../../staging/fileStore.js';
import { plainRows } from '../../../warehouses/duckdb/plainValues.js';
import { openWarehouse } from '../../../warehouses/openWarehouse.js';
import type { Warehouse } from '../../../warehouses/warehouse.js';
import { dump } from '../../faults/support/dump.js';
import { openOrganisation, sourcesOf, window, type JsonContract } from './contracts.js';
import { playWindow, type PlayedWindow } from './playedWindow.js';
import { openReplay, type Replay } from './replay.js';

export type Query = Warehouse['query'];
export type Contents = Record<string, string[]>;

/** What a warehouse holds when a window is loaded into it: nothing, or what the window showed when nothing was wrong. */
export const begins = ['empty', 'loaded'] as const;
type Begin = (typeof begins)[number];

export interface Lane {
  name: string;
  contract: JsonContract;
  stream: string;
  replay: Replay;
  /** Ids of all kinds, for putting one where another was. */
  ids: string[];
  /** The request for users; 0 where the contract has none. */
  usersAt: number;
  /** What it holds at the begin, and the requests that the window takes from there. */
  at: Record<Begin, { contents: Contents; requests: number }>;
  /** Puts the warehouse back to a begin. */
  reset(begin: Begin): Promise<void>;
  /** Whether its file is, byte for byte, what it was at the begin. */
  isUntouched(begin: Begin): Promise<boolean>;
  /** Looks at the warehouse by several queries at once: opening it is most of the work. */
  look<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** Reads and loads the window; `goingOn` as in playWindow. */
  play(goingOn?: () => Promise<void>): Promise<PlayedWindow>;
}

const played: readonly { contract: JsonContract; stream: string }[] = [
  { contract: 'published', stream: 'evaluations' },
  { contract: 'guide', stream: 'evaluations' },
  { contract: 'guide', stream: 'assessments' },
  { contract: 'cxone-guide', stream: 'assessments' },
];

const someIds = (
  [
    ['evaluations', 'evaluation_id'],
    ['evaluation_answers', 'question_id'],
    ['forms', 'form_id'],
    ['divisions', 'division_id'],
    ['users', 'user_id'],
    ['conversations', 'conversation_id'],
  ] as const
)
  .map(([table, id]) => `(SELECT DISTINCT ${id} AS id FROM ${table} ORDER BY ${id} LIMIT 4)`)
  .join(' UNION ALL ');

export async function openLanes(): Promise<{ lanes: Lane[]; close(): Promise<void> }> {
  const simulator = await openOrganisation();
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-fuzz-'));
  const lanes: Lane[] = [];
  for (const { contract, stream } of played) {
    lanes.push(await openLane(simulator, join(directory, `${contract}-${stream}`), contract, stream));
  }
  return {
    lanes,
    close: async () => {
      for (const { replay } of lanes) await replay.close();
      await simulator.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function openLane(
  simulator: Simulator,
  directory: string,
  contract: JsonContract,
  stream: string,
): Promise<Lane> {
  const replay = await openReplay(simulator.contracts[contract]?.apiUrl ?? '');
  const path = join(directory, 'warehouse.duckdb');
  const staging = createFileStore(join(directory, 'staging'), 'file:staging');
  const warehouse = openWarehouse({ kind: 'duckdb', path, threads: 1 }, staging);
  const keptAt = (begin: Begin) => join(directory, `${begin}.duckdb`);
  let plays = 0;
  const play: Lane['play'] = async (goingOn = async () => {}) => {
    const windowDirectory = `acme/${stream}/window/${++plays}`;
    try {
      return await playWindow(
        {
          // What sources keep between calls must not come from the case before.
          ...sourcesOf(simulator, contract, replay.url, [stream]),
          vendor: () => (contract === 'cxone-guide' ? 'cxone' : 'genesys'),
          ...{ staging, warehouse, alerts: { send: async () => {} } },
        },
        { connection: 'acme', stream, window, directory: windowDirectory, goingOn },
      );
    } finally {
      await staging.remove('acme/');
      await staging.remove('quarantine/');
    }
  };
  const look: Lane['look'] = async (work) => {
    const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    try {
      return await work(async (sql) => plainRows(connection, sql));
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  };
  const learn = async (begin: Begin) => {
    await copyFile(path, keptAt(begin));
    const before = await look(async (query) => dump({ query }));
    replay.arm(0, (json) => ({ json }));
    const { error } = await play();
    if (error !== undefined)
      throw new Error(`${contract} ${stream} without anything wrong`, { cause: error });
    return { contents: before, requests: replay.answered() };
  };
  await warehouse.ensureSchema();
  const at = { empty: await learn('empty'), loaded: await learn('loaded') };
  const usersAt = 1 + replay.paths().findIndex((asked) => asked.startsWith('/api/v2/users'));
  const ids = (await look(async (query) => query(someIds))).map(({ id }) => String(id));
  return {
    ...{ name: `${contract} ${stream}`, ids, usersAt, contract, stream, replay, at, play, look },
    reset: async (begin) => copyFile(keptAt(begin), path),
    isUntouched: async (begin) => (await readFile(path)).equals(await readFile(keptAt(begin))),
  };
}
