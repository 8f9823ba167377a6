/** What the truth holds agrees with itself, with the organisation and with the files. */
import { afterAll, describe, expect, it } from 'vitest';
import { openExtraction, questions, workflows, type CsvRow, type Json } from './extractionClient.js';

const shared = await openExtraction({ evaluations: 1_500 });
afterAll(() => shared.simulator.close());

const spans = [
  { startDate: '2026-08-31', endDate: '2026-09-10' },
  { startDate: '2026-09-11', endDate: '2026-09-24' },
  { startDate: '2026-09-25', endDate: '2026-10-08' },
];

async function allRows(entity: Json): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for (const dates of spans) rows.push(...(await shared.rows(entity, dates)));
  return rows;
}

const files = { workflows: await allRows(workflows), questions: await allRows(questions) };
const number = (text: string | undefined) => (text === undefined || text === '' ? null : Number(text));
const byId = (rows: readonly Json[]) => new Map(rows.map((row) => [String(row['evaluation_id']), row]));

describe.each([
  ['Evaluation', 'evaluations', 'evaluation_answers'],
  ['Self Assessment', 'self_assessments', 'self_assessment_answers'],
  ['Calibration', 'calibration_evaluations', 'calibration_answers'],
])('of type %s', (type, scorecards, answers) => {
  const shown = files.workflows.filter(
    (row) => row['Type'] === type && row['Workflow Status'] === 'Completed',
  );

  it('the truth has the workflows that are completed, with their scores', async () => {
    const truth = byId(await shared.truth(scorecards));
    expect(shown.length).toBeGreaterThan(2);
    expect([...truth.keys()].sort()).toEqual(shown.map((row) => row['Workflow ID']).sort());
    for (const row of shown) {
      const held = truth.get(String(row['Workflow ID']));
      expect(held).toMatchObject({
        submitted_at: row['Submission Date'],
        changed_at: row['Last Updated'],
        agent_name: `${row['FirstName (Agent)']} ${row['LastName (Agent)']}`,
        total_score: number(row['Score Percentage']),
        max_total_raw_score: number(row['Maximum Possible Score']),
        conversation_id: row['ACD ID'] === '' ? row['Segment ID'] : row['ACD ID'],
        agent_comments: row['User Review Comments'] === '' ? null : row['User Review Comments'],
      });
      expect(Math.abs(Number(held?.['total_score']) - Number(held?.['recomputed_score'])) <= 0.01).toBe(
        held?.['score_parity'] === 'equal',
      );
    }
  });

  it('answers reach the points of their workflow', async () => {
    const points = new Map<string, { score: number; maxScore: number }>();
    for (const answer of await shared.truth(answers)) {
      const id = String(answer['evaluation_id']);
      const sum = points.get(id) ?? { score: 0, maxScore: 0 };
      if (answer['score'] !== null) {
        sum.score += Number(answer['score']);
        sum.maxScore += Number(answer['max_score']);
      }
      points.set(id, sum);
    }
    for (const row of shown) {
      const sum = points.get(String(row['Workflow ID']));
      expect(sum?.maxScore).toBeCloseTo(Number(row['Maximum Possible Score']), 6);
      const zeroed = row['Failed Critical Question'] === 'true';
      expect(zeroed ? 0 : sum?.score).toBeCloseTo(Number(row['Score']), 6);
      expect(number(row['Score Percentage'])).toBe(
        zeroed ? 0 : Math.round((10_000 * Number(sum?.score)) / Number(sum?.maxScore)) / 100,
      );
    }
  });
});

describe('the truth', () => {
  it('has the evaluations that Genesys shows as finished, calibrations and retracted ones left out', async () => {
    const own = (await shared.truth('evaluations')).map((row) => row['evaluation_id']);
    const published = (await shared.control<Json[]>('truth?table=evaluations')).flatMap((row) =>
      ['FINISHED', 'INREVIEW'].includes(String(row['status'])) ? [row['evaluation_id']] : [],
    );
    expect(own.sort()).toEqual(published.sort());
  });

  it('has the forms that questions speak of, each with its questions once', async () => {
    const versions = new Set(files.questions.map((row) => `${row['Form ID']}/${row['Form Version']}`));
    const forms = await shared.truth('forms');
    expect(forms.map((row) => row['form_id']).sort()).toEqual([...versions].sort());
    const keys = (await shared.truth('form_questions')).map(
      (row) => `${row['form_id']} ${row['question_id']}`,
    );
    const seen = new Set(
      files.questions.map((row) => `${row['Form ID']}/${row['Form Version']} ${row['Question ID']}`),
    );
    expect(keys.sort()).toEqual([...seen].sort());
  });

  it('has self-assessments for some evaluations: submitted before them, of other ids', async () => {
    const evaluations = await shared.truth('evaluations');
    const own = await shared.truth('self_assessments');
    expect(own.length / evaluations.length).toBeGreaterThan(0.01);
    expect(own.length / evaluations.length).toBeLessThan(0.06);
    const ids = new Set(evaluations.map((row) => row['evaluation_id']));
    for (const row of own) {
      expect(ids.has(row['evaluation_id'])).toBe(false);
      expect(row['evaluator_name']).toBe(row['agent_name']);
      const about = evaluations.find(
        (each) => each['conversation_id'] === row['conversation_id'] && each['agent_id'] === row['agent_id'],
      );
      // Some of the evaluations were deleted.
      if (about !== undefined) expect(String(row['submitted_at']) < String(about['submitted_at'])).toBe(true);
    }
  });

  it('is of what was submitted in a span, where there is one', async () => {
    const of = async (from: string, to: string) =>
      (
        await shared.control<Json[]>(
          `truth?table=evaluations&contract=cxone-data-extraction&from=${from}&to=${to}`,
        )
      ).map((row) => row['evaluation_id']);
    const [begin, middle, end] = ['2026-08-01', '2026-09-12', '2026-11-01'].map((day) => `${day}T00:00:00Z`);
    const halves = [await of(String(begin), String(middle)), await of(String(middle), String(end))];
    const all = (await shared.truth('evaluations')).map((row) => row['evaluation_id']);
    expect(halves.flat().sort()).toEqual(all.sort());
    for (const half of halves) expect(half.length).toBeGreaterThan(100);
  });

  it('has no table that the contract does not fill', async () => {
    await expect(shared.truth('feedback')).rejects.toThrow('does not fill the table feedback');
  });
});
