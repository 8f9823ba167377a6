/** No secret and no token is in anything that runs leave behind, whether they end well or badly. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/freePort.js';
import { dataExtractionLines, genesysLines, quickJobs } from './support/contractLines.js';
import { openScenario, type Scenario } from './support/scenario.js';
import { openTap, type Tap } from './support/tap.js';
import {
  formsOf,
  leaksIn,
  textsIn,
  tracesOfFiles,
  tracesOfPending,
  tracesOfWarehouse,
  tracesOfWorkflows,
} from './support/traces.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const from = '2026-09-01T00:00:00.000Z';
const to = '2026-09-08T00:00:00.000Z';
const genesys = { connection: 'genesys', stream: 'evaluations' };
const nice = { connection: 'nice', stream: 'evaluations' };
/** With letters that are written otherwise in URLs, forms, JSON and base64. */
const secrets = {
  client: 'client+Secret/42:& "ä%\\>?',
  accessKey: 'access~Key/Secret+7&=:<"ü',
  wrong: 'nearly+Right/Secret&8:"ö%',
};
const harmless = 'as quiet as a mouse';

let scenario: Scenario;
let taps: { genesys: Tap; nice: Tap };
let metricsUrl: string;
const output: string[] = [];
const pending = new Set<string>();
const staged = new Set<string>();
const knownFiles = new Set<string>();
const errors: string[] = [];
const metrics: string[] = [];
let watching: Promise<void>;
let isOver = false;

beforeAll(async () => {
  taps = { genesys: await openTap(), nice: await openTap() };
  scenario = await openScenario({
    evaluations: 500,
    ...{ from, to: '2026-09-08T00:00:00.000Z' },
    simulatorArguments: [
      ...['--contract', 'published,cxone-data-extraction', '--allowance', '100000', ...quickJobs.simulator],
      ...['--client-secret', secrets.client, '--access-key-secret', secrets.accessKey],
    ],
    connections: (ready) => {
      taps.genesys.target = ready.contracts.published?.apiUrl ?? '';
      taps.nice.target = ready.contracts['cxone-data-extraction']?.apiUrl ?? '';
      const { published, 'cxone-data-extraction': extraction } = ready.contracts;
      if (published === undefined || extraction === undefined) return {};
      const contracts = {
        published: { ...published, apiUrl: taps.genesys.url, loginUrl: taps.genesys.url },
        'cxone-data-extraction': { ...extraction, issuer: taps.nice.url },
      };
      const settings = `{ startFrom: "${from}", pagesPerBatch: 1, outageTolerance: 2m }`;
      return {
        genesys: genesysLines({ ...ready, contracts }, { evaluations: settings }),
        nice: dataExtractionLines({ ...ready, contracts }, { evaluations: settings }),
      };
    },
  });
  metricsUrl = `127.0.0.1:${await freePort()}`;
  watching = watch();
});

afterAll(async () => {
  isOver = true;
  await watching;
  await scenario?.close();
  await Promise.all(Object.values(taps ?? {}).map((tap) => tap.close()));
});

/** What is there only for a while: heartbeats, and staging before a window is loaded. */
async function watch(): Promise<void> {
  while (!isOver) {
    for (const text of await tracesOfPending(scenario.client)) pending.add(text);
    for (const text of await tracesOfFiles(join(scenario.directory, 'staging'), knownFiles)) staged.add(text);
    await new Promise((wait) => setTimeout(wait, 100));
  }
}

/** A command with all that it says, at its most talkative. */
function tidemark(args: string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [main, ...args, '--config', scenario.configPath], {
    env: { ...process.env, ...scenario.environment, TIDEMARK_LOG_LEVEL: 'trace', ...environment },
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => output.push(String(data)));
  return child;
}

async function withWorker(environment: NodeJS.ProcessEnv, work: () => Promise<void>): Promise<void> {
  const worker = tidemark(['worker', '--metrics', metricsUrl], environment);
  const gone = once(worker, 'exit');
  try {
    await work();
    metrics.push(await (await fetch(`http://${metricsUrl}/metrics`)).text());
  } finally {
    worker.kill('SIGTERM');
    await gone;
  }
}

/** The error of an export with all its causes, as a client of Temporal gets it. */
async function failure(of: typeof genesys): Promise<string> {
  const error: unknown = await scenario.export({ from, to }, {}, of).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error('the export ended well');
  const texts: string[] = [];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    texts.push(
      cause.message,
      cause.stack ?? '',
      ...textsIn({ ...cause, cause: undefined, failure: undefined }),
    );
  }
  errors.push(...texts);
  return texts.join('\n');
}

const fault = async (kind: object, where: object, when: object) =>
  scenario.control('POST', 'faults', { fault: kind, where, when });

it('runs of both vendors end well and badly, with signing in each time', async () => {
  const search = '/api/v2/quality/evaluations/search';
  await withWorker({}, async () => {
    await fault({ kind: 'invalidItem' }, { path: search }, { times: 3 });
    await fault({ kind: 'slow', milliseconds: 300 }, { path: search }, { every: 2 });
    expect(await scenario.export({ from, to }, {}, genesys)).toMatchObject({ quarantined: 1 });
    expect(await scenario.export({ from, to }, {}, nice)).toMatchObject({ highWaterMark: to });
    await scenario.control('DELETE', 'faults');
    // A token that is refused in the middle, and then every other one.
    await fault({ kind: 'status', status: 401 }, { path: search }, {});
    await fault({ kind: 'status', status: 401 }, { path: '/data-extraction/*' }, {});
    expect(await failure(genesys)).toContain('401');
    expect(await failure(nice)).toContain('401');
    await scenario.control('DELETE', 'faults');
  });
  const wrong = { E2E_CLIENT_SECRET: secrets.wrong, E2E_ACCESS_KEY_SECRET: secrets.wrong };
  await withWorker(wrong, async () => {
    expect(await failure(genesys)).toMatch(/Unauthorized/u);
    expect(await failure(nice)).toMatch(/Unauthorized/u);
  });
  for (const environment of [{}, wrong]) await once(tidemark(['doctor'], environment), 'exit');
  isOver = true;
  await watching;
}, 400_000);

describe('what is left behind', () => {
  const traces = async (): Promise<Record<string, string[]>> => ({
    ...(await tracesOfWorkflows(scenario.client)),
    heartbeats: [...pending],
    'staged files': [...staged, ...(await tracesOfFiles(join(scenario.directory, 'staging')))],
    warehouse: await tracesOfWarehouse(scenario.warehouse),
    'output of workers and commands': output,
    'other logs': [await readFile(scenario.log, 'utf8')],
    errors,
    metrics,
    configuration: [await readFile(scenario.configPath, 'utf8')],
  });

  /** A word that has to be there, or the place was not looked at. */
  const seen: Record<string, RegExp> = {
    histories: /ExportRunFailed[^]*Unauthorized|Unauthorized[^]*ExportRunFailed/u,
    descriptions: /TidemarkConnection|evaluations/u,
    heartbeats: /position|records/u,
    'staged files': /"records":|results/u,
    warehouse: /quarantine|evaluations/u,
    'output of workers and commands': /Worker is polling/u,
    errors: /Unauthorized/u,
    metrics: /temporal_/u,
    configuration: /E2E_CLIENT_SECRET/u,
  };

  it('holds no secret and no token, in whatever form', async () => {
    const issued = [...taps.genesys.tokens, ...taps.nice.tokens];
    expect(taps.genesys.tokens.size).toBeGreaterThan(3);
    expect(taps.nice.tokens.size).toBeGreaterThan(3);
    const places = await traces();
    for (const [place, word] of Object.entries(seen)) expect(places[place]?.join('\n'), place).toMatch(word);
    expect(leaksIn(places, [...Object.values(secrets), ...issued])).toEqual([]);
  });

  it('would be found', () => {
    const planted = [...Object.values(secrets), [...taps.nice.tokens].at(-1) ?? ''];
    for (const [number, secret] of planted.entries()) {
      for (const form of formsOf(secret)) {
        expect(leaksIn({ log: [harmless, `before ${form} after`] }, planted)).toContain(
          `secret ${number} in log`,
        );
      }
      const basic = Buffer.from(`client-1:${secret}`).toString('base64');
      expect(leaksIn({ log: [`authorization: Basic ${basic}`] }, planted)).toContain(
        `secret ${number} in log`,
      );
      expect(textsIn({ payloads: [{ data: Buffer.from(secret) }] })).toContain(secret);
    }
    expect(leaksIn({ log: [harmless] }, planted)).toEqual([]);
  });
});
