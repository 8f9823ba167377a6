/** The adapter against the simulated organisation: sign-in, jobs, files, and rows as the truth has them. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Simulator, SimulatorOptions } from '../../../../simulator/server.js';
import type { Table } from '../../../../model/column.js';
import { tables, type StagedTableName } from '../../../../model/tables.js';
import { createDataExtractionSource } from '../../../../sources/cxone/data-extraction/source.js';
import {
  clientOf,
  context,
  everything,
  jobsOf,
  openSimulator,
  readWindow,
  rowsOf,
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
