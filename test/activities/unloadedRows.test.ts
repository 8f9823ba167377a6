/** Records that are not loaded as evaluations: what becomes a tombstone, what is only counted, what is held back. */
import { describe, expect, test } from 'vitest';
import { holdBackPending, isUnexplained, rowsOfGone } from '../../activities/unloadedRows.js';
import type { Row } from '../../model/tables.js';
import type { RecordReference, Source, SourceRecord } from '../../sources/source.js';
import { sampleRow } from '../support/sampleRows.js';

const readingById = (lookupById: boolean) => ({ vendor: 'genesys', capabilities: { lookupById } }) as Source;
const source = readingById(true);
const context = { connection: 'acme', batchId: 'b1' };
const at = '2026-11-21T05:00:00.000Z';

const reference = (reason: RecordReference['reason'], kind: RecordReference['kind'] = 'evaluation') => ({
  kind,
  id: 'e1',
  locator: 'c1',
  changedAt: at,
  isAutomated: null,
  reason,
});

describe('a record that a read by id does not find', () => {
  test.each([
    { reason: 'deleted-event', tombstone: true, absence: null, unexplained: false },
    { reason: 'absent-confirmed', tombstone: true, absence: 're-read', unexplained: false },
    { reason: 'absent', tombstone: false, absence: 're-read', unexplained: false },
    { reason: 'requested', tombstone: false, absence: 'lookup', unexplained: true },
    { reason: 'deferred', tombstone: false, absence: 'lookup', unexplained: true },
    { reason: 'overdue', tombstone: false, absence: 'lookup', unexplained: true },
    { reason: 'event', tombstone: false, absence: null, unexplained: true },
    { reason: 'incomplete', tombstone: false, absence: null, unexplained: true },
    { reason: 'retracted', tombstone: false, absence: null, unexplained: true },
  ] as const)(
    'and is wanted as $reason leaves a tombstone: $tombstone, an absence by: $absence, a note: $unexplained',
    ({ reason, tombstone, absence, unexplained }) => {
      const gone = [{ reference: reference(reason), heldIn: null, extractedAt: at }];
      const rows = rowsOfGone(source, gone, context);
      expect((rows.tombstones ?? []).length).toBe(tombstone ? 1 : 0);
      expect(rows.absences?.[0]?.basis ?? null).toBe(absence);
      expect(isUnexplained(reference(reason))).toBe(unexplained);
    },
  );

  test('gets the tombstone of a calibration only where one is held', () => {
    const deleted = { reference: reference('deleted-event', 'calibration'), extractedAt: at };
    expect(rowsOfGone(source, [{ ...deleted, heldIn: null }], context)).toEqual({});
    expect(rowsOfGone(source, [{ ...deleted, heldIn: 'calibrations' }], context).tombstones).toMatchObject([
      { entity: 'calibrations', record_id: 'e1' },
    ]);
  });

  test.each([
    { reason: 'deleted-event', lookupById: true, evidence: 'deleted event, then 404 on lookup' },
    { reason: 'deleted-event', lookupById: false, evidence: 'called deleted by the source' },
    {
      reason: 'absent-confirmed',
      lookupById: true,
      evidence: 'absent from complete re-reads, each time 404 on lookup',
    },
    { reason: 'absent-confirmed', lookupById: false, evidence: 'absent from complete re-reads' },
  ] as const)(
    'and is wanted as $reason is gone for the reason $evidence where reads by id are there: $lookupById',
    ({ reason, lookupById, evidence }) => {
      const gone = [{ reference: reference(reason, 'feedback'), heldIn: null, extractedAt: at }];
      expect(rowsOfGone(readingById(lookupById), gone, context).tombstones).toMatchObject([
        { entity: 'feedback', evidence },
      ]);
    },
  );

  test('gets its tombstone in the name of the table that holds it', () => {
    const gone = [
      { reference: reference('deleted-event'), heldIn: 'calibration_evaluations' as const, extractedAt: at },
    ];
    expect(rowsOfGone(source, gone, context).tombstones).toMatchObject([
      { entity: 'calibration_evaluations', record_id: 'e1', detected_at: at },
    ]);
  });
});

describe('an evaluation whose score is being calculated', () => {
  const record = (more: Partial<SourceRecord> = {}): SourceRecord => ({
    kind: 'evaluation',
    id: 'e1',
    locator: 'c1',
    changeStamp: at,
    formId: 'f1',
    isAutomated: true,
    extractedAt: at,
    body: {},
    ...more,
  });
  const rows = (status: Row<'evaluations'>['score_calculation_status']) => ({
    evaluations: [sampleRow('evaluations', { evaluation_id: 'e1', score_calculation_status: status })],
    evaluation_answers: [sampleRow('evaluation_answers', { evaluation_id: 'e1' })],
  });

  test('is held back with all its parts', () => {
    const held = holdBackPending(rows('pending'), record());
    expect(Object.keys(held)).toEqual(['deferred_evaluations']);
    expect(held.deferred_evaluations).toMatchObject([{ evaluation_id: 'e1' }]);
  });

  test.each(['final', 'failed'] as const)('is loaded once that is %s', (status) => {
    const loaded = rows(status);
    expect(holdBackPending(loaded, record())).toBe(loaded);
  });

  test('is loaded as it stands when it has waited for too long', () => {
    const loaded = rows('pending');
    expect(holdBackPending(loaded, record({ acceptPending: true }))).toBe(loaded);
  });
});
