/** The adapter against the simulated organisation: what it says, it says as the truth has it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cxoneGuideTruth } from '../../../../simulator/cxone/guide/truth.js';
import type { TruthTable, Viewer } from '../../../../simulator/organisation/organisation.js';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../../simulator/server.js';
import { notCarried } from '../../../../sources/cxone/guide/notCarried.js';
import { createCxoneGuideSource } from '../../../../sources/cxone/guide/source.js';
import type { CxoneGuideStream } from '../../../../sources/cxone/guide/streams.js';
import type { RecordReference, Source } from '../../../../sources/source.js';
import {
  context,
  everything,
  pagesOf,
  present,
  recordsOf,
  rowsOf,
  span,
} from '../../guide/simulatedGuide.js';
import { compareWithTruth, keyOf, type AnyRow } from '../../truthRows.js';
import { allAssessments, allFeedback, clientOf } from './fixtures.js';

/** Machines that do much else at the same time. */
const slow = 60_000;

const open = (options: SimulatorOptions = {}) =>
  startSimulator({
    contracts: ['cxone-guide'],
    seed: 7,
    evaluations: 500,
    from: span.start,
    to: span.end,
    now: present,
    allowance: 1_000_000,
    ...options,
  });

const sourceOf = ({ apiUrl, clientId, clientSecret }: Simulator, stream: CxoneGuideStream): Source =>
  createCxoneGuideSource(clientOf(apiUrl, { clientId, clientSecret }), stream);

let simulator: Simulator;
let viewer: Viewer;
beforeAll(async () => {
  simulator = await open();
  const { organisation } = simulator;
  const restricted = new Set(organisation.restrictedDivisionIds);
  const granted = organisation.divisions().flatMap(({ id }) => (restricted.has(id) ? [] : [id]));
  viewer = { divisionIds: new Set(granted) };
});
afterAll(() => simulator.close());

const truthOf = (table: TruthTable): AnyRow[] => [...cxoneGuideTruth(simulator.organisation, table, viewer)];

const referenceTo = (kind: 'evaluation' | 'feedback', id: unknown, createdAt: unknown): RecordReference => ({
  kind,
  id: String(id),
  locator: '',
  changedAt: String(createdAt),
  isAutomated: null,
  reason: 'absent',
});

/** Up to now, as scripted events happen at the present. */
const untilNow = () => ({ start: everything.start, end: new Date(simulator.clock.now() + 1).toISOString() });

describe('assessments', () => {
  test.each(['evaluations', 'evaluation_answers', 'forms', 'form_questions'] as const)(
    'are all there, with everything that is carried of %s',
    async (table) => {
      const source = sourceOf(simulator, allAssessments);
      const rows = await rowsOf(source, await recordsOf(source, everything));
      const truth = truthOf(table);
      expect(truth.length).toBeGreaterThan(0);
      expect(rows[table]).toHaveLength(truth.length);
      expect(compareWithTruth(table, rows[table], truth)).toEqual({ different: {}, missing: [] });
    },
    slow,
  );

  test.each(['evaluations', 'evaluation_answers', 'forms', 'form_questions'] as const)(
    'say of %s what another contract says, but for what they do not carry',
    async (table) => {
      const source = sourceOf(simulator, allAssessments);
      const rows = await rowsOf(source, await recordsOf(source, everything));
      const ours = new Set(rows[table].map((row) => keyOf(table, row)));
      const theirs = [...simulator.organisation.truth(table, viewer)].filter((row) =>
        ours.has(keyOf(table, row)),
      );
      expect(theirs).toHaveLength(ours.size);
      expect(compareWithTruth(table, rows[table], theirs, notCarried[table])).toEqual({
        different: {},
        missing: [],
      });
    },
    slow,
  );

  test('of sites and queues are those of them, and the audit counts the rest', async () => {
    const all = truthOf('evaluations');
    const [first, second] = new Set(
      all.map((row) => (JSON.parse(String(row['division_ids'])) as string[])[0]),
    );
    const queue = all.find((row) => row['queue_id'] !== null)?.['queue_id'];
    const sites = [first, second].map(String);
    const source = sourceOf(simulator, { ...allAssessments, sites, queues: [String(queue)] });
    const isIn = (row: AnyRow) =>
      row['queue_id'] === queue && sites.some((id) => String(row['division_ids']).includes(id));
    const expected = all.filter(isIn).map((row) => row['evaluation_id']);
    expect(expected.length).toBeGreaterThan(0);
    const read = (await recordsOf(source, everything)).map(({ id }) => id);
    expect(read.sort()).toEqual(expected.sort());
    const findings = await source.auditVisibility(everything, context);
    expect(findings.at(-1)).toMatchObject({
      aspect: 'left-out-by-settings',
      records: all.length - expected.length,
    });
  });

  test('are found where they were created, wherever they are read', async () => {
    const [row] = truthOf('evaluations');
    const { evaluation_id: id, created_at: createdAt } = row ?? {};
    const source = sourceOf(simulator, { ...allAssessments, sites: ['another'] });
    const reference = referenceTo('evaluation', id, createdAt);
    expect(await source.lookup(reference, context)).toMatchObject({ outcome: 'found', record: { id } });
    const unknown = referenceTo('evaluation', 'unknown', createdAt);
    expect(await source.lookup(unknown, context)).toMatchObject({ outcome: 'gone' });
  });

  test('rescored silently are new content by creation, and deleted ones are gone', async () => {
    const world = await open({ evaluations: 60 });
    try {
      const source = sourceOf(world, allAssessments);
      const before = await rowsOf(source, await recordsOf(source, everything));
      const [rescored, deleted] = before.evaluations.filter((row) => row['status'] === 'FINISHED');
      if (rescored === undefined || deleted === undefined) throw new Error('some are finished');
      const ids = [rescored, deleted].map((row) => String(row['evaluation_id']));
      const [rescoredId = '', deletedId = ''] = ids;
      world.organisation.apply({ kind: 'rescore', evaluationId: rescoredId, keepDates: true });
      world.organisation.apply({ kind: 'delete', evaluationId: deletedId, silent: true });
      const after = await rowsOf(source, await recordsOf(source, everything));
      const again = after.evaluations.find((row) => row['evaluation_id'] === rescoredId);
      expect(again).toMatchObject({ change_stamp: rescored['change_stamp'] });
      expect(again?.['content_hash']).not.toBe(rescored['content_hash']);
      expect(after.evaluations.map((row) => row['evaluation_id'])).not.toContain(deletedId);
      const reference = referenceTo('evaluation', deletedId, deleted['created_at']);
      expect(await source.lookup(reference, context)).toMatchObject({ outcome: 'gone' });
    } finally {
      await world.close();
    }
  });

  test('have rubrics that are read once, whatever windows they come in', async () => {
    const world = await open({ evaluations: 60 });
    try {
      const source = sourceOf(world, allAssessments);
      const rubricIds = (await recordsOf(source, everything)).flatMap(({ formId }) => formId ?? []);
      const distinct = new Set(rubricIds);
      expect(rubricIds.length).toBeGreaterThan(distinct.size);
      const meter = { requests: 0 };
      for (const formId of rubricIds) {
        expect(await source.readForms([formId], { ...context, meter })).toMatchObject([{ formId }]);
      }
      expect(meter.requests).toBe(distinct.size);
    } finally {
      await world.close();
    }
  });
});

describe('feedback', () => {
  test('is all there', async () => {
    const source = sourceOf(simulator, allFeedback);
    const rows = await rowsOf(source, await recordsOf(source, everything));
    const truth = truthOf('feedback');
    expect(truth.length).toBeGreaterThan(0);
    expect(rows.feedback).toHaveLength(truth.length);
    expect(compareWithTruth('feedback', rows.feedback, truth)).toEqual({ different: {}, missing: [] });
  });

  test('edited is in the window of its edit, deleted in none, and looked up it is gone', async () => {
    const source = sourceOf(simulator, allFeedback);
    const [edited, deleted] = truthOf('feedback');
    if (edited === undefined || deleted === undefined) throw new Error('there is feedback');
    const [editedId, deletedId] = [edited, deleted].map((row) => String(row['feedback_id']));
    if (editedId === undefined || deletedId === undefined) throw new Error('it has ids');
    const start = new Date(simulator.clock.now()).toISOString();
    simulator.organisation.apply({ kind: 'editFeedback', feedbackId: editedId, content: 'Much better.' });
    simulator.organisation.apply({ kind: 'deleteFeedback', feedbackId: deletedId });
    const window = { start, end: untilNow().end };
    const { feedback } = await rowsOf(source, await recordsOf(source, window));
    expect(feedback).toMatchObject([{ feedback_id: editedId, content: 'Much better.' }]);
    const ids = (await recordsOf(source, untilNow())).map(({ id }) => id);
    expect(ids).toContain(editedId);
    expect(ids).not.toContain(deletedId);
    const outcomeOf = async (row: AnyRow) =>
      (await source.lookup(referenceTo('feedback', row['feedback_id'], row['created_at']), context)).outcome;
    expect(await outcomeOf(edited)).toBe('found');
    expect(await outcomeOf(deleted)).toBe('gone');
  });
});

test('without the scope the sign-in works, and reading says which is missing', async () => {
  const narrow = await open({ evaluations: 20, client: { scopes: ['quality:write'] } });
  try {
    const source = sourceOf(narrow, allFeedback);
    await expect(pagesOf(source, span)).rejects.toMatchObject({
      kind: 'Forbidden',
      message: expect.stringContaining('quality:read'),
    });
    expect(await source.diagnose(context)).toMatchObject({
      permissions: [{ permission: 'quality:read', held: false }],
      excessPermissions: ['quality:write'],
    });
  } finally {
    await narrow.close();
  }
});
