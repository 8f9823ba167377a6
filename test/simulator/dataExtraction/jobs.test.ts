/** The life of a job: from its submission to its file, and what else may become of it. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { firstHalf, freshExtraction, hasty, questions, readCsv, workflows } from './extractionClient.js';

describe('a job', () => {
  it('runs, and hands out its file without a token', async () => {
    const extraction = await freshExtraction({
      extraction: { jobIntervalSeconds: 0, jobDurationSeconds: 0.1 },
    });
    const answer = await extraction.submit({ ...workflows, ...firstHalf });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      202,
      'application/json; charset=utf-8',
    ]);
    const id = (await answer.json()) as string;
    expect(await extraction.status(id)).toEqual({ id, status: 'RUNNING', result: {} });
    const { status, result } = await extraction.ended(id);
    expect([status, Object.keys(result)]).toEqual(['SUCCEEDED', ['url']]);
    const file = await fetch(String(result.url));
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'text/csv']);
    expect(readCsv(await file.text()).length).toBeGreaterThan(500);
    const list = await (await extraction.request('/data-extraction/v1/jobs')).json();
    expect(list).toEqual({ jobs: [{ id, status: 'SUCCEEDED' }] });
  });

  it('shows what there was when it ended, and the same whenever it is fetched', async () => {
    const extraction = await freshExtraction({ extraction: hasty });
    const before = await extraction.submitted({ ...workflows, ...firstHalf });
    const fetched = async (id: string) =>
      (await fetch(String((await extraction.status(id)).result.url))).text();
    const first = await fetched(before);
    const [{ 'Workflow ID': evaluationId = '' } = {}] = readCsv(first).filter(
      (row) => row['Type'] === 'Evaluation' && row['Workflow Status'] === 'Completed',
    );
    await delay(5);
    await extraction.control('events', { kind: 'rescore', evaluationId, keepDates: true });
    await extraction.control('events', { kind: 'delete', evaluationId });
    expect(await fetched(before)).toBe(first);
    const after = await extraction.rows(workflows);
    expect(after.find((row) => row['Workflow ID'] === evaluationId)?.['Workflow Status']).toBe('Deleted');
  });

  it.each([
    ['failed', 'FAILED', { errorMessage: 'too much' }],
    ['cancelled', 'CANCELLED', {}],
    ['expired', 'EXPIRED', {}],
  ])('may be %s when the control API says so, and only so often', async (outcome, status, result) => {
    const extraction = await freshExtraction({ evaluations: 10 });
    await extraction.control('jobs', { outcome, errorMessage: 'too much', times: 1 });
    const id = await extraction.submitted({ ...workflows, ...firstHalf });
    expect(await extraction.status(id)).toEqual({ id, status, result });
    const next = await extraction.submitted({ ...workflows, ...firstHalf });
    expect((await extraction.status(next)).status).toBe('SUCCEEDED');
  });

  it('may be lost: an id that nobody knows', async () => {
    const extraction = await freshExtraction({ evaluations: 10 });
    await extraction.control('jobs', { outcome: 'lost' });
    const id = await extraction.submitted({ ...workflows, ...firstHalf });
    const answer = await extraction.request(`/data-extraction/v1/jobs/${id}`);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { error: 'Not Found', message: expect.stringContaining(id) },
    ]);
    expect(await (await extraction.request('/data-extraction/v1/jobs')).json()).toEqual({ jobs: [] });
  });

  it.each([
    [{ minDays: 2 }, ['FAILED', 'SUCCEEDED', 'FAILED']],
    [{ entityName: 'qm-questions' }, ['SUCCEEDED', 'SUCCEEDED', 'FAILED']],
    [{ minAgeDays: 45 }, ['FAILED', 'SUCCEEDED', 'FAILED']],
  ])('fails where it is %o', async (where, expected) => {
    const extraction = await freshExtraction({ evaluations: 10 });
    await extraction.control('jobs', { outcome: 'failed', where });
    const day = { startDate: '2026-09-15', endDate: '2026-09-15' };
    const statuses: string[] = [];
    for (const body of [
      { ...workflows, ...firstHalf },
      { ...workflows, ...day },
      { ...questions, ...firstHalf },
    ]) {
      const id = await extraction.submitted(body);
      statuses.push((await extraction.status(id)).status);
    }
    expect(statuses).toEqual(expected);
    expect(await extraction.control('jobs', undefined, 'DELETE')).toEqual({ removed: 1 });
  });

  it('is over after a day, and its file with it', async () => {
    const extraction = await freshExtraction({ evaluations: 10, tokenLifetimeSeconds: 200_000 });
    const id = await extraction.submitted({ ...workflows, ...firstHalf });
    const { result } = await extraction.status(id);
    await extraction.control('clock', { advanceSeconds: 86_390 });
    expect((await extraction.status(id)).status).toBe('SUCCEEDED');
    await extraction.control('clock', { advanceSeconds: 10 });
    expect((await extraction.status(id)).status).toBe('EXPIRED');
    expect((await fetch(String(result.url))).status).toBe(403);
  });
});

describe('the line of a tenant', () => {
  const job = { ...workflows, ...firstHalf };

  it('takes a job only when none runs, whoever asks and whatever for', async () => {
    const other = {
      clientId: 'other',
      clientSecret: 'secret',
      accessKeyId: 'key',
      accessKeySecret: 'key-secret',
    };
    const extraction = await freshExtraction({
      evaluations: 10,
      clients: [other],
      extraction: { jobIntervalSeconds: 0, jobDurationSeconds: 0.2 },
    });
    const id = await extraction.submitted(job);
    const refused = await extraction.submit({ ...questions, ...firstHalf });
    expect([refused.status, await refused.text()]).toEqual([403, '{"message":"Forbidden"}']);
    await extraction.ended(id);
    expect((await extraction.submit(job)).status).toBe(202);
  });

  it('takes jobs 30 seconds apart by default', async () => {
    const extraction = await freshExtraction({ evaluations: 10, extraction: {} });
    await extraction.submitted(job);
    await extraction.control('clock', { advanceSeconds: 29 });
    expect((await extraction.submit(job)).status).toBe(403);
    await extraction.control('clock', { advanceSeconds: 1 });
    expect((await extraction.submit(job)).status).toBe(202);
  });

  it('does not count what it refused', async () => {
    const extraction = await freshExtraction({ evaluations: 10, extraction: { jobDurationSeconds: 0 } });
    expect((await extraction.submit({ ...job, startDate: 'today' })).status).toBe(400);
    expect((await extraction.submit(job)).status).toBe(202);
  });
});

describe('the URL of a file', () => {
  it('is good for its seconds, and each is a new one', async () => {
    const extraction = await freshExtraction({
      evaluations: 50,
      extraction: { ...hasty, urlLifetimeSeconds: 30 },
    });
    const id = await extraction.submitted({ ...workflows, ...firstHalf });
    const urlNow = async () => String((await extraction.status(id)).result.url);
    const url = await urlNow();
    await extraction.control('clock', { advanceSeconds: 29 });
    expect((await fetch(url)).status).toBe(200);
    await extraction.control('clock', { advanceSeconds: 1 });
    const late = await fetch(url);
    expect([late.status, late.headers.get('content-type'), await late.text()]).toEqual([
      403,
      'application/xml',
      expect.stringContaining('<Code>AccessDenied</Code><Message>Request has expired</Message>'),
    ]);
    const next = await urlNow();
    expect(next).not.toBe(url);
    expect((await fetch(next)).status).toBe(200);
  });

  it.each([
    [400, 'InvalidArgument', (url: string) => url, { authorization: 'Bearer token' }],
    [403, 'SignatureDoesNotMatch', (url: string) => url.replace('Expires=30', 'Expires=90'), {}],
    [403, 'SignatureDoesNotMatch', (url: string) => url.replace(/\?.*/, ''), {}],
  ])('is refused with %d %s', async (status, code, change, headers) => {
    const extraction = await freshExtraction({ evaluations: 10 });
    const id = await extraction.submitted({ ...workflows, ...firstHalf });
    const url = String((await extraction.status(id)).result.url);
    const answer = await fetch(change(url), { headers: headers as Record<string, string> });
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(`<Code>${code}<`)]);
  });
});
