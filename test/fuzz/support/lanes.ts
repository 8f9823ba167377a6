/** Streams of contracts, each with a server in front of the vendor, a warehouse and a staging folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../../simulator/server.js';
import { createFileStore } from '../../../staging/fileStore.js';
import { dump } from '../../faults/support/dump.js';
import { openOrganisation, sourcesOf, window, type JsonContract } from './contracts.js';
import { openKeptWarehouse, type Begin, type KeptWarehouse } from './keptWarehouse.js';
import { playWindow, type PlayedWindow } from './playedWindow.js';
import { openReplay, type Replay } from './replay.js';

export type Contents = Record<string, string[]>;

export interface Lane extends Omit<KeptWarehouse, 'warehouse' | 'keep'> {
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
  const staging = createFileStore(join(directory, 'staging'), 'file:staging');
  const { warehouse, keep, ...kept } = await openKeptWarehouse(directory, staging);
  let plays = 0;
  const play: Lane['play'] = async (goingOn = async () => {}) => {
    const windowDirectory = `acme/${stream}/window/${++plays}`;
    try {
      return await playWindow(
        {
          // What sources keep between calls must not come from the case before.
          ...sourcesOf(simulator, contract, replay.url, [stream]),
          vendor: () => (contract === 'cxone-guide' ? 'cxone' : 'genesys'),
          ...{ staging, warehouse, underWay: async () => [], alerts: { send: async () => {} } },
        },
        { connection: 'acme', stream, window, directory: windowDirectory, goingOn },
      );
    } finally {
      await staging.remove('acme/');
      await staging.remove('quarantine/');
    }
  };
  const learn = async (begin: Begin) => {
    await keep(begin);
    const before = await kept.look(async (query) => dump({ query }));
    replay.arm(0, (json) => ({ json }));
    const { error } = await play();
    if (error !== undefined)
      throw new Error(`${contract} ${stream} without anything wrong`, { cause: error });
    return { contents: before, requests: replay.answered() };
  };
  const at = { empty: await learn('empty'), loaded: await learn('loaded') };
  const usersAt = 1 + replay.paths().findIndex((asked) => asked.startsWith('/api/v2/users'));
  const ids = (await kept.look(async (query) => query(someIds))).map(({ id }) => String(id));
  return { name: `${contract} ${stream}`, ids, usersAt, contract, stream, replay, at, play, ...kept };
}
