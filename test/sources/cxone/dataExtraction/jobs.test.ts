import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultEntities } from '../../../../sources/cxone/data-extraction/columns.js';
import { createJobs } from '../../../../sources/cxone/data-extraction/jobs.js';
import type { CallContext } from '../../../../sources/source.js';
import { never, sendJson, type Received } from '../../http/testServer.js';
import { serve } from './servedExtraction.js';

const context: CallContext = { signal: never, priority: 2 };
const day = 86_400_000;
const job = {
  name: 'qm-workflows-2026-09-01-2026-09-14',
  entity: 'qm-workflows',
  version: '4',
  startDate: '2026-09-01',
  endDate: '2026-09-14',
};

async function jobsAgainst(answer: (request: Received, response: http.ServerResponse, url: string) => void) {
  const served = await serve(answer);
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return { ...served, jobs: createJobs(served.client, defaultEntities), path: join(directory, 'file') };
}

describe('the jobs of a window', () => {
  const jobsOf = async (start: string, end: string) => {
    const { jobs } = await jobsAgainst(() => undefined);
    return jobs.jobsOf({ start, end });
  };

  test.each([
    ['2026-09-01T00:00:00.000Z', '2026-09-02T00:00:00.000Z', [['2026-09-01', '2026-09-01']]],
    ['2026-09-01T23:00:00.000Z', '2026-09-02T01:00:00.000Z', [['2026-09-01', '2026-09-02']]],
    ['2026-09-01T00:00:00.000Z', '2026-09-15T00:00:00.000Z', [['2026-09-01', '2026-09-14']]],
    [
      '2026-09-01T00:00:00.000Z',
      '2026-09-15T00:00:01.000Z',
      [
        ['2026-09-01', '2026-09-14'],
        ['2026-09-15', '2026-09-15'],
      ],
    ],
  ])('from %s to %s ask for %j', async (start, end, dates) => {
    const jobs = await jobsOf(start, end);
    for (const { name: entity, version } of Object.values(defaultEntities)) {
      expect(jobs.filter((each) => each.entity === entity)).toEqual(
        dates.map(([startDate, endDate]) => ({
          name: `${entity}-${startDate}-${endDate}`,
          ...{ entity, version, startDate, endDate },
        })),
      );
    }
  });

  test('hold every day that it touches once, in spans that the API takes with a day more', async () => {
    const { jobs } = await jobsAgainst(() => undefined);
    const from = Date.parse('2026-01-01T00:00:00.000Z');
    fc.assert(
      fc.property(fc.nat(400 * 24), fc.integer({ min: 1, max: 60 * 24 }), (begin, hours) => {
        const start = from + (begin * day) / 24;
        const end = start + (hours * day) / 24;
        const window = { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
        const days = jobs
          .jobsOf(window)
          .filter(({ entity }) => entity === 'qm-questions')
          .flatMap(({ startDate, endDate }) => {
            const [first, last] = [Date.parse(startDate), Date.parse(endDate)];
            expect((last - first) / day).toBeLessThan(14);
            return Array.from({ length: (last - first) / day + 1 }, (_, index) => first + index * day);
          });
        const touched = Array.from(
          { length: Math.ceil(end / day) - Math.floor(start / day) },
          (_, index) => (Math.floor(start / day) + index) * day,
        );
        expect(days).toEqual(touched);
      }),
    );
  });
});

describe('submitting', () => {
  test.each([
    ['a bare text', 'job-1'],
    ['{ jobId }', { jobId: 'job-1' }],
    ['{ id }', { id: 'job-1' }],
  ])('takes the id as %s, and asks for a day more', async (_, body) => {
    const { jobs, server } = await jobsAgainst((_request, response) => sendJson(response, 202, body));
    const submitted = await jobs.submit(job, context);
    expect(submitted.jobId).toBe('job-1');
    expect(Math.abs(Date.parse(submitted.submittedAt) - Date.now())).toBeLessThan(60_000);
    const sent = server.received.at(-1);
    expect(sent).toMatchObject({ method: 'POST', url: '/data-extraction/v1/jobs' });
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      entityName: 'qm-workflows',
      version: '4',
      startDate: '2026-09-01',
      endDate: '2026-09-15',
    });
  });

  test.each([
    [
      'an answer that breaks off',
      (response: http.ServerResponse) => response.destroy(),
      'UpstreamUnavailable',
    ],
    ['a failure', (response: http.ServerResponse) => sendJson(response, 503, {}), 'UpstreamUnavailable'],
    [
      'a 403',
      (response: http.ServerResponse) => sendJson(response, 403, { message: 'Forbidden' }),
      'Forbidden',
    ],
    [
      'a 400',
      (response: http.ServerResponse) => sendJson(response, 400, { message: 'dates' }),
      'InvalidRequest',
    ],
    ['no id', (response: http.ServerResponse) => sendJson(response, 202, {}), 'SchemaMismatch'],
  ])('is never repeated after %s', async (_, answer, kind) => {
    const { jobs, paths } = await jobsAgainst((_request, response) => void answer(response));
    await expect(jobs.submit(job, context)).rejects.toMatchObject({ kind });
    expect(paths().filter((path) => path === '/data-extraction/v1/jobs')).toHaveLength(1);
  });
});

const statusOf = (status: string, result?: object) => ({
  jobStatus: { id: 'job-1', status, ...(result === undefined ? {} : { result }) },
});

describe('collecting', () => {
  test.each([
    [200, statusOf('RUNNING'), { status: 'running' }],
    [200, statusOf('RUNNING', {}), { status: 'running' }],
    [200, statusOf('CANCELLED'), { status: 'cancelled' }],
    [200, statusOf('EXPIRED', { url: null }), { status: 'lost' }],
    [404, { message: 'no such job' }, { status: 'lost' }],
    [
      200,
      statusOf('FAILED', { errorMessage: 'too many rows' }),
      { status: 'failed', message: 'too many rows' },
    ],
    [200, statusOf('FAILED'), { status: 'failed', message: 'no reason given' }],
  ])('%i %j says %j', async (status, body, collected) => {
    const { jobs, path, paths } = await jobsAgainst((_, response) => sendJson(response, status, body));
    expect(await jobs.collect('job/1', path, context)).toEqual(collected);
    expect(paths().at(-1)).toBe('/data-extraction/v1/jobs/job%2F1');
  });

  test('downloads the file at once, and takes no token to the store', async () => {
    const { jobs, path, server } = await jobsAgainst((request, response, url) => {
      if (request.url === '/store?signature=secret-2') return void response.end('a,b\r\n');
      return sendJson(response, 200, statusOf('SUCCEEDED', { url: `${url}/store?signature=secret-2` }));
    });
    expect(await jobs.collect('job-1', path, context)).toEqual({ status: 'succeeded', bytes: 5 });
    expect(await readFile(path, 'utf8')).toBe('a,b\r\n');
    expect(server.received.at(-1)?.headers.authorization).toBeUndefined();
  });

  test.each([
    ['no file', undefined, 'SchemaMismatch', 'names no file'],
    [
      'a store elsewhere',
      'https://files.example.org/x?signature=secret-2',
      'InvalidConfig',
      'files.example.org',
    ],
    ['a file that is over', '/gone?signature=secret-2', 'UpstreamUnavailable', 'answered 403'],
  ])('says so of %s, and nothing of its URL', async (_, file, kind, words) => {
    const { jobs, path } = await jobsAgainst((request, response, url) => {
      if (request.url.startsWith('/gone')) return void response.writeHead(403).end();
      const found = file?.startsWith('/') === true ? `${url}${file}` : file;
      return sendJson(response, 200, statusOf('SUCCEEDED', { url: found }));
    });
    const error: unknown = await jobs.collect('job-1', path, context).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind, message: expect.stringContaining(words) });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('secret-2');
  });

  test('refuses a status that is not documented', async () => {
    const { jobs, path } = await jobsAgainst((_, response) => sendJson(response, 200, statusOf('QUEUED')));
    await expect(jobs.collect('job-1', path, context)).rejects.toMatchObject({
      kind: 'SchemaMismatch',
      message: expect.stringContaining('"QUEUED" at jobStatus.status'),
    });
  });
});
