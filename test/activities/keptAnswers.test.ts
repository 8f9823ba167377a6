/** Activities of many questions: what one was answered before it was killed is not asked again. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultActivityInfo, MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAuditVisibility } from '../../activities/auditVisibility.js';
import type { Dependencies } from '../../activities/dependencies.js';
import { createExtractDirectory } from '../../activities/extractDirectory.js';
import { createRecordVisibility } from '../../activities/recordVisibility.js';
import { requireJson } from '../../activities/stagedJson.js';
import { runDirectoryOf } from '../../model/runDirectory.js';
import type { Simulator } from '../../simulator/server.js';
import { controlSimulator } from '../support/simulatorControl.js';
import { requestsOf, simulatedDependencies } from './support/simulatedDependencies.js';

const window = { start: '2026-09-01T00:00:00.000Z', end: '2026-09-10T00:00:00.000Z' };
const of = { connection: 'acme', stream: 'evaluations', priority: 3 } as const;
const { workflowExecution } = defaultActivityInfo;
const runDirectory = runDirectoryOf(of.connection, of.stream, workflowExecution?.runId ?? '');

let simulator: Simulator;
let dependencies: Dependencies;
let folder: string;

beforeEach(async () => {
  const organisation = { evaluations: 60, from: window.start, to: window.end };
  ({ simulator, dependencies, folder } = await simulatedDependencies(organisation));
});

const run = async <I, R>(activity: (input: I) => Promise<R>, input: I, attempt: number): Promise<R> =>
  (await new MockActivityEnvironment({ attempt }).run(activity, input)) as R;

const audit = async (attempt: number) => run(createAuditVisibility(dependencies), { ...of, window }, attempt);

/** Requests that the work made. */
async function during<T>(work: () => Promise<T>): Promise<{ result: T; made: number }> {
  const before = await requestsOf(simulator);
  const result = await work();
  return { result, made: (await requestsOf(simulator)) - before };
}

async function failFrom(nth: number): Promise<void> {
  await controlSimulator(simulator.controlUrl, 'POST', 'faults', {
    fault: { kind: 'status', status: 503 },
    where: { path: '/api/*' },
    when: { from: nth },
  });
}

describe('an activity that stopped in the middle of its questions', () => {
  it('goes on with the next one', async () => {
    // Signs in.
    await audit(1);
    const whole = await during(async () => audit(1));
    expect(whole.made).toBeGreaterThan(8);
    await dependencies.staging.remove(`${runDirectory}/`);
    await failFrom(6);
    await expect(audit(1)).rejects.toMatchObject({ kind: 'UpstreamUnavailable' });
    await controlSimulator(simulator.controlUrl, 'DELETE', 'faults');
    const second = await during(async () => audit(2));
    expect(second.result.findings).toEqual(whole.result.findings);
    expect(second.made).toBe(whole.made - 5);
  });

  it('that was done and could not tell asks nothing again', async () => {
    const first = await audit(1);
    const again = await during(async () => audit(2));
    expect(again).toEqual({ made: 0, result: { ...first, requests: 0 } });
  });

  it('asks again what cannot be read any more', async () => {
    const first = await audit(1);
    const [damaged = '', missing = ''] = await dependencies.staging.list(`${runDirectory}/`);
    await writeFile(join(folder, damaged), '{"question":');
    await rm(join(folder, missing));
    const again = await during(async () => audit(2));
    expect(again.made).toBe(2);
    expect(again.result.findings).toEqual(first.findings);
  });

  it('stages the same users, queues and divisions without a question', async () => {
    const extract = async (attempt: number) =>
      run(createExtractDirectory(dependencies), { ...of, runDirectory }, attempt);
    const { object } = await extract(1);
    const first = await requireJson(dependencies.staging, object.name);
    const again = await during(async () => extract(2));
    expect(again.made).toBe(0);
    expect(await requireJson(dependencies.staging, object.name)).toEqual(first);
  });
});

it('what an audit was answered is removed once its findings are written', async () => {
  const { findings } = await audit(1);
  expect(await dependencies.staging.list(`${runDirectory}/`)).not.toEqual([]);
  const record = { ...of, auditId: 'audit/1', auditedAt: '2026-09-20T12:00:00.000Z', findings };
  await run(createRecordVisibility(dependencies), record, 1);
  expect(await dependencies.staging.list(`${runDirectory}/`)).toEqual([]);
});
