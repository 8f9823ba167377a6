/** What runs ask of the warehouse: what it holds of a selection. */
import { describe, expect, it } from 'vitest';
import { jsonText } from '../../../model/jsonText.js';
import type { Row } from '../../../model/tables.js';
import type { HeldSelection } from '../../../warehouses/warehouse.js';
import { sampleRow } from '../../support/sampleRows.js';
import { evaluation, hour, tombstone, type EvaluationSample } from './sampleEvaluation.js';
import type { OpenTarget } from './target.js';

const mine = { connection: 'acme', source_system: 'genesys' } as const;

const sample = (id: string, values: Partial<Row<'evaluations'>> = {}, more: EvaluationSample = {}) =>
  evaluation({
    id,
    ...more,
    values: {
      conversation_id: `c-${id}`,
      division_ids: jsonText(['d1']),
      form_id: 'f1',
      form_structure_hash: 'h1',
      submitted_at: hour(5),
      created_at: hour(4),
      is_automated: false,
      score_calculation_status: 'final',
      ...values,
    },
  });

const absence = (id: string, observedAt: string, basis: Row<'absences'>['basis']) => ({
  absences: [
    sampleRow('absences', {
      ...mine,
      entity: 'evaluations',
      record_id: id,
      basis,
      observed_at: observedAt,
      extracted_at: observedAt,
    }),
  ],
});

const deferred = (id: string, extractedAt: string) => ({
  deferred_evaluations: [
    sampleRow('deferred_evaluations', {
      ...mine,
      evaluation_id: id,
      conversation_id: `c-${id}`,
      extracted_at: extractedAt,
    }),
  ],
});

export function heldSelections(open: OpenTarget): void {
  describe('what is held', () => {
    const ids = async (selection: HeldSelection) => {
      const scratch = await open();
      await scratch.load(
        'b1',
        sample('submitted'),
        sample('elsewhere', { submitted_at: hour(20) }),
        sample('unfinished', { submitted_at: null, status: 'PENDING' }),
        sample('unfinished-elsewhere', { submitted_at: null, status: 'PENDING', created_at: hour(20) }),
        sample('undated', { submitted_at: null, status: 'FINISHED' }),
        sample('undated-elsewhere', { submitted_at: null, status: 'FINISHED', created_at: hour(20) }),
        sample('retracted', { status: 'RETRACTED' }),
        sample('deleted'),
        sample('drifted', { form_structure_hash: 'h0', submitted_at: hour(21) }),
        sample('unknown-form', { form_structure_hash: null, submitted_at: hour(21) }),
        sample('drifted-and-lost', { form_structure_hash: 'h0', submitted_at: hour(21) }),
      );
      await scratch.load(
        'b2',
        tombstone('deleted', hour(12)),
        absence('drifted-and-lost', hour(13), 'lookup'),
      );
      return (await scratch.warehouse.heldEvaluations('acme', selection)).map(({ id }) => id);
    };

    it('and submitted in a span, or finished and created in it where the source has no submissions', async () => {
      expect(await ids({ submitted: { start: hour(20), end: hour(21) } })).toEqual([
        'elsewhere',
        'undated-elsewhere',
      ]);
      expect(await ids({ submitted: { start: hour(4), end: hour(5) } })).toEqual(['undated']);
    });

    it('made with another structure of a form, as far as it can be found', async () => {
      expect(await ids({ formId: 'f1', structureOtherThan: 'h1' })).toEqual(['drifted', 'unknown-form']);
      const scratch = await open();
      await scratch.load('b1', sample('a'), sample('b', { form_structure_hash: 'h0' }), sample('c'));
      expect(await scratch.warehouse.heldFormVersions('acme')).toEqual([
        { formId: 'f1', structureHash: 'h0', evaluations: 1 },
        { formId: 'f1', structureHash: 'h1', evaluations: 2 },
      ]);
    });

    it('back for its score: until it is read with a final one, or not found any more', async () => {
      const scratch = await open();
      const pending = async () =>
        (await scratch.warehouse.heldEvaluations('acme', { scorePending: true })).map(
          ({ id, heldBackSince }) => [id, heldBackSince],
        );
      await scratch.load(
        'b1',
        deferred('new', hour(9)),
        deferred('gone', hour(9)),
        deferred('settled', hour(9)),
      );
      await scratch.load('b2', deferred('new', hour(11)));
      await scratch.load(
        'b3',
        sample('settled', {}, { extracted: hour(10) }),
        absence('gone', hour(10), 'lookup'),
      );
      expect(await pending()).toEqual([['new', hour(9)]]);
      await scratch.load('b4', sample('loaded', { score_calculation_status: 'pending' }));
      expect(await pending()).toEqual([
        ['loaded', '1970-01-01T00:00:00.000Z'],
        ['new', hour(9)],
      ]);
    });

    it('by day of creation and division, calibrations included', async () => {
      const scratch = await open();
      const calibration = sampleRow('calibration_evaluations', {
        ...mine,
        evaluation_id: 'k1',
        division_ids: jsonText(['d1']),
        created_at: hour(4),
      });
      await scratch.load(
        'b1',
        sample('a'),
        sample('b', { division_ids: jsonText(['d1', 'd2']) }),
        sample('c', { division_ids: jsonText([]) }),
        sample('later', { created_at: '2026-11-03T00:00:00.000Z' }),
        { calibration_evaluations: [calibration] },
      );
      const span = { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' };
      expect(await scratch.warehouse.countHeld('acme', span)).toEqual([
        { day: '2026-11-01', divisionId: '', evaluations: 1 },
        { day: '2026-11-01', divisionId: 'd1', evaluations: 3 },
        { day: '2026-11-01', divisionId: 'd2', evaluations: 1 },
      ]);
    });
  });

  it('rows of what runs did are written once for each key', async () => {
    const scratch = await open();
    const run: Row<'interval_runs'> = {
      ...mine,
      stream: 'evaluations',
      trigger: 'schedule',
      interval_start: hour(1),
      interval_end: hour(2),
      state: 'failed',
      loaded_through: null,
      nominal_at: hour(2),
      started_at: hour(2),
      ended_at: hour(3),
      requests: 7,
      changed_rows: 0,
      message: "it's over",
      workflow_id: 'w1',
      run_id: 'r1',
    };
    await scratch.warehouse.record('interval_runs', [run, { ...run, run_id: 'r2' }]);
    await scratch.warehouse.record('interval_runs', [{ ...run, state: 'completed', message: null }]);
    const span = { start: hour(1), end: hour(2) };
    const found = await scratch.warehouse.intervalRuns('acme', 'evaluations', span);
    expect(found.map(({ run_id: id, state }) => [id, state])).toEqual([
      ['r1', 'completed'],
      ['r2', 'failed'],
    ]);
    expect(
      await scratch.warehouse.intervalRuns('acme', 'evaluations', { start: hour(2), end: hour(3) }),
    ).toEqual([]);
    expect(await scratch.warehouse.intervalRuns('other', 'evaluations', span)).toEqual([]);
  });
}
