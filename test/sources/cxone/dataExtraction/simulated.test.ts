/** The adapter against the simulated organisation: sign-in, jobs, files, and rows as the truth has them. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Simulator, SimulatorOptions } from '../../../../simulator/server.js';
import type { Table } from '../../../../model/column.js';
import { tables, type StagedTableName } from '../../../../model/tables.js';
import { notCarried } from '../../../../sources/cxone/data-extraction/notCarried.js';
import { createDataExtractionSource } from '../../../../sources/cxone/data-extraction/source.js';
import {
  clientOf,
  context,
  everything,
  jobsOf,
  openSimulator,
  readWindow,
  rowsOf,
  type ReadWindow,
} from './simulatedExtraction.js';

type AnyRow = Record<string, unknown>;

const slow = 90_000;

async function fresh(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await openSimulator(options);
  onTestFinished(() => simulator.close());
  return simulator;
}

let simulator: Simulator;
beforeAll(async () => {
  simulator = await openSimulator({ evaluations: 300 });
});
afterAll(() => simulator.close());

async function truthOf(served: Simulator, table: string): Promise<AnyRow[]> {
  const answer = await fetch(`${served.controlUrl}/truth?table=${table}&contract=cxone-data-extraction`);
  expect(answer.status).toBe(200);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as AnyRow);
}

const keyOf = (table: StagedTableName, row: AnyRow) =>
  (tables[table] as Table).key
    .filter((column) => column !== 'connection')
    .map((column) => row[column])
    .join(' ');

/** Percentages have two decimals in files, and points add up in another order. */
const agree = (ours: unknown, theirs: unknown) =>
  typeof ours === 'number' && typeof theirs === 'number' ? Math.abs(ours - theirs) < 0.01 : ours === theirs;

/** Columns of the truth that rows do not agree with, with an example of each, and rows that are not there. */
function compare(table: StagedTableName, ours: readonly AnyRow[], theirs: readonly AnyRow[]) {
  const byKey = new Map(ours.map((row) => [keyOf(table, row), row]));
  expect(byKey.size).toBe(ours.length);
  const different: AnyRow = {};
  const missing: string[] = [];
  for (const row of theirs) {
    const own = byKey.get(keyOf(table, row));
    if (own === undefined) missing.push(keyOf(table, row));
    else
      for (const [column, value] of Object.entries(row)) {
        if (!agree(own[column], value)) {
          different[column] ??= { ours: own[column], theirs: value, of: keyOf(table, row) };
        }
      }
  }
  return { different, missing };
}

describe('months', () => {
  let rows: ReturnType<typeof rowsOf>;
  beforeAll(async () => {
    rows = rowsOf(await readWindow(createDataExtractionSource(clientOf(simulator)), everything));
  }, slow);

  /** Both contracts speak of the same organisation: where both say something, they say the same. */
  test.each(['evaluations', 'evaluation_answers', 'calibration_evaluations', 'calibration_answers'] as const)(
    'say of %s what the contract of another vendor says, where it is carried',
    (table) => {
      const { organisation } = simulator;
      const restricted = new Set(organisation.restrictedDivisionIds);
      const granted = organisation.divisions().flatMap(({ id }) => (restricted.has(id) ? [] : [id]));
      const truth: AnyRow[] = [...organisation.truth(table, { divisionIds: new Set(granted) })];
      // Each version of a form has ids of its own there; what stays the same over them is what there is here.
      const keyed = ({ question_context_id: question, ...row }: AnyRow): AnyRow =>
        question === undefined ? row : { ...row, question_id: question };
      const ours = (rows[table] ?? []).map(keyed);
      const evaluations = new Set(ours.map(({ evaluation_id: id }) => id));
      const silent = new Set(notCarried[table].filter((column) => column !== 'question_id'));
      const carried = truth
        .filter(({ evaluation_id: id, status, submitted_at: at }) =>
          status === undefined ? evaluations.has(id) : at !== null && status !== 'RETRACTED',
        )
        .map(keyed)
        .map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !silent.has(column))));
      expect(carried.length).toBeGreaterThan(0);
      expect(compare(table, ours, carried)).toEqual({ different: {}, missing: [] });
    },
  );

  test.each([
    'evaluations',
    'evaluation_answers',
    'calibration_evaluations',
    'calibration_answers',
    'self_assessments',
    'self_assessment_answers',
    'forms',
    'form_questions',
  ] as const)('are read as the truth has them: %s', async (table) => {
    const truth = await truthOf(simulator, table);
    const ours = rows[table] ?? [];
    expect(truth.length).toBeGreaterThan(0);
    expect(compare(table, ours, truth)).toEqual({ different: {}, missing: [] });
    expect(ours).toHaveLength(truth.length);
  });
});

describe('spellings', () => {
  test(
    'of headers, times and lines, and whether an end counts, change no row',
    async () => {
      const hasty = { jobIntervalSeconds: 0, jobDurationSeconds: 0 };
      const week = { start: '2026-09-03T00:00:00.000Z', end: '2026-09-10T00:00:00.000Z' };
      const rowsWith = async (extraction: SimulatorOptions['extraction']) => {
        const served = await fresh({ evaluations: 120, extraction: { ...hasty, ...extraction } });
        const { evaluations = [], evaluation_answers: answers = [] } = rowsOf(
          await readWindow(createDataExtractionSource(clientOf(served)), week),
        );
        const inWeek = evaluations.filter(({ submitted_at: at }) => String(at) < week.end);
        const ids = new Set(inWeek.map(({ evaluation_id: id }) => id));
        return [...inWeek, ...answers.filter(({ evaluation_id: id }) => ids.has(id))]
          .map(({ raw: _raw, extracted_at: _at, ...row }) => JSON.stringify(row))
          .toSorted();
      };
      const usual = await rowsWith({});
      expect(usual.length).toBeGreaterThan(0);
      expect(
        await rowsWith({
          endDate: 'exclusive',
          headers: 'camel',
          byteOrderMark: false,
          dates: 'blank',
          lineEnds: 'crlf',
        }),
      ).toEqual(usual);
    },
    slow,
  );
});

describe('what happens to an evaluation', () => {
  const day = { start: '2026-09-10T00:00:00.000Z', end: '2026-09-11T00:00:00.000Z' };

  test(
    'shows in the window of its submission: changed, deleted, or no longer there',
    async () => {
      const served = await fresh({ evaluations: 600 });
      const source = createDataExtractionSource(clientOf(served));
      const recordsOf = ({ pages }: ReadWindow) =>
        new Map(pages.flatMap(({ records }) => records).map((record) => [record.id, record]));
      const before = await readWindow(source, day);
      const own = (rowsOf(before).evaluations ?? []).map(({ evaluation_id: id }) => String(id));
      const [changed = '', deleted = '', silenced = '', untouched = ''] = own;
      expect(own.length).toBeGreaterThan(3);

      const happens = async (event: object) => {
        const answer = await fetch(`${served.controlUrl}/events`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(event),
        });
        expect(answer.status).toBe(200);
      };
      await happens({ kind: 'dispute', evaluationId: changed });
      await happens({ kind: 'delete', evaluationId: deleted });
      await happens({ kind: 'delete', evaluationId: silenced, silent: true });

      const after = await readWindow(source, day);
      const [records, earlier] = [recordsOf(after), recordsOf(before)];
      expect(String(records.get(changed)?.changeStamp) > String(earlier.get(changed)?.changeStamp)).toBe(
        true,
      );
      expect(rowsOf(after).evaluations?.find(({ evaluation_id: id }) => id === changed)).toMatchObject({
        status: 'INREVIEW',
      });
      expect(records.get(untouched)?.body).toEqual(earlier.get(untouched)?.body);
      expect(records.has(deleted)).toBe(false);
      expect(records.has(silenced)).toBe(false);
      const references = after.pages.flatMap((page) => page.references);
      const reference = references.find(({ id }) => id === deleted);
      expect(reference).toMatchObject({ kind: 'evaluation', reason: 'deleted-event' });
      expect(references.some(({ id }) => id === silenced)).toBe(false);
      if (reference === undefined) return;
      expect(await source.lookup(reference, context)).toMatchObject({
        outcome: 'gone',
        extractedAt: reference.changedAt,
      });
    },
    slow,
  );
});

describe('a job', () => {
  const job = {
    ...{ name: 'j', entity: 'qm-workflows', version: '4' },
    startDate: '2026-09-01',
    endDate: '2026-09-07',
  };

  async function served() {
    const own = await fresh({ evaluations: 120 });
    const jobs = jobsOf(createDataExtractionSource(clientOf(own)));
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-test-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const control = async (path: string, body: object) => {
      const answer = await fetch(`${own.controlUrl}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(200);
    };
    return { jobs, control, path: join(directory, 'file') };
  }

  test.each([
    [
      { outcome: 'failed', errorMessage: 'too many rows' },
      { status: 'failed', message: 'too many rows' },
    ],
    [{ outcome: 'cancelled' }, { status: 'cancelled' }],
    [{ outcome: 'expired' }, { status: 'lost' }],
    [{ outcome: 'lost' }, { status: 'lost' }],
  ])('that comes to %j is told as %j', async (plan, collected) => {
    const { jobs, control, path } = await served();
    await control('jobs', plan);
    const { jobId } = await jobs.submit(job, context);
    expect(await jobs.collect(jobId, path, context)).toEqual(collected);
  });

  test.each([{ kind: 'truncated' }, { kind: 'reset', handled: false }, { kind: 'status', status: 503 }])(
    'whose file meets %j is collected by the next try',
    async (fault) => {
      const { jobs, control, path } = await served();
      const { jobId } = await jobs.submit(job, context);
      await control('faults', { fault, where: { path: '/_store/*' }, when: { times: 1 } });
      await expect(jobs.collect(jobId, path, context)).rejects.toMatchObject({ kind: 'UpstreamUnavailable' });
      const collected = await jobs.collect(jobId, path, context);
      expect(collected).toMatchObject({ status: 'succeeded' });
      expect((await readFile(path)).length).toBe('bytes' in collected ? collected.bytes : -1);
    },
  );

  test('is refused while another one of the tenant runs', async () => {
    const own = await fresh({ extraction: { jobIntervalSeconds: 30, jobDurationSeconds: 30 } });
    const jobs = jobsOf(createDataExtractionSource(clientOf(own)));
    const { jobId } = await jobs.submit(job, context);
    expect(await jobs.collect(jobId, '/nowhere', context)).toEqual({ status: 'running' });
    await expect(jobs.submit(job, context)).rejects.toMatchObject({ kind: 'Forbidden' });
  });
});

test.each([
  ['discovery', {}],
  ['a base URL of its own', { apiUrl: 'own' }],
  ['the older sign-in', { signIn: 'access-key-legacy', apiUrl: 'own', loginUrl: 'own' }],
] as const)('signs in by %s', async (_, changed) => {
  const legacy = 'signIn' in changed;
  const served = await fresh({
    extraction: { jobIntervalSeconds: 0, jobDurationSeconds: 0, tenantClaim: legacy ? 'both' : 'id-token' },
  } as SimulatorOptions);
  const own = { apiUrl: served.apiUrl, loginUrl: served.apiUrl };
  const client = clientOf(served, {
    ...(legacy ? { signIn: 'access-key-legacy' as const } : {}),
    ...('apiUrl' in changed ? { apiUrl: own.apiUrl } : {}),
    ...('loginUrl' in changed ? { loginUrl: own.loginUrl } : {}),
  });
  const source = createDataExtractionSource(client);
  expect(await jobsOf(source).tenant(context)).toBe(served.organisation.tenantId);
  const meter = { requests: 0 };
  const diagnosis = await source.diagnose({ ...context, meter });
  expect(diagnosis).toMatchObject({
    signIn: 'ok',
    tokenLifetimeSeconds: 3_600,
    permissions: [{ permission: 'QM Tools > Data Extraction APIs > QM Workflow API', held: null }],
  });
  expect(meter.requests).toBe(Object.keys(changed).length === 0 ? 2 : 1);
});
