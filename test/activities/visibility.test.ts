/** Findings on their way into the warehouse: kept, and compared with the audit before. */
import { rm } from 'node:fs/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import type { RecordedVisibility } from '../../activities/auditContracts.js';
import { createRecordVisibility } from '../../activities/recordVisibility.js';
import type { VisibilityFinding } from '../../model/visibility.js';
import { scratchWarehouse } from '../warehouses/scratchWarehouse.js';

const division = (id: string, isVisible: boolean | null): VisibilityFinding => ({
  aspect: 'division',
  subjectId: id,
  subjectName: `Division ${id}`,
  records: null,
  isVisible,
  note: 'A note.',
});
const redacted = (records: number | null): VisibilityFinding => ({
  aspect: 'redacted',
  subjectId: 'organisation',
  subjectName: null,
  records,
  isVisible: records === null ? null : records === 0,
  note: 'A note.',
});

async function opened() {
  const scratch = await scratchWarehouse();
  const activity = createRecordVisibility({
    vendor: () => 'genesys',
    staging: scratch.store,
    warehouse: scratch.warehouse,
  });
  const audit = (day: number, findings: VisibilityFinding[], stream = 'evaluations') =>
    new MockActivityEnvironment().run(activity, {
      connection: 'acme',
      stream,
      auditId: `audit/${day}`,
      auditedAt: `2026-11-0${day}T05:00:00.000Z`,
      findings,
    }) as Promise<RecordedVisibility>;
  return { ...scratch, audit };
}
const changesOf = ({ changes }: RecordedVisibility) =>
  changes.map(({ subjectId, change }) => `${subjectId} ${change}`);

describe('an audit of visibility', () => {
  it('is kept row by row; the first one differs from nothing', async () => {
    const { audit, rows } = await opened();
    expect(await audit(1, [division('d-1', true), division('d-2', false), redacted(3)])).toEqual({
      isFirst: true,
      changes: [],
    });
    expect(await rows('SELECT * FROM visibility ORDER BY aspect, subject_id')).toEqual([
      {
        connection: 'acme',
        source_system: 'genesys',
        stream: 'evaluations',
        audit_id: 'audit/1',
        aspect: 'division',
        subject_id: 'd-1',
        subject_name: 'Division d-1',
        records: null,
        is_visible: true,
        note: 'A note.',
        is_changed: false,
        audited_at: '2026-11-01T05:00:00.000Z',
      },
      expect.objectContaining({ subject_id: 'd-2', is_visible: false }),
      expect.objectContaining({ subject_id: 'organisation', subject_name: null, records: 3 }),
    ]);
  });

  it('tells what is newly hidden, what is visible again and what is no longer known', async () => {
    const { audit, rows } = await opened();
    await audit(1, [division('d-1', true), division('d-2', false), division('d-3', true), redacted(0)]);
    const recorded = await audit(2, [
      division('d-1', false),
      division('d-2', true),
      division('d-3', null),
      division('d-4', false),
      division('d-5', true),
      redacted(7),
    ]);
    expect(recorded.isFirst).toBe(false);
    expect(changesOf(recorded)).toEqual([
      'd-1 hidden',
      'd-2 visible',
      'd-3 untold',
      'd-4 hidden',
      'organisation hidden',
    ]);
    expect(recorded.changes.at(-1)).toMatchObject({ aspect: 'redacted', records: 7 });
    expect(
      await rows("SELECT subject_id FROM visibility WHERE audit_id = 'audit/2' AND is_changed ORDER BY 1"),
    ).toEqual(['d-1', 'd-2', 'd-3', 'd-4', 'organisation'].map((subject_id) => ({ subject_id })));
  });

  it('is compared with the newest before it, of its own stream; other counts are no change', async () => {
    const { audit } = await opened();
    await audit(1, [division('d-1', true), redacted(3)]);
    await audit(2, [division('d-1', false), redacted(3)]);
    await audit(3, [division('d-1', true)], 'surveys');
    expect(changesOf(await audit(4, [division('d-1', false), redacted(9)]))).toEqual([]);
    expect(changesOf(await audit(5, [division('d-1', true), redacted(0)]))).toEqual([
      'd-1 visible',
      'organisation visible',
    ]);
  });

  it('that is recorded again tells the same and adds no row', async () => {
    const { audit, dump } = await opened();
    await audit(1, [division('d-1', true)]);
    const recorded = await audit(2, [division('d-1', false)]);
    const before = await dump();
    expect(await audit(2, [division('d-1', false)])).toEqual(recorded);
    expect(await dump()).toEqual(before);
  });

  it('has nothing before it in a warehouse that is not there yet', async () => {
    const { warehouse, path } = await scratchWarehouse();
    await rm(path);
    expect(await warehouse.visibilityFindings('acme', 'evaluations', '2026-11-01T00:00:00.000Z')).toEqual([]);
  });
});
