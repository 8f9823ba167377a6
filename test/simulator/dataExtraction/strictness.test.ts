/** What the contract does not have is refused, so that a client cannot come to rely on it. */
import { afterAll, describe, expect, it } from 'vitest';
import { firstHalf, freshExtraction, openExtraction, questions, workflows } from './extractionClient.js';

const shared = await openExtraction({ evaluations: 400 });
afterAll(() => shared.simulator.close());
const jobs = '/data-extraction/v1/jobs';
const job = { ...workflows, ...firstHalf };

describe('a job', () => {
  it.each([
    ['another entity', { ...job, entityName: 'qm-evaluations' }, 'qm-evaluations'],
    ['another version', { ...job, version: '5' }, 'version 5'],
    ['the version of another entity', { ...job, ...questions, version: '4' }, 'version 4'],
    ['a number for a version', { ...job, version: 4 }, 'version'],
    ['no start', { ...workflows, endDate: '2026-09-15' }, 'startDate'],
    ['an unknown field', { ...job, agentId: 'x' }, 'agentId'],
    ['a time', { ...job, startDate: '2026-09-01T00:00:00Z' }, 'startDate 2026-09-01T00:00:00Z'],
    ['a day that is none', { ...job, startDate: '2026-02-30' }, 'startDate 2026-02-30'],
    ['a month that is none', { ...job, endDate: '2026-13-01' }, 'endDate 2026-13-01'],
    ['an end before the start', { ...job, endDate: '2026-08-31' }, 'endDate 2026-08-31'],
    ['more than 15 days', { ...job, endDate: '2026-09-16' }, '15 days'],
    ['no object', [job], 'object'],
    ['no JSON', undefined, 'JSON'],
  ])('is refused for %s', async (_, body, text) => {
    const answer = await shared.submit(body);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: 'Bad Request', message: expect.stringContaining(text) },
    ]);
  });

  it.each([
    ['inclusive', { startDate: '2026-09-01', endDate: '2026-09-15' }, 202],
    ['inclusive', { startDate: '2026-09-01', endDate: '2026-09-16' }, 400],
    ['exclusive', { startDate: '2026-09-01', endDate: '2026-09-16' }, 202],
    ['exclusive', { startDate: '2026-09-01', endDate: '2026-09-17' }, 400],
    ['inclusive', { startDate: '2026-09-01', endDate: '2026-09-01' }, 202],
  ] as const)('with its end %s over %o: %d', async (endDate, dates, status) => {
    const extraction = await freshExtraction({
      evaluations: 10,
      extraction: { jobIntervalSeconds: 0, jobDurationSeconds: 0, endDate },
    });
    expect((await extraction.submit({ ...workflows, ...dates })).status).toBe(status);
  });

  it.each(['inclusive', 'exclusive'] as const)('has the day of its end where that is %s', async (endDate) => {
    const extraction = await freshExtraction({
      evaluations: 400,
      extraction: { jobIntervalSeconds: 0, jobDurationSeconds: 0, endDate },
    });
    const rows = await extraction.rows(workflows, { startDate: '2026-09-10', endDate: '2026-09-12' });
    const days = new Set(rows.map((row) => row['Submission Date']?.slice(0, 10)));
    const expected = ['2026-09-10', '2026-09-11', ...(endDate === 'inclusive' ? ['2026-09-12'] : [])];
    expect([...days].sort()).toEqual(expected);
  });

  it('cannot be submitted without the permission, which looks like a busy line', async () => {
    const extraction = await freshExtraction({ evaluations: 10, client: { permissions: [] } });
    const answer = await extraction.submit(job);
    expect([answer.status, await answer.text()]).toEqual([403, '{"message":"Forbidden"}']);
    await extraction.control('events', { kind: 'setPermissions', permissions: ['qm-workflow'] });
    expect((await extraction.submit(job)).status).toBe(202);
  });

  it.each([
    ['POST', `${jobs}?dryRun=true`, 400],
    ['GET', `${jobs}?status=RUNNING`, 400],
    ['GET', `${jobs}/00000000-0000-4000-8000-000000000000`, 404],
    ['GET', '/data-extraction/v1/jobs/sync/x', 404],
    ['POST', `${jobs}/sync`, 404],
    ['DELETE', jobs, 404],
    ['GET', '/api/v2/quality/assessments', 404],
  ])('%s %s is refused with %d', async (method, path, status) => {
    const body = method === 'POST' ? { body: JSON.stringify(job) } : {};
    const answer = await shared.request(path, { method, ...body });
    expect([answer.status, Object.keys((await answer.json()) as object)]).toEqual([
      status,
      ['error', 'message'],
    ]);
  });

  it.each([undefined, 'Bearer nonsense', 'Basic abc'])('needs a token: %s', async (authorization) => {
    for (const path of [jobs, `${jobs}/x`]) {
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await shared.request(path, { headers });
      expect([answer.status, await answer.text()]).toEqual([401, '{"message":"Unauthorized"}']);
    }
  });
});

describe('a file', () => {
  it('has what its user may see, and redacts nothing', async () => {
    const restricted = new Set(shared.simulator.organisation.restrictedDivisionIds);
    const idsOf = (rows: readonly Record<string, string>[]) => rows.map((row) => String(row['Workflow ID']));
    const all = await freshExtraction({ evaluations: 400, client: { divisionIds: 'all' } });
    const [some, every] = [idsOf(await shared.rows(workflows)), idsOf(await all.rows(workflows))];
    const hidden = every.filter((id) => !some.includes(id));
    expect(hidden.length).toBeGreaterThan(0);
    const { organisation } = shared.simulator;
    for (const id of hidden) {
      const state = organisation.evaluation(id);
      // Self-assessments and what was deleted cannot be looked up.
      if (state !== undefined) expect(state.divisionIds.some((each) => restricted.has(each))).toBe(true);
    }
    for (const id of some)
      expect(organisation.evaluation(id)?.divisionIds.some((each) => restricted.has(each)) ?? false).toBe(
        false,
      );
  });
});

describe('a control request', () => {
  it.each([
    [{ outcome: 'exploded' }, 'outcome'],
    [{ outcome: 'failed', times: 0 }, 'times'],
    [{ outcome: 'failed', where: { entityName: 'qm-x' } }, 'entityName'],
    [{}, 'outcome'],
  ])('%j is refused', async (body, text) => {
    await expect(shared.control('jobs', body)).rejects.toThrow(text);
  });
});
