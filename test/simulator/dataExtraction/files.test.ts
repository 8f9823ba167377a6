/** How files are written, what is in them, and what may go wrong on the way. */
import { afterAll, describe, expect, it } from 'vitest';
import type { ExtractionOptions } from '../../../simulator/options.js';
import {
  freshExtraction,
  hasty,
  openExtraction,
  questions,
  readCsv,
  workflows,
  type CsvRow,
} from './extractionClient.js';

const shared = await openExtraction({ evaluations: 1_000 });
afterAll(() => shared.simulator.close());
const text = await shared.file(workflows);
const rows = readCsv(text);

describe('spelling', () => {
  const spelled = async (extraction: ExtractionOptions, entity = workflows) =>
    (await freshExtraction({ evaluations: 200, extraction: { ...hasty, ...extraction } })).file(entity);

  it('of headers is spaced, or in camel case', async () => {
    const camel = (await spelled({ headers: 'camel' }, questions)).split('\n')[0];
    expect(camel).toMatch(/^\uFEFFworkflowInstanceId,workflowType,formId,.*sectionScore%,/);
    expect(camel).toContain(',firstnameAgent,lastnameAgent,');
    expect(text).toMatch(/^\uFEFFTenant Name,Agent ID,Type,/);
    expect(text.split('\n')[0]).toContain(',FirstName (Agent),');
  });

  it('begins with a byte order mark unless told otherwise', async () => {
    expect((await spelled({ byteOrderMark: false })).charAt(0)).toBe('T');
  });

  it('of dates ends with Z, or has a blank and no offset', async () => {
    const zulu = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
    const blank = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/;
    for (const row of rows) expect(row['Submission Date']).toMatch(zulu);
    for (const row of readCsv(await spelled({ dates: 'blank' }))) {
      expect(row['Submission Date']).toMatch(blank);
      expect(row['Interaction Start Date']).toMatch(blank);
    }
  });

  it.each(['lf', 'crlf'] as const)(
    'of line ends is %s, and all that needs it is quoted',
    async (lineEnds) => {
      const file = await spelled({ lineEnds });
      const end = lineEnds === 'lf' ? '\n' : '\r\n';
      expect(file.endsWith(end)).toBe(true);
      const remarks = readCsv(file).map((row) => String(row['User Review Comments']));
      for (const needed of ['"', ',', '\n'])
        expect(remarks.some((remark) => remark.includes(needed))).toBe(true);
    },
  );

  it('says the same whatever it is', async () => {
    const plain = readCsv(await spelled({}));
    const other = readCsv(await spelled({ headers: 'camel', byteOrderMark: false, lineEnds: 'crlf' }));
    expect(other.map((row) => Object.values(row))).toEqual(plain.map((row) => Object.values(row)));
  });
});

describe('a file of workflows', () => {
  it('has evaluations, calibrations, self-assessments; deleted and replaced ones', () => {
    const words = (column: string) => [...new Set(rows.map((row) => row[column]))].sort();
    expect(words('Type')).toEqual(['Calibration', 'Evaluation', 'Self Assessment']);
    expect(words('Workflow Status')).toEqual(['Completed', 'Deleted', 'Replaced']);
    expect(words('Workflow State')).toEqual(['Acknowledged', 'In Dispute', 'Submitted']);
    expect(new Set(rows.map((row) => row['Workflow ID'])).size).toBe(rows.length);
  });

  it('has in version 4 columns that version 3 does not have', async () => {
    const older = await shared.rows({ ...workflows, version: '3' });
    const [three, four] = [Object.keys(older[0] ?? {}), Object.keys(rows[0] ?? {})];
    expect(three).toHaveLength(38);
    expect(four.filter((header) => !three.includes(header))).toEqual([
      'Deletion Reason',
      'Evaluator Notes (Count)',
    ]);
  });

  it('is empty to the last byte where there is nothing', async () => {
    const dates = { startDate: '2025-01-01', endDate: '2025-01-02' };
    expect([await shared.file(workflows, dates), await shared.file(questions, dates)]).toEqual(['', '']);
  });

  it('shows what happens to an evaluation', async () => {
    const extraction = await freshExtraction({ evaluations: 300 });
    const { ids } = await extraction.control<{ ids: string[] }>('pick?kind=finished&n=40');
    const shown = async () =>
      new Map((await extraction.rows(workflows)).map((row) => [String(row['Workflow ID']), row]));
    const before = await shown();
    const [edited = '', disputed = '', deleted = '', silent = '', revised = ''] = ids.filter(
      (id) => before.get(id)?.['Workflow State'] === 'Submitted',
    );
    await extraction.control('events', { kind: 'edit', evaluationId: edited });
    await extraction.control('events', { kind: 'dispute', evaluationId: disputed });
    await extraction.control('events', { kind: 'delete', evaluationId: deleted });
    await extraction.control('events', { kind: 'delete', evaluationId: silent, silent: true });
    await extraction.control('events', { kind: 'revise', evaluationId: revised });
    const after = await shown();
    for (const id of [edited, disputed, deleted, revised]) {
      const [one, other] = [before.get(id), after.get(id)];
      expect(other?.['Submission Date']).toBe(one?.['Submission Date']);
      expect(String(other?.['Last Updated']) > String(one?.['Last Updated'])).toBe(true);
    }
    expect(after.get(edited)?.['Score']).not.toBe(before.get(edited)?.['Score']);
    expect(after.get(disputed)?.['Workflow State']).toBe('In Dispute');
    expect(after.get(deleted)?.['Workflow Status']).toBe('Deleted');
    expect(after.has(silent)).toBe(false);
    expect(after.get(revised)?.['Workflow Status']).toBe('Replaced');
  });
});

describe('a file of questions', () => {
  it('has those of every workflow that was not deleted, and of no other', async () => {
    const answered = await shared.rows(questions);
    const shown = rows.filter((row) => row['Workflow Status'] !== 'Deleted').map((row) => row['Workflow ID']);
    expect(new Set(answered.map((row) => row['Workflow Instance ID']))).toEqual(new Set(shown));
    const keys = answered.map((row) => `${row['Workflow Instance ID']} ${row['Question ID']}`);
    expect(new Set(keys).size).toBe(keys.length);
    const kinds = new Set(answered.map((row) => row['Question Type']));
    expect([...kinds].sort()).toEqual(
      ['Free Text', 'Multiple Choice', 'Multiple Select', 'Rating', 'Text Block'].sort(),
    );
    const isOdd = (row: CsvRow) => {
      const isScorable = row['Scorable'] === 'true';
      const isScored = isScorable && row['Answer'] !== 'N/A';
      return (
        (row['Max Score'] !== '') !== isScorable ||
        (row['Actual Score'] !== '') !== isScored ||
        (row['Failed Critical Question'] === 'true' && row['Critical'] !== 'true')
      );
    };
    expect(answered.filter(isOdd)).toEqual([]);
  });
});

describe('a fault', () => {
  const struck = async (fault: Record<string, unknown>) => {
    const extraction = await freshExtraction({ evaluations: 200 });
    const id = await extraction.submitted({ ...workflows, startDate: '2026-09-01', endDate: '2026-09-15' });
    const { result } = await extraction.status(id);
    await extraction.control('faults', { fault, where: { path: '/_store/*' }, when: { nth: 1 } });
    return { extraction, get: async () => fetch(String(result.url)) };
  };

  it.each([
    { kind: 'reset', handled: false },
    { kind: 'reset', handled: true },
  ])('%j takes the answer', async (fault) => {
    const { get } = await struck(fault);
    await expect(get()).rejects.toThrow('fetch failed');
    expect((await get()).status).toBe(200);
  });

  it('breaks a file off in the middle', async () => {
    const { extraction, get } = await struck({ kind: 'truncated' });
    const answer = await get();
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
    const whole = await (await get()).text();
    const { byEndpoint } = await extraction.control<{ byEndpoint: Record<string, { bytes: number }> }>(
      'counters',
    );
    const bytes = Number(byEndpoint['GET /_store/{file}']?.bytes);
    expect(bytes).toBeGreaterThan(Buffer.byteLength(whole));
    expect(bytes).toBeLessThan(2 * Buffer.byteLength(whole));
  });

  it('answers with a status, or with a page', async () => {
    const { get } = await struck({ kind: 'status', status: 503, retryAfterSeconds: 2 });
    const answer = await get();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    const page = await (await struck({ kind: 'contentType' })).get();
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('loses the answer to a submission that went through', async () => {
    const extraction = await freshExtraction({ evaluations: 10 });
    await extraction.control('faults', {
      fault: { kind: 'reset', handled: true },
      where: { path: '/data-extraction/v1/jobs', method: 'POST' },
      when: { nth: 1 },
    });
    const job = { ...workflows, startDate: '2026-09-01', endDate: '2026-09-15' };
    await expect(extraction.submit(job)).rejects.toThrow('fetch failed');
    expect((await extraction.control<{ jobs: unknown[] }>('jobs')).jobs).toHaveLength(1);
  });
});
