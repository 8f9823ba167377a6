/** What a reconciliation asks of the warehouse, for each kind of record: what lists should show, and how staged rows meet it. */
import { describe, expect, it } from 'vitest';
import { jsonText } from '../../../model/jsonText.js';
import type { ListedBy, ReconciledTable } from '../../../model/reconciliation.js';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import { sampleRow } from '../../support/sampleRows.js';
import { evaluation, hour, tombstone, type EvaluationSample } from './sampleEvaluation.js';
import { noSignal, type OpenTarget } from './target.js';

const mine = { connection: 'acme', source_system: 'genesys' } as const;

interface Sample {
  stamp?: string;
  extracted?: string;
  score?: number;
  values?: Partial<Row<'evaluations'>> & Partial<Row<'feedback'>>;
}

const dates = { created_at: hour(4), submitted_at: hour(5) };

function evaluationOf(id: string, { values, ...more }: Sample): CanonicalRows {
  const { created_at: created, submitted_at: submitted } = { ...dates, ...values };
  const sample: EvaluationSample = {
    id,
    ...more,
    values: {
      conversation_id: `c-${id}`,
      division_ids: jsonText(['d1']),
      form_id: 'f1',
      is_automated: false,
      ...(values as Partial<Row<'evaluations'>>),
      created_at: created,
      submitted_at: submitted,
    },
  };
  return evaluation(sample);
}

function feedbackOf(id: string, sample: Sample): CanonicalRows {
  const { stamp = hour(8), extracted = hour(9), score = 80, values } = sample;
  return {
    feedback: [
      sampleRow('feedback', {
        ...mine,
        feedback_id: id,
        conversation_id: `c-${id}`,
        division_id: 'd1',
        created_at: hour(4),
        change_stamp: stamp,
        extracted_at: extracted,
        content_hash: String(score),
        ...(values as Partial<Row<'feedback'>>),
      }),
    ],
  };
}

/** The same scorecard, as what it is of decides where it is. */
const scorecardsIn =
  (table: 'calibration_evaluations' | 'self_assessments') =>
  (id: string, sample: Sample): CanonicalRows => {
    const rows = (evaluationOf(id, sample).evaluations ?? []).map((row) => sampleRow(table, row));
    return { [table]: rows };
  };

const compared = [
  { table: 'evaluations', scored: true, make: evaluationOf },
  {
    table: 'calibration_evaluations',
    scored: true,
    make: scorecardsIn('calibration_evaluations'),
  },
  { table: 'self_assessments', scored: true, make: scorecardsIn('self_assessments') },
  { table: 'feedback', scored: false, make: feedbackOf },
] as const satisfies {
  table: ReconciledTable;
  /** Whose rows have forms and scores. */
  scored: boolean;
  make: (id: string, sample: Sample) => CanonicalRows;
}[];

const absence = (
  entity: string,
  id: string,
  observedAt: string,
  basis: Row<'absences'>['basis'],
): CanonicalRows => ({
  absences: [
    sampleRow('absences', {
      ...mine,
      entity,
      record_id: id,
      basis,
      observed_at: observedAt,
      extracted_at: observedAt,
    }),
  ],
});

const span = { start: hour(3), end: hour(10) };

export function reconciledRecords(open: OpenTarget): void {
  const listed = async (table: ReconciledTable, by: ListedBy, ...rows: CanonicalRows[]) => {
    const scratch = await open();
    await scratch.load('b1', ...rows);
    return (await scratch.warehouse.heldRecords(table, 'acme', { ...span, by })).map(({ id }) => id);
  };

  describe('what lists of a span should show', () => {
    it('of evaluations, by what they go by', async () => {
      const rows = [
        evaluationOf('a-submitted', {}),
        evaluationOf('b-submitted-later', { values: { submitted_at: hour(20) } }),
        evaluationOf('c-unfinished', { values: { submitted_at: null, status: 'PENDING' } }),
        evaluationOf('d-unfinished-later', {
          values: { submitted_at: null, status: 'PENDING', created_at: hour(20) },
        }),
        evaluationOf('e-retracted', { values: { status: 'RETRACTED' } }),
      ].map(withDates({ changed_at: hour(20), conversation_start: hour(20) }));
      const changed = [
        evaluationOf('f-changed', { values: { created_at: hour(1), submitted_at: hour(1) } }),
      ].map(withDates({ changed_at: hour(3), conversation_start: hour(20) }));
      const talked = [
        evaluationOf('g-of-the-conversation', { values: { created_at: hour(1), submitted_at: hour(1) } }),
      ].map(withDates({ changed_at: hour(10), conversation_start: hour(4) }));
      const all = [...rows, ...changed, ...talked];
      expect(await listed('evaluations', 'submission', ...all)).toEqual(['a-submitted', 'c-unfinished']);
      expect(await listed('evaluations', 'change', ...all)).toEqual(['f-changed']);
      expect(await listed('evaluations', 'conversation', ...all)).toEqual(['g-of-the-conversation']);
      expect(await listed('evaluations', 'creation', ...all)).toEqual([
        'a-submitted',
        'b-submitted-later',
        'c-unfinished',
        'e-retracted',
      ]);
    });

    it('of feedback, by when it was written or changed', async () => {
      const all = [
        feedbackOf('a-written', { values: { modified_at: hour(20) } }),
        feedbackOf('b-changed', { values: { created_at: hour(10), modified_at: hour(3) } }),
      ];
      expect(await listed('feedback', 'creation', ...all)).toEqual(['a-written']);
      expect(await listed('feedback', 'change', ...all)).toEqual(['b-changed']);
    });
  });

  describe.each(compared)('a held record of $table', ({ table, scored, make }) => {
    it('comes with what it takes to find it again, unless it is deleted', async () => {
      const scratch = await open();
      await scratch.load('b1', make('a', {}), make('deleted', {}));
      await scratch.load('b2', tombstone('deleted', hour(12), table));
      expect(await scratch.warehouse.heldRecords(table, 'acme', { ...span, by: 'creation' })).toEqual([
        {
          id: 'a',
          conversationId: 'c-a',
          formId: scored ? 'f1' : null,
          divisionIds: ['d1'],
          isAutomated: scored ? false : null,
          createdAt: hour(4),
          submittedAt: scored ? hour(5) : null,
          absences: 0,
        },
      ]);
    });

    it('was missed by complete re-reads since it was last read, and only those count', async () => {
      const scratch = await open();
      const other = table === 'feedback' ? 'evaluations' : 'feedback';
      await scratch.load('b1', make('a', { extracted: hour(9) }));
      await scratch.load(
        'b2',
        absence(table, 'a', hour(8), 're-read'),
        absence(table, 'a', hour(10), 're-read'),
        absence(table, 'a', hour(11), 'lookup'),
        absence(other, 'a', hour(12), 're-read'),
      );
      const absences = async () =>
        (await scratch.warehouse.heldRecords(table, 'acme', { ...span, by: 'creation' }))[0]?.absences;
      expect(await absences()).toBe(1);
      await scratch.load('b3', absence(table, 'a', hour(12), 're-read'));
      expect(await absences()).toBe(2);
      await scratch.load('b4', make('a', { extracted: hour(13) }));
      expect(await absences()).toBe(0);
    });

    it('is compared as equal, missing, stale or different, and nothing is changed', async () => {
      const scratch = await open();
      const ids = ['equal', 'stale', 'different', 'newer-here', 'deleted'];
      await scratch.load('b1', ...ids.map((id) => make(id, id === 'newer-here' ? { stamp: hour(12) } : {})));
      await scratch.load('b2', tombstone('deleted', hour(12), table));
      const before = await scratch.dump();
      const { files } = await scratch.stage(
        'b3',
        make('equal', { extracted: hour(14) }),
        make('stale', { stamp: hour(13), extracted: hour(14), score: 70 }),
        make('different', { extracted: hour(14), score: 60 }),
        make('newer-here', { extracted: hour(14), score: 50 }),
        make('deleted', { extracted: hour(14) }),
        make('missing', { extracted: hour(14) }),
      );
      const staged = files[table];
      if (staged === undefined) throw new Error('nothing was staged');
      const found = await scratch.warehouse.compare(table, 'acme', staged, noSignal);
      expect(found.map(({ id, verdict, scoreDiffers }) => [id, verdict, scoreDiffers])).toEqual([
        ['deleted', 'missing', false],
        ['different', 'different', scored],
        ['equal', 'equal', false],
        ['missing', 'missing', false],
        ['newer-here', 'equal', false],
        ['stale', 'stale', scored],
      ]);
      expect(found[0]).toMatchObject({ divisionIds: ['d1'], createdAt: hour(4) });
      expect(await scratch.dump()).toEqual(before);
    });
  });
}

const withDates =
  (values: Partial<Row<'evaluations'>>) =>
  (rows: CanonicalRows): CanonicalRows => ({
    ...rows,
    evaluations: (rows.evaluations ?? []).map((row) => ({ ...row, ...values })),
  });
