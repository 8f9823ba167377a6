import { describe, expect, it } from 'vitest';
import { jsonText } from '../../../model/jsonText.js';
import { sampleRow } from '../../support/sampleRows.js';
import { evaluation, hour, tombstone } from './sampleEvaluation.js';
import { noSignal, type OpenTarget } from './target.js';

const mine = { connection: 'acme', source_system: 'genesys' } as const;

export function valuesAsSent(open: OpenTarget): void {
  describe('values', () => {
    it('arrive as they were sent: scripts of the world, quotes, backslashes, line ends, emoji', async () => {
      const text =
        'Zoë \u{1F469}\u200D\u{1F4BB} \u2028 "quoted" \'single\' \\ \\n %s ${x} `tick` مرحبا 你好 \u202Eabc\r\n\tЁ e\u0301';
      const scratch = await open();
      const json = { text, nested: [text, { deep: [1.5, 0, 1e21, true, null, ''] }], '': {} };
      await scratch.load('b1', evaluation({ id: text, values: { agent_name: text, raw: jsonText(json) } }));
      const { evaluations: rows } = await scratch.dump();
      expect(rows).toHaveLength(1);
      expect(rows?.[0]).toMatchObject({ evaluation_id: text, agent_name: text, raw: json });
      const [known] = await scratch.warehouse.knownVersions('evaluations', 'acme', [text]);
      expect(known).toMatchObject({ id: text });
      await scratch.load('b2', tombstone(text, hour(12)));
      expect(await scratch.warehouse.knownVersions('evaluations', 'acme', [text])).toMatchObject([
        { isDeleted: true },
      ]);
    });

    it('keep their types: numbers as doubles, moments to the microsecond, days, empty texts, nulls', async () => {
      const scratch = await open();
      await scratch.load(
        'b1',
        evaluation({
          id: 'first',
          stamp: '2026-02-28T23:59:59.123456Z',
          values: { total_score: 0.1 + 0.2, agent_name: '', created_at: '1969-12-31T23:59:59.999Z' },
        }),
        evaluation({ id: 'later by a microsecond', stamp: '2026-02-28T23:59:59.123457Z', score: -1e-9 }),
        evaluation({ id: 'nothing', values: { total_score: null, agent_name: null, created_at: null } }),
      );
      const { evaluations: rows } = await scratch.dump();
      expect(rows).toMatchObject([
        {
          evaluation_id: 'first',
          total_score: 0.1 + 0.2,
          agent_name: '',
          created_at: '1969-12-31T23:59:59.999Z',
          change_stamp: '2026-02-28T23:59:59.123Z',
          evaluation_month: '2026-10-01',
        },
        { evaluation_id: 'later by a microsecond', total_score: -1e-9 },
        { evaluation_id: 'nothing', total_score: null, agent_name: null, created_at: null },
      ]);
      const ordered = await scratch.rows(
        'SELECT evaluation_id FROM evaluations ORDER BY change_stamp LIMIT 2',
      );
      expect(ordered.map((row) => row['evaluation_id'])).toEqual(['first', 'later by a microsecond']);
    });
  });

  describe('known versions', () => {
    it('are told of ten thousand ids at once', async () => {
      const scratch = await open();
      await scratch.load('b1', evaluation(), evaluation({ id: "e'2", stamp: '2026-11-01T08:00:00.123Z' }), {
        calibrations: [sampleRow('calibrations', { ...mine, calibration_id: 'c1' })],
      });
      await scratch.load('b2', tombstone('e1', hour(12)));
      const ids = ['e1', "e'2", ...Array.from({ length: 9_998 }, (_, index) => `unknown-${index}`)];
      expect(await scratch.warehouse.knownVersions('evaluations', 'acme', ids)).toEqual([
        {
          id: "e'2",
          changeStamp: '2026-11-01T08:00:00.123Z',
          extractedAt: hour(9),
          status: 'FINISHED',
          totalScore: 80,
          isDeleted: false,
        },
        {
          id: 'e1',
          changeStamp: hour(8),
          extractedAt: hour(9),
          status: 'FINISHED',
          totalScore: 80,
          isDeleted: true,
        },
      ]);
      expect(await scratch.warehouse.knownVersions('calibrations', 'acme', ['c1'])).toMatchObject([
        { id: 'c1', status: '' },
      ]);
      expect(await scratch.warehouse.knownVersions('evaluations', 'other', ['e1'])).toEqual([]);
      expect(await scratch.warehouse.knownVersions('evaluations', 'acme', [])).toEqual([]);
    });
  });

  describe('windows', () => {
    it('are complete with their last batch, or when they are closed after it', async () => {
      const scratch = await open();
      const batch = { ...(await scratch.stage('b1', evaluation())), closesWindow: false };
      const { connection, sourceSystem, stream, window } = batch;
      const closing = {
        ...{ connection, sourceSystem, stream, window },
        ...{ batchId: 'closing', afterBatchId: 'b1', workflowId: 'w', runId: 'r', notes: ["one's left out"] },
      };
      expect(await scratch.warehouse.closeWindow(closing)).toBe(false);
      await scratch.warehouse.load(batch, noSignal);
      expect(await scratch.warehouse.loadedWindows('acme', 'evaluations')).toEqual([]);
      expect(await scratch.warehouse.closeWindow(closing)).toBe(true);
      expect(await scratch.warehouse.closeWindow(closing)).toBe(true);
      expect(await scratch.warehouse.loadedWindows('acme', 'evaluations')).toMatchObject([window]);
      expect(await scratch.warehouse.loadedWindows('acme', 'other')).toEqual([]);
      expect((await scratch.dump())['load_audit']).toHaveLength(2);
    });
  });

  it('a query cannot write', async () => {
    const scratch = await open();
    await scratch.load('b1', evaluation());
    await expect(scratch.warehouse.query('DELETE FROM load_audit WHERE 1 = 1')).rejects.toThrow();
    expect((await scratch.dump())['load_audit']).toHaveLength(1);
  });
}
