/**
 * Whatever goes wrong between a worker and a bucket. Once with each kind of request, or for a while: the run goes on.
 * For longer: it says where, and the same command completes it when the bucket is there again.
 */
import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyFailed } from '../../workflows/whyFailed.js';
import { until } from '../e2e/support/scenario.js';
import { startGcs, startS3, type StorageServer } from '../support/objectStorageServers.js';
import { differences } from './support/dump.js';
import { openFleet, type Fleet, type Site } from './support/fleet.js';
import { startHttpRelay, type HttpRelay, type RelayFault } from './support/httpRelay.js';
import { openWorld, type World } from './support/installation.js';
import { rehearse, type Rehearsal } from './support/vendorRehearsal.js';
import { jobs } from './support/vendorScenarios.js';

const faults: readonly RelayFault[] = ['unheard', 'torn', 'answer lost', 'answer torn', 'refused'];
/** Half of nothing is nothing. */
const sendsNothing = /^(GET|DELETE) /;

let world: World;
let rehearsal: Rehearsal | undefined;

beforeAll(async () => {
  world = await openWorld();
  [rehearsal] = await rehearse(world, [jobs]);
});

afterAll(async () => world?.close());

/** Beside each other, as they wait most of the time; what is in them is one after the other: one relay for all sites. */
describe.concurrent.each([
  ['s3', startS3, 2],
  ['gs', startGcs, 0],
])('a bucket of %s', (scheme, start: () => Promise<StorageServer>, turn) => {
  describe.sequential('does not keep a run from its end', () => bucketTests(scheme, start, turn));
});

function bucketTests(scheme: string, start: () => Promise<StorageServer>, turn: number): void {
  let server: StorageServer;
  let relay: HttpRelay;
  let fleet: Fleet;
  /** How often an export asks for what. */
  let requests: ReadonlyMap<string, number>;
  const unused: Site[] = [];

  beforeAll(async () => {
    server = await start();
    await server.makeBucket('faults');
    relay = await startHttpRelay(server.url);
    const environment = Object.fromEntries(
      Object.entries(server.environment).map(([name, value]) => [
        name,
        value === server.url ? relay.url : value,
      ]),
    );
    // One for each test, and one that goes before.
    fleet = await openFleet(world, Array<typeof jobs>(4).fill(jobs), {
      ...{ staging: `${scheme}://faults/${randomUUID()}`, environment },
    });
    unused.push(...fleet.sites);
    await next().export();
    requests = new Map(relay.kinds());
  });

  afterAll(async () => {
    await fleet?.close();
    await relay?.close();
    await server?.stop();
  });

  const next = (): Site => {
    const site = unused.pop();
    if (site === undefined) throw new Error('every site is used');
    return site;
  };
  const expectWhole = async (site: Site) => {
    expect(differences(rehearsal?.contents ?? {}, await site.contents())).toEqual({});
    const { loads, batches } = await site.loads();
    expect(loads).toBe(batches);
  };

  it('each kind of request in another way', async () => {
    const before = relay.struck();
    const plan = [...requests].map(([kind, times], index) => {
      const possible = faults.filter((fault) => fault !== 'torn' || !sendsNothing.test(kind));
      const fault = possible[(index + turn) % possible.length] ?? 'unheard';
      return { kind, nth: Math.ceil(times / 2), fault };
    });
    for (const { kind, nth, fault } of plan) relay.breakOnce(kind, nth, fault);
    const site = next();
    await site.export();
    expect(relay.struck() - before).toBe(plan.length);
    await expectWhole(site);
  });

  /** Breaks all requests from the middle of what is staged on. */
  const outage = async () => {
    const [written] = [...relay.kinds()].filter(([kind]) => /^(PUT|POST upload)/.test(kind));
    const [kind = '', so = 0] = written ?? [];
    await until('an object of this run', async () => (relay.kinds().get(kind) ?? 0) > so + 2);
    relay.outage(true);
  };

  it('away for a while, in the middle of a run', async () => {
    const site = next();
    const before = relay.struck();
    const running = site.export();
    await outage();
    await until('requests that find nobody', async () => relay.struck() > before + 5);
    relay.outage(false);
    await running;
    await expectWhole(site);
  });

  it('away for longer than a run waits', async () => {
    const site = next();
    const running = site.export({ outageTolerance: 15_000 }).then(
      () => undefined,
      (error: unknown) => error,
    );
    await outage();
    const failure = await running;
    relay.outage(false);
    if (!(failure instanceof WorkflowFailedError))
      throw new Error('the run did not fail', { cause: failure });
    expect(whyFailed(failure.cause)).toContain(`Staging ${scheme}://faults/`);
    await site.export();
    await expectWhole(site);
  });
}
